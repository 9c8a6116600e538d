"""Screens of administration about people, their time and their calendars."""
