"""Pages for requests of people about their data."""
