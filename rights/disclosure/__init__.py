"""Access reports (GDPR, article 15): the data stored about a person, their recipients, and every view of them.
Available as a page, a PDF and a JSON file."""
