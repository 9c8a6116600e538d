"""Screens of products and currencies, within administration."""
