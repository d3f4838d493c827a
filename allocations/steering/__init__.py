"""What pages of steering read: quotas, the fairness audit and the yearly report, from counts of the database."""
