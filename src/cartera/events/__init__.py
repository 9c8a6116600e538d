"""Dated reasons to act: what raised them, with which evidence, until when, and what came of them."""
