"""The door writes no digest index; the reader does (docs/decisions/0005)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_initial"), ("intake", "0004_post_extra")]

    operations = [
        migrations.AddIndex(
            model_name="envelope",
            index=models.Index(fields=["digest"], condition=models.Q(due_at=None), name="envelope_read"),
        ),
        migrations.AddIndex(
            model_name="envelope",
            index=models.Index(
                fields=["account"], condition=models.Q(account__isnull=False), name="envelope_account"
            ),
        ),
        migrations.RemoveConstraint(model_name="envelope", name="one_envelope_each"),
        migrations.AlterField(
            model_name="envelope",
            name="app",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="channels.app",
            ),
        ),
        migrations.AlterField(
            model_name="envelope",
            name="account",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="channels.account",
            ),
        ),
    ]
