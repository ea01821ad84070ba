"""How homes stand now, one or many or all of them, how they are found, and what stands beside them."""
