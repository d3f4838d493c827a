"""The expressions of the lexicons: finds them in a text, and determines whom or what each is about."""
