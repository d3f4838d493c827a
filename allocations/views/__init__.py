"""Pages of housing applications and their letters, for the allocation officer, and of legal figures."""
