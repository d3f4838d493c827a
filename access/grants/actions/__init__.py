"""Actions that change people, places and assignments. The actions check permissions, so that no page can omit the
check."""
