"""Actions that change housing applications and allocations. Each action runs in one transaction and records one audit
event."""
