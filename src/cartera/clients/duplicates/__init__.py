"""Duplicates in bulk: which records are of one client, with a probability. For workers and commands; nothing here writes."""
