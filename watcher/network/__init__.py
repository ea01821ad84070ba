"""How this program calls others: never on to where a redirect leads."""
