"""Queries for the steering pages: legal quotas, fairness audit, yearly report, and rows to export. They read only
counts that the database computes."""
