from django.db import migrations

# As intake_search (intake, 0002), over our own words: notes, and replies that no network shows us again.
SQLITE = """
CREATE VIRTUAL TABLE desk_search USING fts5(
    words, stems, content='', contentless_delete=1, detail=column, tokenize='ascii'
)
"""
POSTGRESQL = (
    "CREATE TABLE desk_search (turn_id bigint PRIMARY KEY, account_id bigint NOT NULL, words tsvector NOT NULL)",
    "CREATE INDEX desk_search_words ON desk_search USING gin (words)",
)


def make(apps, editor):
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else (SQLITE,):
        editor.execute(statement)


def drop(apps, editor):
    editor.execute("DROP TABLE desk_search")


class Migration(migrations.Migration):
    dependencies = [("desk", "0014_notifications")]
    operations = [migrations.RunPython(make, drop)]
