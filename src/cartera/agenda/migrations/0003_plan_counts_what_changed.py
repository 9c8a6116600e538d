from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agenda", "0002_policy_and_inputs")]
    operations = [
        migrations.AddField(model_name="plan", name="day_changes", field=models.PositiveIntegerField(default=0))
    ]
