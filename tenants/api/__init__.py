"""API endpoints for residents, accounts and entries, with the same permissions, rows and actions as the pages."""
