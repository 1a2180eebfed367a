from django.db import migrations

from lyhord.staff import triggers


def up(apps, schema_editor):
    triggers.up(schema_editor.connection)


def down(apps, schema_editor):
    triggers.down(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial")]
    operations = [migrations.RunPython(up, down)]
