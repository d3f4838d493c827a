"""Helpers for the pages of all apps: form fields, running an action, confirming it, panels."""
