"""Serializer fields that accept exactly what the OpenAPI document states, without coercion from other types."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from access.pages.fields import plausible_day

_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,15}", re.ASCII)


class Strict(serializers.Serializer[Any]):
    """A serializer that refuses unknown field names instead of silently ignoring them."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError(
                {name[:40]: [_("Ce nom de champ n’est pas connu.")] for name in unknown[:5]}
            )
        return super().to_internal_value(data)


class Document(serializers.Serializer[Any]):
    """Serializer for dictionaries that are already in JSON form. It returns the given dictionary unchanged."""

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        return instance


class Id(serializers.UUIDField):
    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str) or not _ID.fullmatch(data):
            self.fail("invalid", value="")
        return UUID(data)


class Day(serializers.DateField):
    def to_internal_value(self, value: Any) -> date:
        try:
            return plausible_day(date.fromisoformat(value if isinstance(value, str) and _DAY.fullmatch(value) else ""))
        except ValueError:
            raise serializers.ValidationError(_("Écrivez le jour sous la forme 2026-11-23.")) from None


class Whole(serializers.IntegerField):
    """Integer in a JSON body. Raises a validation error for a string, a boolean or 1.0."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return data


class Number(Whole):
    """Integer in a query string, where every value is text."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, str) or not _NUMBER.fullmatch(data):
            self.fail("invalid")
        return int(data)


class Flag(serializers.BooleanField):
    """Boolean in a JSON body. Raises a validation error for 0, 1, "true" or null."""

    def to_internal_value(self, data: Any) -> bool:
        if type(data) is not bool:
            self.fail("invalid", input="")
        return data


class Word(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Code(serializers.ChoiceField):
    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice", input="")
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError:
            raise serializers.ValidationError(_("Ce code n’est pas dans la liste.")) from None
