from django.db import migrations

SQLITE = [
    (
        f"CREATE TRIGGER happening_no_{verb} BEFORE {verb.upper()} ON kernel_happening "
        "BEGIN SELECT RAISE(ABORT, 'a happening is never changed nor deleted'); END",
        f"DROP TRIGGER happening_no_{verb}",
    )
    for verb in ("update", "delete")
]
POSTGRESQL = [
    (
        "CREATE FUNCTION happening_is_final() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a happening is never changed nor deleted'; END $$",
        "DROP FUNCTION happening_is_final()",
    ),
    (
        "CREATE TRIGGER happening_no_change BEFORE UPDATE OR DELETE ON kernel_happening "
        "FOR EACH ROW EXECUTE FUNCTION happening_is_final()",
        "DROP TRIGGER happening_no_change ON kernel_happening",
    ),
    (
        "CREATE TRIGGER happening_no_truncate BEFORE TRUNCATE ON kernel_happening "
        "FOR EACH STATEMENT EXECUTE FUNCTION happening_is_final()",
        "DROP TRIGGER happening_no_truncate ON kernel_happening",
    ),
]


def forbid(apps, schema_editor):
    for create, _ in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(create)


def allow(apps, schema_editor):
    for _, drop in reversed(SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL):
        schema_editor.execute(drop)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunPython(forbid, allow)]
