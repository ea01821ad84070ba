"""How this program reaches others: which addresses are its own machine, and never on to where a redirect leads."""
