"""Who matters, and why: assets, revenue, cost to serve, and the tier that follows from a policy with reasons."""
