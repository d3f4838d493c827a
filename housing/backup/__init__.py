"""Backup of the whole database to one file, and restore: used by `manage.py backup` and `manage.py restore`."""
