"""Backups of a running installation, proved by restoring them; restoring one; comparing one with what is here.

A backup is a folder: every table as lines of text, every file of the home, a manifest with fingerprints. ADR 0009 has
the reasons. `making` makes one, `restoring` brings one back, `comparing` sets one beside the installation.
"""
