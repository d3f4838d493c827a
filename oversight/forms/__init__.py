"""Forms of the data-protection officer."""
