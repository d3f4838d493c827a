"""API endpoints for residents. They use the same permissions, row filters and actions as the pages."""
