"""Looks that nothing explains: the rules that ask a question, what is told of them, and how often each is right."""
