"""Cartera: whom do I serve today, why, through which channel, and did we do what we promised?"""
