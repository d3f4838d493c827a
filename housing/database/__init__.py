"""The project's own PostgreSQL server for development, demonstrations and tests, and the database router that lets only
the owner's login create tables."""
