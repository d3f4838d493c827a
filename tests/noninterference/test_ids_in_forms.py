"""A submitted form must not disclose whether an id belongs to an object that the person must not see.

The response to the id of such a hidden object must be the same as to an id that does not exist. Neither of the two
requests may change any data.
"""

import pytest
from django.urls import reverse

from access.checks import routes
from tests.builders import run
from tests.form_values import POSTS
from tests.noninterference.change import fingerprint
from tests.noninterference.harness import refer_everywhere
from tests.visits import visits

# FIELDS maps (URL name, form field) to a table. The form field accepts ids of rows in this table.
FIELDS = {
    ("reminder_give", "units"): "buildings_unit",
    ("lease_new", "unit"): "buildings_unit",
    ("lease_transfer", "unit"): "buildings_unit",
    ("representatives", "tenant"): "tenants_tenant",
    ("identity", "show"): "tenants_tenant",
    ("resident_in", "who"): "tenants_tenant",
}
HIDDEN = {
    "buildings_unit": "SELECT u.id FROM buildings_unit u JOIN access_place p ON p.id = u.building_id"
    " WHERE p.name = 'Quai 9'",
    "tenants_tenant": "SELECT r.tenant_id FROM tenants_residence r JOIN access_place p ON p.id = r.building_id"
    " WHERE p.name = 'Quai 9'",
}


@pytest.mark.parametrize(("door", "field"), FIELDS)
def test_hidden_and_missing_ids_in_a_field_get_the_same_answer(sample_objects, sign_in, door, field):
    [visit] = [visit for visit in visits() if visit.name == door]
    hidden = [pk for (pk,) in run(HIDDEN[FIELDS[door, field]])]
    assert hidden
    before = fingerprint()
    rest = {name: value for name, value in POSTS[door](sample_objects).items() if name not in (field, "last_name")}
    assert refer_everywhere(sign_in(visit.who), visit.url(sample_objects), field, hidden, rest) == []
    assert fingerprint() == before


def test_every_listed_door_exists():
    assert {door for door, _field in FIELDS} <= {pattern.name for _path, pattern in routes()}
    assert reverse("home") == "/"
