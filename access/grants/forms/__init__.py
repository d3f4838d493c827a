"""Forms of the access pages. They parse people, places and days; the actions check permissions."""
