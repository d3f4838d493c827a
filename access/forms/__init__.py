"""What the rights pages ask for. Forms read words into people, places and days; the acts decide."""
