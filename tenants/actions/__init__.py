"""Actions that change data. Each is one transaction and records one audit event."""
