"""What a question is about: filters, spans, orders, as options of a command or parameters of an address."""
