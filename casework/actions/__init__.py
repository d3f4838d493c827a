"""Functions that change data. Each runs in one transaction and records what it did in the audit log."""
