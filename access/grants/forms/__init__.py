"""Forms of the access pages. They turn text into people, places and days; the actions check permissions."""
