"""Actions that change people, places and assignments. Each checks permissions itself, whichever page calls it."""
