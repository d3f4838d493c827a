"""Functions that change facts, notes, contested refusals or legacy comments. Each runs in one transaction.

Each function also records the change in the audit log.
"""
