import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0016_walls")]

    operations = [
        migrations.AddField(
            model_name="department",
            name="hours",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="desk.openinghours",
            ),
        ),
    ]
