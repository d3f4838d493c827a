"""Forms. They parse and validate input, but do not check permissions."""
