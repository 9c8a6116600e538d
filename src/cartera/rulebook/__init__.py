"""The rulebook: figures that the institution sets, each in force from a day, with who set it and why.

A room declares its own in its `settings.py`, with unit, default, bounds and words; here stands what was made of them.
"""
