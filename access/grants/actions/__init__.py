"""Actions that change people, places and assignments. Each checks permissions itself, so no page can bypass it."""
