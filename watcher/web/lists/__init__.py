"""What all lists on pages have in common: the question in their address, the form that asks it, orders and pages."""
