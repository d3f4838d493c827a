"""Import and export of a landlord's portfolio (buildings, tenants, leases, ledger entries) as CSV files. A file with an
error stops the whole import. Error messages never quote a cell."""
