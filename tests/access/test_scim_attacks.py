"""Attacks on the SCIM addresses: hostile bodies."""

import pytest

from access.scim.messages import ScimProblem, active_after_patch, active_in
from tests.access.test_scim import BASE, MEDIA, USER, directory, stored, two
from tests.builders import events

__all__ = ["directory", "two"]


# --- Bodies ---


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_deeply_nested_body_is_refused(landlord, directory, method):
    elise, depth = landlord.person("elise"), 1200
    nested = f'{{"{USER}":' * depth + "{}" + "}" * depth
    body = f'{{"Operations":[{{"op":"replace","value":{nested}}}]}}' if method == "PATCH" else nested
    assert len(body) < 64 * 1024
    answer = directory.generic(method, f"{BASE}/Users/{elise.pk}", body, content_type=MEDIA)
    assert answer.status_code in (200, 400) and stored(elise).is_active
    assert not events(kind="person_closed", outcome="failed")


def test_two_spellings_of_one_attribute_are_refused():
    """Parsers differ in which of two spellings counts, so neither does."""
    for body in ({"active": False, "Active": True}, {USER: {"ACTIVE": True, "active": False}}):
        with pytest.raises(ScimProblem) as refusal:
            active_in(body)
        assert (refusal.value.status, refusal.value.kind) == (400, "invalidSyntax")
    operation = {"op": "replace", "path": "active", "value": False}
    for body in (
        {"Operations": [operation], "operations": []},
        {"Operations": [operation | {"Value": True}]},
        {"Operations": [{"op": "replace", "value": {"active": False, "Active": True}}]},
    ):
        with pytest.raises(ScimProblem):
            active_after_patch(body)
