"""What every room stands on: who acts, how something changes, what is remembered of it, and who may see it.

Nothing here knows a client, a promise or a bank. The kernel imports no other room.
"""
