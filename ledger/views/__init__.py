"""Pages of accounts, entries, write-offs, incoming payments and bank details."""
