"""What the SCIM endpoints support, for directories that ask (RFC 7643, sections 5 to 7)."""

from typing import Any

from access.scim.messages import USER

_CORE = "urn:ietf:params:scim:schemas:core:2.0"


def _attribute(name: str, kind: str, **more: Any) -> dict[str, Any]:
    described = {"name": name, "type": kind, "multiValued": False, "required": False, "mutability": "readOnly"}
    return described | {"returned": "default", "uniqueness": "none"} | more


SERVICE_PROVIDER_CONFIG: dict[str, Any] = {
    "schemas": [f"{_CORE}:ServiceProviderConfig"],
    "patch": {"supported": True},
    "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
    "filter": {"supported": True, "maxResults": 1},
    "changePassword": {"supported": False},
    "sort": {"supported": False},
    "etag": {"supported": False},
    "authenticationSchemes": [
        {"type": "oauthbearertoken", "name": "Bearer token", "description": "Token of a machine, made in Loge"}
    ],
}
RESOURCE_TYPE: dict[str, Any] = {
    "schemas": [f"{_CORE}:ResourceType"],
    "id": "User",
    "name": "User",
    "endpoint": "/Users",
    "schema": USER,
}
SCHEMA: dict[str, Any] = {
    "schemas": [f"{_CORE}:Schema"],
    "id": USER,
    "name": "User",
    "attributes": [
        _attribute("userName", "string", required=True, caseExact=False, uniqueness="server"),
        _attribute("active", "boolean", mutability="readWrite"),
    ],
}
