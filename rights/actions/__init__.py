"""Functions that change data. Each function runs in one transaction and records its change in the audit log."""
