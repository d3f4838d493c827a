"""An invented month of looks with known misuse in it, to see what the rules find, and what they miss."""
