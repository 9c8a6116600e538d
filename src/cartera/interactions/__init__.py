"""The one ledger of contacts, in and out, in every channel; and of the effort that was no contact."""
