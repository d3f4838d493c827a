"""Actions that change people, places and assignments. Every action checks permissions, so that no page can omit it."""
