"""The project's own PostgreSQL server, and the router that lets one login create tables."""
