"""What a door that programs use takes and gives: for the door, which holds them to it, and for its description."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from rest_framework.serializers import Serializer

from access.paging import ListQuery
from access.strict import Strict


@dataclass(frozen=True)
class Endpoint:
    title: Promise | str
    answers: type[Serializer[Any]]
    query: type[Strict] | None = None
    body: type[Strict] | None = None
    many: bool = False  # a list that is no page: what a search found
    status: int = 200

    @property
    def paged(self) -> bool:
        return bool(self.query and issubclass(self.query, ListQuery))
