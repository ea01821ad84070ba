"""The pages, a module each: what somebody asks for by an address, and what they are shown."""
