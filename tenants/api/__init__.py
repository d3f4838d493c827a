"""API endpoints for residents. The endpoints use the same permissions, row filters and actions as the pages."""
