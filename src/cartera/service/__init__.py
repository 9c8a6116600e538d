"""What we offer each tier in a year: service models, agreements with clients, and whether we keep them."""
