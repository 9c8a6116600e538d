from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("value", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="tierperiod",
            name="by",
            field=models.CharField(
                choices=[
                    ("assets", "Assets"),
                    ("revenue", "Yearly revenue"),
                    ("rest", "Below every threshold"),
                    ("override", "Somebody's decision"),
                ],
                default="assets",
                max_length=8,
            ),
            preserve_default=False,
        ),
    ]
