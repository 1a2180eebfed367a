from django.db import migrations, models


class Migration(migrations.Migration):
    """The moment becomes a number. What was counted is forgotten: it would be full again within an hour anyway."""

    dependencies = [("staff", "0005_user_factor_due_at")]

    operations = [
        migrations.RunSQL("DELETE FROM staff_bucket", migrations.RunSQL.noop),
        migrations.RemoveField("bucket", "full_at"),
        migrations.AddField(
            "bucket", "full_at", models.BigIntegerField(db_index=True, default=0), preserve_default=False
        ),
    ]
