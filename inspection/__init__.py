"""What an inspector is shown: exhibits (numbered documents), evidence packs, and copies of a household's file."""
