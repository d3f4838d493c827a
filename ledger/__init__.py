"""Accounts of tenants: entries, balances, incoming payments, write-offs, bank details and account statements."""
