"""Functions that change facts, notes, contested sentences or comments of an older system, each in one transaction.

Each function also records the change in the audit log.
"""
