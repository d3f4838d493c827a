"""Pages of facts, notes, contests and old comments."""
