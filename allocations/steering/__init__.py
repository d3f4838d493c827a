"""What pages of steering read: quotas, the fairness audit, the yearly report and rows that leave, from counts of
the database."""
