"""What an inspector asks for, number by number: `shape` is what an exhibit is, `catalogue` which there are."""
