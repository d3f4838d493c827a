"""Shared parts of every app's API: endpoints, serializer fields, pagination, error responses, tokens, OpenAPI."""
