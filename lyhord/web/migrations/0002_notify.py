"""On PostgreSQL each statement that adds changes wakes `lyhord push`; SQLite is looked at instead."""

from django.db import migrations

MAKE = """
CREATE FUNCTION web_change_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('web_change', '');
    RETURN NULL;
END $$;
CREATE TRIGGER web_change_notify AFTER INSERT ON web_change FOR EACH STATEMENT EXECUTE FUNCTION web_change_notify();
"""
DROP = "DROP TRIGGER web_change_notify ON web_change; DROP FUNCTION web_change_notify();"


def make(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(MAKE)


def drop(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(DROP)


class Migration(migrations.Migration):
    dependencies = [("web", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
