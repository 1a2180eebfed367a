from django.db import migrations

# Our own tokens, already folded and stemmed: the index must not fold, stem or split them again.
SQLITE = """
CREATE VIRTUAL TABLE intake_search USING fts5(
    words, stems, content='', contentless_delete=1, detail=column, tokenize='ascii'
)
"""
# No foreign key: the rows are written and removed together with their posts, and a truncation stays possible.
POSTGRESQL = (
    "CREATE TABLE intake_search (post_id bigint PRIMARY KEY, account_id bigint NOT NULL, words tsvector NOT NULL)",
    "CREATE INDEX intake_search_words ON intake_search USING gin (words)",
)


def make(apps, editor):
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else (SQLITE,):
        editor.execute(statement)


def drop(apps, editor):
    editor.execute("DROP TABLE intake_search")


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
