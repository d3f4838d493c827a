"""What the locks cost, side by side in one run: ratios to read, never a pass or a fail by the clock."""
