"""The project's own PostgreSQL, and which login makes tables."""
