"""Forms of the desk pages."""
