"""The expressions of the lexicons: where they stand in a text, and of whom they are said."""
