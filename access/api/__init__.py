"""What every API of an app is made of: endpoints, fields, pages of lists, problems, tokens, OpenAPI."""
