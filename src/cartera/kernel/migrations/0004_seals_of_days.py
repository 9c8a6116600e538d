from django.db import migrations, models

SQLITE = [
    (
        f"CREATE TRIGGER seal_no_{verb} BEFORE {verb.upper()} ON kernel_seal "
        "BEGIN SELECT RAISE(ABORT, 'a seal is never changed nor deleted'); END",
        f"DROP TRIGGER seal_no_{verb}",
    )
    for verb in ("update", "delete")
]
POSTGRESQL = [
    (
        "CREATE FUNCTION seal_is_final() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a seal is never changed nor deleted'; END $$",
        "DROP FUNCTION seal_is_final()",
    ),
    (
        "CREATE TRIGGER seal_no_change BEFORE UPDATE OR DELETE ON kernel_seal "
        "FOR EACH ROW EXECUTE FUNCTION seal_is_final()",
        "DROP TRIGGER seal_no_change ON kernel_seal",
    ),
    (
        "CREATE TRIGGER seal_no_truncate BEFORE TRUNCATE ON kernel_seal "
        "FOR EACH STATEMENT EXECUTE FUNCTION seal_is_final()",
        "DROP TRIGGER seal_no_truncate ON kernel_seal",
    ),
]
KINDS = [("import", "Import"), ("night", "Night"), ("demo", "Demo bank"), ("backup", "Backup")]


def forbid(apps, schema_editor):
    for create, _ in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(create)


def allow(apps, schema_editor):
    for _, drop in reversed(SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL):
        schema_editor.execute(drop)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_attempts_of_an_errand")]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("happenings", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
            ],
        ),
        migrations.AlterField(
            model_name="run",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=8),
        ),
        migrations.AddIndex(
            model_name="happening",
            index=models.Index(fields=["at", "id"], name="happening_of_day"),
        ),
        migrations.RunPython(forbid, allow),
    ]
