"""What the trained weights make of a text."""
