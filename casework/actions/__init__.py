"""Actions that change data. Each action is one transaction and records one audit event."""
