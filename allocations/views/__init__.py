"""Pages for housing applications and their allocation."""
