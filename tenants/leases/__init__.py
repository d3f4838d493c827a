"""Leases: their days, changes that can be undone today, what is read back before an act."""
