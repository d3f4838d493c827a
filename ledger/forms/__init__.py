"""Forms of accounts: entries, receipts, write-offs and bank details."""
