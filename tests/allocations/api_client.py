"""Helpers for tests of the allocation API: they send requests and check the responses."""

import re
from typing import Any
from uuid import UUID, uuid4

from django.test import Client


def send(client: Client, path: str, body: dict[str, Any] | None = None, key: UUID | None = None) -> Any:
    headers = {"Idempotency-Key": str(key or uuid4())}
    return client.post(f"/api/v1/{path}", body or {}, content_type="application/json", headers=headers)


def fetch(client: Client, path: str) -> Any:
    """Send a GET request, which must succeed. Returns the parsed JSON of the response."""
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == 200, response.content
    return response.json()


def done(response: Any) -> str:
    """Check that a request that changes data succeeded. Returns the id in the response."""
    assert response.status_code in (200, 201), response.content
    [(name, value)] = response.json().items()
    assert name == "id"
    return str(value)


def refused(response: Any, code: str) -> Any:
    """Check that the API refused a request with the error `code`. Returns status, body and header names.

    The random id of the request is removed from the body, so that two refusals can be compared.
    """
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == code, response.content
    return response.status_code, re.sub(rb"urn:uuid:[0-9a-f-]+", b"", response.content), tuple(response.headers)


def pointers(response: Any) -> set[str]:
    assert response.status_code == 422, response.content
    assert response["Content-Type"] == "application/problem+json" and response.json()["code"] == "invalid"
    return {error["pointer"] for error in response.json()["errors"]}
