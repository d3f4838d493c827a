"""Roles, policies and timeouts of the database, and who can read which table."""
