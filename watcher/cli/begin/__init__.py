"""A first configuration from three answers: what to watch, where to, and whom the publisher can write to."""
