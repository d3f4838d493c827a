"""Pages of facts, notes, contested refusals and legacy comments."""
