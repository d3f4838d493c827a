"""What an inspector is shown: exhibits, evidence packs, copies of a household's file."""
