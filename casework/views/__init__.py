"""Pages of facts, notes, contested refusals of sentences, and comments of an older system."""
