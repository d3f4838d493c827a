"""Creates the database's roles, policies and timeouts, and computes who can read which column."""
