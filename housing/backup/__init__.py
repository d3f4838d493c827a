"""Backs up the whole database to one file, and restores the database from such a file, for `manage.py backup` and
`manage.py restore`."""
