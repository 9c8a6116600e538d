"""Subcommands of the roof: those that belong to no single room."""
