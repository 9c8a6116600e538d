"""The one ledger of promises: what somebody owes a client by an instant, and what a client owes us.

This room is the model that the others copy: open its files in the order rules, models, actions, queries, reactions.
"""
