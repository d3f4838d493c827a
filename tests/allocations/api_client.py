"""Sends requests to the API of allocation, and compares its answers."""

import re
from typing import Any
from uuid import UUID, uuid4

from django.test import Client


def send(client: Client, path: str, body: dict[str, Any] | None = None, key: UUID | None = None) -> Any:
    headers = {"Idempotency-Key": str(key or uuid4())}
    return client.post(f"/api/v1/{path}", body or {}, content_type="application/json", headers=headers)


def fetch(client: Client, path: str) -> Any:
    """Return the JSON of a successful GET."""
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == 200, response.content
    return response.json()


def done(response: Any) -> str:
    """Return the id in the answer to a successful change."""
    assert response.status_code in (200, 201), response.content
    [(name, value)] = response.json().items()
    assert name == "id"
    return str(value)


def refused(response: Any, code: str) -> Any:
    """Return status, body without the request's number, and header names of a refusal with this code."""
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == code, response.content
    return response.status_code, re.sub(rb"urn:uuid:[0-9a-f-]+", b"", response.content), tuple(response.headers)


def pointers(response: Any) -> set[str]:
    assert response.status_code == 422, response.content
    assert response["Content-Type"] == "application/problem+json" and response.json()["code"] == "invalid"
    return {error["pointer"] for error in response.json()["errors"]}
