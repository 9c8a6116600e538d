"""A book sorted by its last contact and by its next promise is read from an index, those without either included."""

import django.db.models.functions.comparison
from django.db import migrations, models

import cartera.clients.models.order


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0002_client_is_found_by_a_part"),
        ("team", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                models.F("adviser"),
                django.db.models.functions.comparison.Coalesce(
                    "last_contact_at", cartera.clients.models.order.LongAgo(), output_field=models.DateTimeField()
                ),
                models.F("id"),
                name="client_book_by_contact",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                models.F("adviser"),
                django.db.models.functions.comparison.Coalesce(
                    "next_due_at", cartera.clients.models.order.FarAhead(), output_field=models.DateTimeField()
                ),
                models.F("id"),
                name="client_book_by_due",
            ),
        ),
    ]
