"""Tests that send a marker word to every input of text (forms, API, commands) and search for it in all storage."""
