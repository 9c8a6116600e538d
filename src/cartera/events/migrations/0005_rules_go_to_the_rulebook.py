from datetime import date
from typing import Any

from django.db import migrations

ALWAYS = date(2000, 1, 1)
REASON = "Ya regía antes de que hubiera un reglamento."


def go_to_the_rulebook(apps: Any, schema_editor: Any) -> None:
    told: dict[str, int] = {}
    for lead in apps.get_model("events", "LeadTime").objects.all():
        told[f"events.lead.{lead.line}.ahead"] = lead.days_ahead
        told[f"events.lead.{lead.line}.to_settle"] = lead.days_to_settle
    for rule in apps.get_model("events", "SignalRule").objects.all():
        told |= {f"events.{rule.kind}.{name}": value for name, value in rule.settings.items()}
    ruling = apps.get_model("rulebook", "Ruling")
    ruling.objects.bulk_create(
        ruling(name=name, number=1, value=value, effective_from=ALWAYS, reason=REASON) for name, value in told.items()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0004_run_down_and_silence"),
        ("rulebook", "0001_what_was_set"),
    ]

    operations = [
        migrations.RunPython(go_to_the_rulebook, migrations.RunPython.noop),
        # Their tables stay until a later version: while an installation is brought up to date, the one before still reads them.
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="LeadTime"), migrations.DeleteModel(name="SignalRule")]
        ),
    ]
