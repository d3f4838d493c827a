"""Facts and notes about tenants and accounts, contested refusals, and the sorting of comments of an older system."""
