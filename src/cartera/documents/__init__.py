"""Papers that hang on a client, on a contact with it or on a promise: who sees those sees them.

What a file is, its content says and not its name. It lies sealed with the client's key, so that destroying the key erases it.
"""
