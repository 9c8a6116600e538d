"""Lists that people save by name."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("clients", "0004_access_grants"),
        ("team", "0002_tries_at_the_gate"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("screen", models.CharField(choices=[("clients", "Clients"), ("portfolio", "My book")], max_length=12)),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(blank=True, max_length=500)),
                ("holds_clients", models.BooleanField(default=False)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="saved_views", to="team.staff"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ListedClient",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="clients.client"
                    ),
                ),
                (
                    "view",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="listed", to="desk.savedview"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at__isnull", True)),
                fields=("staff", "screen", "name"),
                name="saved_view_named_once",
                violation_error_message="You have a list of this name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="listedclient",
            constraint=models.UniqueConstraint(fields=("view", "client"), name="listed_client_once"),
        ),
    ]
