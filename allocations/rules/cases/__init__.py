"""Cases as JSON: reads one, calculates it, and returns the answer as JSON."""
