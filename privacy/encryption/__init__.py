"""Keys outside the database, the values encrypted with them, and signatures."""
