"""Pages of the rights of people."""
