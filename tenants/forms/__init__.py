"""Forms. They parse input and decide nothing."""
