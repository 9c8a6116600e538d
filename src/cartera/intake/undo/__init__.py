"""Undoing a load: what it wrote is remembered chunk by chunk, and taken back as long as nothing was built on it."""
