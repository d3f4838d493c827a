"""Queries and texts for the pages of the allocation commission: agenda, numbered sheets, proposed decisions and
minutes."""
