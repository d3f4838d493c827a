"""Backs up the whole database to one file and restores it, for `manage.py backup` and `manage.py restore`."""
