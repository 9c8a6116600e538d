"""The columnar store: snapshots of the database and facts in bulk as Parquet, and the engine that computes over both.

`tables` declares what is exported, `snapshot` exports it, `session` opens it for a date, `registry` holds the client
facts that rooms contribute. Only workers and commands import them; the web process never does.
"""
