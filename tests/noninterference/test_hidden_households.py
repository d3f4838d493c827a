"""Changes to a hidden household must change nothing in the pages of a person from whom the household is hidden.

A household is hidden by a discreet mark, or by a conflict of interest with this person. The checks in Python and the
database's row-level security must each be sufficient alone.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import EmptyResultSet

from access.compartments import Compartment
from access.policies import all_policies
from access.scope import ScopedQuerySet
from tenants.models import Account, DiscreetMark, Residence
from tests.builders import OWNER, paris_day, post, run, stand_wall
from tests.noninterference.change import change_facts, fingerprint
from tests.noninterference.harness import (
    MISSING,
    MISSING_REFERENCE,
    Ids,
    differences,
    read_everything,
    write_everywhere,
)
from tests.noninterference.walls import WALLS
from tests.resident_tables import PREFIXES

pytestmark = [
    pytest.mark.unwatched("opens pages twice; every other test compares what it opens"),
    pytest.mark.usefixtures("unkept"),
]
# The tests run twice, with the checks in Python alone and with row-level security alone. Both must hide the households.
ALONE = sorted(WALLS.keys() - {"both"})
DISCREET, CLOSED, OPEN = "Dette-Glycines A", "Calme-Glycines A", "Calme-Glycines B"
# SEEN has the prefixes of the URL names of all pages and API endpoints about residents and accounts.
SEEN = (
    "building", "card", "residents", "account", "books", "vacant", "lease", "identity", "inherited",
    "name_correction", "api_residents", "api_resident", "tasks", "api_accounts", "api_account", "api_entries",
    "api_units",
)  # fmt: skip


@pytest.fixture
def hidden(landlord):
    """Provide the accounts of two hidden households.

    A discreet mark hides the first household from every employee. Conflicts of interest hide the second one from a
    caretaker, an officer and an accountant, whose pages the tests compare.
    """
    lease = landlord.account(DISCREET).lease
    days = {"first_day": paris_day(-1), "last_day": paris_day(60)}
    DiscreetMark(lease=lease, building_id=lease.building_id, **days).save(using=OWNER)
    for name in ("awa", "elise", "helene"):
        stand_wall(landlord.account(CLOSED).lease, landlord.person(name))
    return [landlord.account(DISCREET), landlord.account(CLOSED)]


def ids_of(accounts: list[Account]) -> Ids:
    """Return lists of ids to request, one per model: ids of the accounts' households, then one that does not exist."""
    leases = [account.lease_id for account in accounts]
    homes = Residence.objects.using(OWNER).filter(lease__in=leases)
    entries = run("SELECT id FROM ledger_entry WHERE account_id = ANY (%s)", [account.pk for account in accounts])
    by_model: dict[str, list[object]] = {
        "account": [account.pk for account in accounts],
        "account_reference": [account.reference for account in accounts],
        "lease": [*leases],
        "residence": [home.pk for home in homes],
        "tenant": [home.tenant_id for home in homes],
        "unit": [home.unit_id for home in homes],
        "entry": [pk for (pk,) in entries],
        "building": [accounts[0].building_id],
        "code": ["contact_correction", "payment_difficulty"],
    }
    missing: dict[str, object] = {"account_reference": MISSING_REFERENCE, "code": "missing"}
    return Ids({name: [*values, missing.get(name, MISSING)] for name, values in by_model.items()})


def change_household(account: Account) -> None:
    """Change what pages could show of a household: names, requested help, entries, and the day of its departure."""
    lease = str(account.lease_id)
    tenants = "(SELECT tenant_id FROM tenants_residence WHERE lease_id = %s)"
    run(
        "UPDATE tenants_tenant SET last_name = 'Autre', name_key = 'autre ' || id, phone = '+33639980000'"
        f" WHERE id IN {tenants}",
        lease,
    )
    run(
        "INSERT INTO tenants_helpcode (id, tenant_id, code, asked_by, asked_on, renew_by) SELECT gen_random_uuid(), id,"
        f" 'knock_loudly', 'tenant', loge_today(), loge_today() + 300 FROM tenants_tenant WHERE id IN {tenants}",
        lease,
    )
    run(
        "INSERT INTO tenants_formername (id, tenant_id, last_name, first_name, last_day) SELECT gen_random_uuid(), id,"
        f" 'Auparavant', '', loge_today() - 9 FROM tenants_tenant WHERE id IN {tenants}",
        lease,
    )
    run("UPDATE tenants_residence SET moved_out = loge_today() + 3 WHERE lease_id = %s", lease)
    run("UPDATE tenants_lease SET notice_on = loge_today(), ends_on = loge_today() + 90 WHERE id = %s", lease)
    post(account, 999_99)


