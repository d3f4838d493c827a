"""The words of a text: what is visible of it, where each word begins, how it is spelled."""
