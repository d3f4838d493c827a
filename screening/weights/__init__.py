"""The trained weights: turns a parsed text into features and computes its score."""
