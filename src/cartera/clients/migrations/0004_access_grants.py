"""Access to a client with a reason, clients handed over, and books ranked by revenue and by what the cost leaves of it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0003_book_by_contact_and_promise"),
        ("team", "0002_tries_at_the_gate"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessGrant",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "occasion",
                    models.CharField(
                        choices=[
                            ("here", "The client is at the branch"),
                            ("called", "The client telephoned"),
                            ("covering", "I cover for somebody who is away"),
                            ("other", "Another reason"),
                        ],
                        max_length=8,
                    ),
                ),
                ("purpose", models.CharField(max_length=200)),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("on_day", models.DateField()),
                ("clients", models.PositiveIntegerField()),
                ("reason", models.CharField(max_length=300)),
                ("taken_back", models.BooleanField(default=False)),
            ],
            options={
                "abstract": False,
            },
        ),
        # By hand: SQLite would make the table anew for a column with a default, and lose the triggers of the search index.
        migrations.RunSQL(
            "ALTER TABLE clients_client ADD COLUMN margin_minor bigint NOT NULL DEFAULT 0",
            "ALTER TABLE clients_client DROP COLUMN margin_minor",
            state_operations=[
                migrations.AddField(model_name="client", name="margin_minor", field=models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(fields=["adviser", "-revenue_minor", "-id"], name="client_book_by_revenue"),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(fields=["-revenue_minor", "-id"], name="client_by_revenue"),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(fields=["adviser", "margin_minor", "id"], name="client_book_by_margin"),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(fields=["margin_minor", "id"], name="client_by_margin"),
        ),
        migrations.AddField(
            model_name="accessgrant",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="access_grants", to="clients.client"
            ),
        ),
        migrations.AddField(
            model_name="accessgrant",
            name="ended_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="team.staff"
            ),
        ),
        migrations.AddField(
            model_name="accessgrant",
            name="staff",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="access_grants", to="team.staff"
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="team.staff"),
        ),
        migrations.AddField(
            model_name="handover",
            name="to",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="team.staff"),
        ),
        migrations.AddIndex(
            model_name="accessgrant",
            index=models.Index(fields=["staff", "until_at"], name="access_grant_of_staff"),
        ),
        migrations.AddIndex(
            model_name="accessgrant",
            index=models.Index(fields=["-from_at", "-id"], name="access_grant_latest"),
        ),
        migrations.AddConstraint(
            model_name="accessgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_at__gt", models.F("from_at"))), name="access_grant_ends_after_it_began"
            ),
        ),
        migrations.AddConstraint(
            model_name="accessgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at__isnull", True), ("ended_at__gte", models.F("from_at")), _connector="OR"),
                name="access_grant_is_ended_later",
            ),
        ),
    ]