@pytest.mark.parametrize("policy", ALONE)
@pytest.mark.parametrize("name", ["awa", "elise", "helene"])
def test_pages_do_not_depend_on_hidden_households(landlord, sign_in, monkeypatch, hidden, policy, name):
    if name == "helene":
        # Accountants see no names, so discreet marks hide no account from them. Conflicts of interest do.
        hidden = [landlord.account(CLOSED)]
    ids = ids_of([*hidden, landlord.account(OPEN)])
    WALLS[policy](monkeypatch)
    before = read_everything(sign_in(name), ids, SEEN)
    assert len(before) > 20 and 200 in {answer.status for answer in before.values()}
    for account in hidden:
        change_household(account)
    change_facts_of(hidden)
    assert differences(before, read_everything(sign_in(name), ids, SEEN)) == []


def change_facts_of(accounts: list[Account]) -> None:
    """Add facts and comments about these accounts only.

    Nothing may change about other accounts in the building, because the tested person may see them.
    """
    for account in accounts:
        change_facts(account.building, only=account)


@pytest.mark.parametrize("name", ["awa", "elise", "helene"])
def test_change_of_an_open_household_is_detected(landlord, sign_in, name):
    """The comparison of pages must detect a change to a household that is not hidden from the person.

    If the comparison detected no change at all, equal pages would prove nothing.
    """
    account = landlord.account(DISCREET if name != "elise" else OPEN)
    ids = ids_of([account])
    before = read_everything(sign_in(name), ids, SEEN)
    change_household(account)
    assert len(differences(before, read_everything(sign_in(name), ids, SEEN))) > (0 if name == "helene" else 2)


@pytest.mark.parametrize("policy", ALONE)
@pytest.mark.parametrize("name", ["awa", "elise"])
def test_writes_to_discreet_and_missing_households_get_the_same_answer(
    landlord, sign_in, monkeypatch, hidden, policy, name
):
    ids = ids_of(hidden[:1])
    WALLS[policy](monkeypatch)
    before = fingerprint()
    theirs = {
        value for kind in ids.by_model if kind not in ("unit", "building", "code") for value in ids.by_model[kind]
    }
    assert write_everywhere(sign_in(name), ids, lambda value: value in theirs, {"anything": "1"}) == []
    assert fingerprint() == before


# --- Python and the policies restrict the same tables ----------------------------------------------------------------

HIDING = (
    "tenants_hidden",
    "tenants_hidden_by_walls",
    "tenants_masked_on_evacuation_list",
    "tenants_identity_checked_lease",
    "tenants_emergency_lease",
)
# Table -> row of another table. To read a row of the table, a person must also be allowed to read that other row.
# Policies of the tables in THROUGH need not hide households, because the policies of the other tables hide them.
THROUGH = {
    "tenants_tenant": "a residence or a lease of theirs",
    "tenants_helpcode": "a residence of the tenant",
    "tenants_representative": "a residence or a lease of the tenant",
    "tenants_formername": "a residence or a lease of the tenant",
    "tenants_identity": "a residence or a lease of the tenant",
    "ledger_cashreceipt": "the entry of the payment",
    "ledger_bankdetail": "a residence or a lease of the tenant",
    "casework_cardfact": "the residence",
    "tenants_searchkey": "a residence or a lease of the tenant",
}


def readers() -> Iterator[tuple[str, Compartment, str]]:
    """Yield (table, compartment, SQL condition) for each policy that allows reading a table.

    A compartment is the database role of a group of pages.
    """
    for policy in all_policies():
        for grant in policy.grants:
            if policy.table.startswith(PREFIXES) and isinstance(grant.to, Compartment) and "SELECT" in grant.verbs:
                yield policy.table, grant.to, grant.using


def test_python_and_policies_hide_the_same_tables(landlord):
    """Querysets in Python and policies of the database must hide hidden households in the same tables.

    This must be true for each database role (compartment) that reads the table.
    """
    models = {model._meta.db_table: model for model in apps.get_models()}
    by_policy = {(table, c) for table, c, rows in readers() if any(word in rows for word in HIDING)}
    by_python = {(table, c) for table, c, _rows in readers() if table in models and hides(landlord, models[table], c)}
    of_residents = {pair for pair in by_python if pair[0] not in THROUGH}
    assert len(by_policy) > 20 and by_policy == of_residents
    assert {table for table, _c in by_python - of_residents} == THROUGH.keys()


def hides(landlord, model: Any, compartment: Compartment) -> bool:
    rows = model._default_manager.all()
    if not isinstance(rows, ScopedQuerySet):
        return False
    try:
        query = str(rows.visible_to(landlord.person("elise"), compartment).query)
    except EmptyResultSet:
        return False
    return any(f"SELECT {word}" in query for word in HIDING[:3])
