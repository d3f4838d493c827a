"""Prepares audit events and their counts for the pages of the audit log."""
