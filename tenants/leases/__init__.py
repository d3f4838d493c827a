"""Leases: checks of their days, changes that can be undone today, and confirmation pages of acts."""
