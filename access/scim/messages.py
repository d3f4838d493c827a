"""The messages of SCIM: errors, users, lists, filters, and what a request says about `active`."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, JsonResponse

from access.api.problems import BESIDE, Problem
from access.models import Person

MEDIA = "application/scim+json"
_API = "urn:ietf:params:scim:api:messages:2.0"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
LIST, ERROR, PATCH = f"{_API}:ListResponse", f"{_API}:Error", f"{_API}:PatchOp"
# A filter compares one attribute that identifies a person. Names of attributes and operators ignore case.
_FILTER = re.compile(
    rf'\s*(?:{re.escape(USER)}:)?(?P<name>userName|externalId|emails(?:\[type eq "work"\])?\.value)\s+eq\s+'
    r'"(?P<value>(?:[^"\\]|\\.)*)"\s*',
    re.IGNORECASE,
)
_BOOLEANS = {"true": True, "false": False}


class ScimProblem(Problem):
    """An error that a SCIM view raises. Its details are for the administrator of the directory, so in English."""

    def __init__(self, status: int, detail: str, kind: str = "") -> None:
        super().__init__("forbidden")
        self.scim_status, self.detail, self.kind = status, detail, kind

    @property
    def status(self) -> int:
        return self.scim_status

    def answer(self, request: HttpRequest | None) -> JsonResponse:
        return error(self.scim_status, self.detail, self.kind)


def error(status: int, detail: str, kind: str = "", headers: Mapping[str, str] | None = None) -> JsonResponse:
    body = {"schemas": [ERROR], "status": str(status), "detail": detail}
    if kind:
        body["scimType"] = kind
    beside = {**BESIDE.get(status, {}), **(headers or {})}
    return JsonResponse(body, status=status, content_type=MEDIA, headers=beside)


def answer(body: Mapping[str, Any]) -> JsonResponse:
    return JsonResponse(body, content_type=MEDIA)


def user(person: Person, address: str) -> dict[str, Any]:
    """Return the attributes by which the directory recognises a person. It already knows the person's other data."""
    return {
        "schemas": [USER],
        "id": str(person.pk),
        "userName": person.email,
        "active": person.is_active,
        "meta": {"resourceType": "User", "location": address},
    }


def listed(resources: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "schemas": [LIST],
        "totalResults": len(resources),
        "startIndex": 1,
        "itemsPerPage": len(resources),
        "Resources": list(resources),
    }


def address_sought(expression: str) -> str:
    """Return the email address that a filter seeks, or "" if it seeks an externalId, because Loge stores none.

    Raises ScimProblem for any other filter, so that no filter lists the staff.
    """
    match = _FILTER.fullmatch(expression)
    if match is None:
        raise ScimProblem(
            400, 'The filter must be userName eq "…", emails.value eq "…" or externalId eq "…".', "invalidFilter"
        )
    return "" if match["name"].lower() == "externalid" else re.sub(r"\\(.)", r"\1", match["value"])


def active_after_patch(body: Mapping[str, Any]) -> bool | None:
    """Return the value of `active` after a PATCH, or None if the request does not mention it.

    Accepts what Microsoft Entra and Okta send: any case of `op` and `path`, the texts "True" and "False", and a value
    object without a path. Other attributes are ignored.
    """
    operations = _value_of(body, "Operations")
    if not (isinstance(operations, list) and operations and all(isinstance(item, dict) for item in operations)):
        raise ScimProblem(400, "Operations must be a list of objects.", "invalidSyntax")
    active = None
    for operation in operations:
        op, path, value = (_value_of(operation, name) for name in ("op", "path", "value"))
        if not isinstance(op, str) or op.lower() not in ("add", "replace", "remove"):
            raise ScimProblem(400, "op must be add, replace or remove.", "invalidSyntax")
        if path is not None and not isinstance(path, str):
            raise ScimProblem(400, "path must be a string.", "invalidPath")
        mentioned = {path: value} if path else value
        if not isinstance(mentioned, dict):
            raise ScimProblem(400, "An operation without a path needs an object as its value.", "invalidValue")
        wanted = active_in(mentioned)
        if wanted is not None and op.lower() == "remove":
            raise ScimProblem(400, "active cannot be removed.", "mutability")
        active = active if wanted is None else wanted
    return active


def active_in(attributes: Mapping[str, Any]) -> bool | None:
    """Return the value of `active` among the attributes of a user, or None if it is absent.

    The attributes may be one level deeper, below the name of the schema.
    """
    for part in (_value_of(attributes, USER), attributes):
        for name in ("active", f"{USER}:active"):
            if isinstance(part, dict) and (values := _values_of(part, name)):
                return boolean_of(values[0])
    return None


def boolean_of(value: Any) -> bool:
    # Older provisioning of Entra sends [{"$ref": null, "value": "False"}].
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        value = _value_of(value[0], "value")
    if isinstance(value, str):
        value = _BOOLEANS.get(value.lower())
    if not isinstance(value, bool):
        raise ScimProblem(400, "active must be true or false.", "invalidValue")
    return value


def _value_of(attributes: Mapping[str, Any], name: str) -> Any:
    return next(iter(_values_of(attributes, name)), None)


def _values_of(attributes: Mapping[str, Any], name: str) -> list[Any]:
    """Return a list with the value of this name, or an empty list.

    Raises ScimProblem if the name occurs in two spellings (letter case), because JSON readers would differ in the value
    that they choose.
    """
    values = [value for key, value in attributes.items() if key.lower() == name.lower()]
    if len(values) > 1:
        raise ScimProblem(400, f"The body has {name} twice, in two spellings.", "invalidSyntax")
    return values
