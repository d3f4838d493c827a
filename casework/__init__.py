"""Facts and notes on tenants and accounts, contested refusals of sentences, and comments of an older system."""
