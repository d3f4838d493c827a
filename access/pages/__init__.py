"""Helpers for the pages of all apps: form fields, running and confirming actions, panels (parts of a page)."""
