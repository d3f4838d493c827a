"""Forms of the pages about access. The forms parse people, places and days. The actions check permissions."""
