"""What the institution offers: product lines and products with their margins and fees, currencies and dated rates."""
