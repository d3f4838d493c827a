"""API endpoints for accounts and entries. They use the same permissions, row filters and actions as the pages."""
