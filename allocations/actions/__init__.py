"""Writes to housing applications. Each action runs in one transaction and records one event."""
