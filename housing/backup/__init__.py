"""A whole copy of the house in one file, and the way back: what `manage.py backup` and `manage.py restore` do."""
