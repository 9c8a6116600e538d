"""The only writes to clients."""
