"""Access reports (GDPR, article 15): the data stored about a person, the recipients, and who viewed the data when.
Available as a page, a PDF and a JSON file."""
