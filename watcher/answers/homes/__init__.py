"""How homes stand now, one or many, and what stands beside them."""
