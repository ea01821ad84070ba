"""Who may act on the pages, and how a request proves it."""
