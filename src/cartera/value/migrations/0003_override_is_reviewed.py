"""An exception from the tier policy is reviewed: renewed, or let end."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0004_access_grants"),
        ("team", "0002_tries_at_the_gate"),
        ("value", "0002_tier_period_says_what_decided"),
    ]

    operations = [
        migrations.AddField(
            model_name="tieroverride",
            name="review",
            field=models.CharField(
                blank=True,
                choices=[("renewed", "Renewed"), ("let_end", "The policy decides again")],
                default="",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="tieroverride",
            name="reviewed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="team.staff"
            ),
        ),
        migrations.AddField(
            model_name="tieroverride",
            name="reviewed_on",
            field=models.DateField(null=True),
        ),
        migrations.AddIndex(
            model_name="tieroverride",
            index=models.Index(
                condition=models.Q(("review", "")), fields=["expires_on", "id"], name="tier_override_to_review"
            ),
        ),
        migrations.AddConstraint(
            model_name="tieroverride",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("review", ""), ("reviewed_on__isnull", True)),
                    models.Q(models.Q(("review", ""), _negated=True), ("reviewed_on__isnull", False)),
                    _connector="OR",
                ),
                name="tier_override_review_has_a_day",
            ),
        ),
    ]
