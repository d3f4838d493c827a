"""Writes: one action, one transaction, one event."""
