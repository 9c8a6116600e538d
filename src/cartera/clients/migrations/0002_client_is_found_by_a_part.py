"""An index of trigrams over the search text, kept by the database itself, so that bulk loads are found as well.

SQLite: an FTS5 table without content and without positions (a third of the size; three letters are looked up at a time
and the row itself says whether they stand together), with a space before the text so that " ro" finds where words begin.
A later migration that makes SQLite copy `clients_client` loses the triggers and has to run `index` again.
PostgreSQL: pg_trgm. Where the extension may not be created, finding is a plain scan and the system check says so.
"""

from django.db import migrations, models, transaction
from django.db.utils import NotSupportedError, OperationalError, ProgrammingError

ADD = "INSERT INTO clients_trigrams(rowid, text) VALUES (new.id, ' ' || new.search);"
TAKE_OUT = "INSERT INTO clients_trigrams(clients_trigrams, rowid, text) VALUES ('delete', old.id, ' ' || old.search);"
SQLITE = [
    "CREATE VIRTUAL TABLE clients_trigrams USING fts5(text, content='', tokenize='trigram case_sensitive 1', detail=none)",
    "INSERT INTO clients_trigrams(rowid, text) SELECT id, ' ' || search FROM clients_client",
    f"CREATE TRIGGER clients_trigrams_insert AFTER INSERT ON clients_client BEGIN {ADD} END",
    f"CREATE TRIGGER clients_trigrams_delete AFTER DELETE ON clients_client BEGIN {TAKE_OUT} END",
    "CREATE TRIGGER clients_trigrams_update AFTER UPDATE OF search ON clients_client "
    f"WHEN old.search <> new.search BEGIN {TAKE_OUT} {ADD} END",
]


def index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for statement in SQLITE:
            schema_editor.execute(statement)
        return
    try:
        with transaction.atomic(using=schema_editor.connection.alias):
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except (ProgrammingError, OperationalError, NotSupportedError):
        return
    schema_editor.execute("CREATE INDEX client_trigrams ON clients_client USING gin (search gin_trgm_ops)")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for event in ("insert", "delete", "update"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS clients_trigrams_{event}")
        schema_editor.execute("DROP TABLE IF EXISTS clients_trigrams")
    else:
        schema_editor.execute("DROP INDEX IF EXISTS client_trigrams")


class Migration(migrations.Migration):
    dependencies = [("clients", "0001_initial")]
    operations = [
        migrations.AddIndex(model_name="client", index=models.Index(fields=["search", "id"], name="client_by_surname")),
        migrations.RunPython(index, drop),
    ]
