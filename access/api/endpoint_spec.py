"""What an API endpoint accepts and returns, for the `@endpoint` decorator and for the OpenAPI document."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from rest_framework.serializers import Serializer

from access.api.paging import ListQuery
from access.api.serializer_fields import Strict


@dataclass(frozen=True)
class Endpoint:
    title: Promise | str
    answers: type[Serializer[Any]]
    query: type[Strict] | None = None
    body: type[Strict] | None = None
    many: bool = False  # If `many` is true, the response is a list without pagination.
    status: int = 200
    # If `people_only` is true, a machine token is refused even if it has the permission.
    people_only: bool = False
    # If `scim` is true, requests and responses are those of SCIM (RFC 7644), and only a machine token may send them.
    scim: bool = False

    @property
    def paged(self) -> bool:
        return bool(self.query and issubclass(self.query, ListQuery))
