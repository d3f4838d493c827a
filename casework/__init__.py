"""Facts, notes, contested refusals, and the sorting of an older system's comments."""
