"""Banco Páramo: a believable Ecuadorian bank, made of seeded draws by the column, dated to end on a day.

The same clients, seed and date give the same bank on every machine. Everybody in it is invented; identifiers have valid
check digits, telephones the shape of real ones, and mail goes to the reserved domain `example`.
"""
