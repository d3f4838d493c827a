"""Entries, balances, receipts, write-offs, bank details and statements of accounts."""
