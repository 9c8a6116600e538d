"""Whom we serve: persons and companies, their households and relationships, what they hold, how they are reached."""
