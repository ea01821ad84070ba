"""The official statistics on gov.uk: a document of its Content API is polled, and a new release's files are read."""
