"""How a core system's files, or a demonstration bank, become our tables: one door in for many rows.

Everything arrives as frames with the columns of `cartera.intake.frames`; a recipe makes them from files.
"""
