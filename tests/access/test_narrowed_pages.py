"""Narrowing: a page about one building or one household reads only rows of this building or household.

The SQL settings `loge.building` and `loge.lease` name the building and the household during the transaction. Any SQL
may write these settings. Whatever they contain, they may hide rows, but must never show a hidden row.
"""

import re
from collections.abc import Iterator
from itertools import product
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from access.compartments import PLACED, Compartment
from access.database.functions import registered
from access.guard.context import AccessContext, as_database_role
from access.guard.door import door
from access.guard.object_access import ObjectAccess, check_object_access, with_object_access
from access.models import Person
from access.permissions import Permission
from access.policies import all_policies
from access.scope import within
from audit.events import FORM_SUBMITTED, LIST_SHOWN
from tenants.models import Account, DiscreetMark, DiscreetName
from tests.builders import (
    OWNER,
    assign,
    guarantee,
    leave_line,
    let,
    make_unit,
    paris_day,
    run,
    stand_wall,
)
from tests.noninterference.harness import MISSING_REFERENCE
from tests.resident_tables import resident_models

DISCREET, WALLED, NAMED, OPEN, FAR = (
    "Dette-Glycines A",
    "Calme-Glycines A",
    "Dette-Glycines B",
    "Calme-Glycines B",
    "Dette-Quai 9",
)
PEOPLE = ("awa", "elise", "georges")
_NARROWED = "access_reach_on_page("


def mark(account: Account, *named: Person) -> None:
    days = {"first_day": paris_day(-1), "last_day": paris_day(60)}
    row = DiscreetMark(lease_id=account.lease_id, building_id=account.building_id, **days)
    row.save(using=OWNER)
    for person in named:
        DiscreetName(mark=row, person=person).save(using=OWNER)


@pytest.fixture
def hidden(landlord):
    """Hide three households from Awa (caretaker), Élise (officer) and Georges (sector manager).

    A discreet mark hides the first from all three, and a conflict of interest hides the second from all three. A
    discreet mark hides the third, but not from Élise. The first household also rents a parking space in another
    building, and has the same guarantor as a household that is not hidden.
    """
    mark(landlord.account(DISCREET))
    mark(landlord.account(NAMED), landlord.person("elise"))
    for name in PEOPLE:
        stand_wall(landlord.account(WALLED).lease, landlord.person(name))
    space = make_unit(landlord.building("Glycines B"), "P1", None, kind="parking")
    let(space, landlord.tenant(DISCREET), resident=False)
    guarantee(landlord.account(DISCREET), landlord.account(OPEN))


def settings(building: object = "", lease: object = "") -> str:
    return f"SELECT set_config('loge.building', '{building}', true), set_config('loge.lease', '{lease}', true)"


def ask(compartment: Compartment, person: object, sql: str, narrowing: str = "") -> set:
    """Run a query as a person in the database role of a compartment, and return its first column.

    `narrowing` is SQL that first sets `loge.building` and `loge.lease`.
    """
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('loge.person', %s, true)",
            [compartment.database_role, str(person)],
        )
        if narrowing:
            cursor.execute(narrowing)
        cursor.execute(sql)
        return {row[0] for row in cursor.fetchall()}


def readable() -> Iterator[tuple[Compartment, str]]:
    """Yield (compartment, query for ids) for each table about residents and each compartment that may read it.

    Only compartments in which access depends on buildings are included.
    """
    tables = {
        model._meta.db_table: ", ".join(str(field.column) for field in model._meta.pk_fields)
        for model in resident_models()
    }
    for policy in all_policies():
        for grant in policy.grants:
            if policy.table in tables and grant.to in PLACED and "SELECT" in grant.verbs:
                yield Compartment(grant.to), f"SELECT concat_ws('/', {tables[policy.table]}) FROM {policy.table}"


# --- Whatever the settings contain, no row is added ------------------------------------------------------------------


@pytest.mark.parametrize("name", PEOPLE)
def test_settings_hide_rows_and_show_none(landlord, hidden, name):
    """Whatever the SQL settings `loge.building` and `loge.lease` contain, a person must get no additional row."""
    person = landlord.person(name).pk
    buildings = ["", *(landlord.account(at).building_id for at in (DISCREET, OPEN, FAR)), uuid4()]
    buildings.append(",".join(map(str, buildings[1:])))
    leases = ["", *(landlord.account(at).lease_id for at in (DISCREET, WALLED, NAMED, OPEN, FAR)), uuid4()]
    tables = changed = 0
    for compartment, query in sorted(set(readable())):
        whole = ask(compartment, person, query)
        tables += bool(whole)
        for building, lease in product(buildings, leases):
            part = ask(compartment, person, query, settings(building, lease))
            assert part <= whole, (compartment, query, building, lease)
            changed += part != whole
    assert tables > 3 and changed > 20


def test_settings_do_not_widen_within_a_statement(landlord, hidden):
    """A statement that changes the setting `loge.building` or `loge.lease` while it runs must return no additional row.

    PostgreSQL computes the reachable buildings and the hidden households once per statement, at different moments.
    """
    elise, far, near = landlord.person("elise").pk, landlord.account(FAR), landlord.account(DISCREET)
    rows = run("SELECT id, lease_id, building_id FROM tenants_account")
    whole = ask(Compartment.ACCOUNT, elise, "SELECT id FROM tenants_account")
    for first, lease in product((far, near), [lease for _id, lease, _building in rows]):
        values = f"('{first.pk}'::uuid, '', ''), " + ", ".join(
            f"('{pk}', '{building}', '{lease}')" for pk, _lease, building in rows
        )
        query = (
            f"SELECT a.id FROM (VALUES {values}) v(id, building, lease)"
            " CROSS JOIN LATERAL (SELECT set_config('loge.building', v.building, true) AS b,"
            " set_config('loge.lease', v.lease, true) AS l OFFSET 0) s"
            " JOIN tenants_account a ON a.id = v.id AND s.b IS NOT NULL AND s.l IS NOT NULL"
        )
        assert ask(Compartment.ACCOUNT, elise, query) <= whole


@pytest.mark.parametrize("setting", ["loge.building", "loge.lease"])
def test_setting_that_is_no_id_is_refused(landlord, setting):
    for query in ("SELECT id FROM tenants_account", "SELECT id FROM ledger_entry"):
        with pytest.raises(DatabaseError, match="invalid input syntax for type uuid"):
            ask(
                Compartment.ACCOUNT,
                landlord.person("elise").pk,
                query,
                f"SELECT set_config('{setting}', 'x'' OR true', true)",
            )


@pytest.mark.parametrize("name", ["awa", "elise", "fatou", "helene"])
def test_a_household_is_hidden_if_it_is_among_the_hidden_households(landlord, hidden, name):
    """The SQL function tenants_is_hidden() must be true for exactly the leases that tenants_hidden() lists.

    If the setting `loge.lease` names a hidden lease, the functions that return the page's lease and account must return
    nothing.
    """
    person = str(landlord.person(name).pk)
    leases = [lease for (lease,) in run("SELECT id FROM tenants_lease")]
    with transaction.atomic(OWNER):
        run("SELECT set_config('loge.person', %s, true)", person)
        hidden_leases = {lease for (lease,) in run("SELECT tenants_hidden()")}
        assert (
            hidden_leases
            and {lease for lease in leases if run("SELECT tenants_is_hidden(%s)", lease) == [(True,)]} == hidden_leases
        )
        for lease in leases:
            run(settings(lease=lease))
            [(on_page, account)] = run("SELECT tenants_lease_on_page(), tenants_account_on_page()")
            assert on_page == (None if lease in hidden_leases else lease)
            assert (account is None) == (lease in hidden_leases)


def test_conditions_that_a_building_is_not_reached_ignore_the_settings(landlord):
    """SQL may use the narrowed list of reachable buildings only in conditions of the form `building = ANY (list)`.

    Narrowing shortens the list. A condition that a building is not in the list would thus become true and show rows.
    """
    texts = run(
        "SELECT tablename || ' ' || policyname, coalesce(qual, '') || coalesce(with_check, '') FROM pg_policies"
    )
    texts += run("SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
    texts += run("SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'")
    allowed = {"buildings_user_permission"}
    uses = [
        (name, text[max(0, match.start() - 40) : match.start()])
        for name, text in texts
        for match in re.finditer(re.escape(_NARROWED), text)
        if name not in allowed
    ]
    assert len(uses) > 60
    assert [use for use in uses if not re.search(r"\w = ANY \(ARRAY ?\(\s*SELECT $", use[1])] == []
    # Narrowing hides rows. A policy with the condition that some row is invisible would therefore show more rows.
    negated = re.compile(r"NOT \(?\(?EXISTS|<> ALL \(ARRAY\( *SELECT \w+\.|NOT \(\w+ IN")
    assert [name for name, text in texts[: len(run("SELECT 1 FROM pg_policies"))] if negated.search(text)] == []


def test_emergency_access_to_a_household_in_reach_is_refused_in_spite_of_the_settings(landlord):
    """An on-call worker who is also the caretaker of a household must get no emergency access to it, whatever the SQL
    setting `loge.building` contains."""
    yann, account, far = landlord.person("yann"), landlord.account(OPEN), landlord.account(FAR)
    tried = leave_line("emergency_tried", yann, outcome="attempted", at=timezone.now())
    query = (
        f"SELECT lease FROM tenants_open_emergency('{account.reference}', NULL, 'fire', loge_today() + 3, '{tried}')"
    )
    duty = assign(yann, "caretaker", landlord.place("Glycines B"))
    for building in ("", far.building_id, account.building_id):
        assert ask(Compartment.EMERGENCY, yann.pk, query, settings(building)) == set(), building
    duty.delete(using=OWNER)
    assert ask(Compartment.EMERGENCY, yann.pk, query, settings(far.building_id)) == {account.lease_id}


def test_object_check_leaves_the_settings_as_they_were(landlord):
    elise, account, far = landlord.person("elise"), landlord.account(OPEN), landlord.account(FAR)
    for before in ("", str(far.building_id)):
        with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
            role = Compartment.ACCOUNT.database_role
            cursor.execute("SELECT set_config('role', %s, true), set_config('loge.person', %s, true),"
                           " set_config('loge.building', %s, true)", [role, str(elise.pk), before])  # fmt: skip
            assert check_object_access(elise, Compartment.ACCOUNT, account.building_id).allowed
            assert not check_object_access(elise, Compartment.ACCOUNT, far.building_id).allowed
            cursor.execute("SELECT current_setting('loge.building')")
            assert cursor.fetchone() == (before,)


@pytest.mark.parametrize(("at", "allowed"), [(OPEN, True), (FAR, False)])
def test_object_check_in_the_statement_of_the_account_gives_the_same_answer(landlord, at, allowed):
    """The owner's login reads all accounts, so only django-guardian's permission can refuse here."""
    elise, account = landlord.person("elise"), landlord.account(at)
    leave_line("account_opened", elise, landlord.account(NAMED), at=timezone.now())
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT set_config('loge.person', %s, true)", [str(elise.pk)])
        rows = Account.objects.using(OWNER).filter(pk=account.pk)
        [target] = with_object_access(rows, elise, Compartment.ACCOUNT)
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        role = Compartment.ACCOUNT.database_role
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('loge.person', %s, true)", [role, str(elise.pk)]
        )
        alone = check_object_access(elise, Compartment.ACCOUNT, account.building_id, account.pk)
    together = check_object_access(elise, Compartment.ACCOUNT, account.building_id, account.pk, target)
    assert together == alone == ObjectAccess(allowed, frozenset({"officer"} if allowed else ()), 1)


# --- The page --------------------------------------------------------------------------------------------------------


def test_only_accounts_that_the_person_may_open_narrow_the_page(landlord, hidden):
    elise = landlord.person("elise")
    for at, narrowed in {DISCREET: False, WALLED: False, NAMED: True, OPEN: True, FAR: False}.items():
        account = landlord.account(at)
        with transaction.atomic("default", durable=True), connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT set_config('role', %s, true), set_config('loge.person', %s, true)",
                [Compartment.ACCOUNT.database_role, str(elise.pk)],
            )
            cursor.execute("SELECT tenants_narrow_to_account(%s)", [account.reference])
            cursor.execute("SELECT current_setting('loge.building', true), current_setting('loge.lease', true)")
            named = [value or "" for value in cursor.fetchone()]
            assert named == ([str(account.building_id), str(account.lease_id)] if narrowed else ["", ""]), at


QUERIES = ("", "?du=2020-01", "?nature=charge", "?inscrite=00000000-0000-0000-0000-000000000000")


def pages_of(client, landlord) -> dict:
    """Return status and body of the account's page for every account, without the lines that differ at each request."""
    pages = {}
    for account in Account.objects.using(OWNER).order_by("reference"):
        for query, headers in product(QUERIES, ({}, {"HX-Request": "true"})):
            answer = client.get(f"/comptes/{account.reference}/{query}", headers=headers)
            lines = answer.content.decode().splitlines()
            body = [line for line in lines if "csrf" not in line and "<time" not in line and "nonce" not in line]
            pages[account.reference, query, bool(headers)] = (answer.status_code, body)
    return pages


@pytest.mark.parametrize("name", ["elise", "fatou"])
def test_narrowed_page_shows_the_same_as_any_other(landlord, sign_in, monkeypatch, hidden, name):
    """The page of an account must be identical whether or not it is narrowed to the account's building and household.

    One household has a second lease in another building. Others are hidden, have a conflict of interest, or are out of
    the person's reach.
    """
    space = make_unit(landlord.building("Glycines A"), "P2", None, kind="parking")
    let(space, landlord.tenant(OPEN), resident=False)
    client = sign_in(name)
    recorded = "SELECT kind, outcome, about, shown, count FROM audit_event WHERE route = 'account' ORDER BY at, id"
    narrowed = pages_of(client, landlord)
    assert {200, 404} <= {status for status, _body in narrowed.values()}
    first_events = run(recorded)
    monkeypatch.setitem(registered.narrow, "reference", "")
    assert pages_of(client, landlord) == narrowed
    assert first_events and run(recorded) == first_events * 2


def break_function(signature: str) -> None:
    run(
        f"CREATE OR REPLACE FUNCTION {signature} RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER AS"
        f" $$ BEGIN RAISE EXCEPTION 'called {signature}'; END $$"
    )


@pytest.mark.spoils
def test_account_page_does_not_compute_the_whole_reach(landlord, sign_in):
    """The page of an account must take the same time however many buildings the person reaches."""
    elise, page = sign_in("elise"), f"/comptes/{landlord.account(OPEN).reference}/"
    break_function("access_reach(who uuid, what text, on_day date)")
    assert elise.get(page).status_code == 200
    with pytest.raises(DatabaseError, match="called access_reach"):
        elise.get("/comptes/")


@pytest.mark.spoils
def test_pages_of_a_building_do_not_compute_the_whole_reach(landlord, sign_in):
    awa, page = sign_in("awa"), f"/immeubles/{landlord.building('Glycines A').pk}/"
    before = awa.get(page).content
    break_function("access_reach(who uuid, what text, on_day date)")
    assert awa.get(page).status_code == 200 and len(awa.get(page).content) == len(before)
    assert awa.get(f"{page}vacants/").status_code == 200
    assert awa.get(f"/immeubles/{landlord.building('Quai 9').pk}/").status_code == 404


@pytest.mark.spoils
def test_list_of_many_accounts_does_not_compute_the_whole_reach(landlord, sign_in, monkeypatch):
    # The count of tasks in the menu is replaced, because it calls the function that this test breaks.
    monkeypatch.setattr("backoffice.waiting.counting.count_waiting", lambda access: [])
    monkeypatch.setattr("ledger.account_list.FEW", 3)
    monkeypatch.setattr("ledger.views.accounts.A_PAGE", 1)
    elise = sign_in("elise")
    before = elise.get("/comptes/").content
    break_function("access_reach(who uuid, what text, on_day date)")
    for chosen in ("", "?solde=du", "?page=2"):
        assert elise.get(f"/comptes/{chosen}").status_code == 200
    assert len(elise.get("/comptes/").content) == len(before)


@pytest.mark.spoils
def test_rows_of_the_household_are_read_without_listing_hidden_households(landlord):
    """Reading the rows of one household must take the same time however many households are hidden."""
    elise, account = landlord.person("elise").pk, landlord.account(OPEN)
    narrowing = settings(account.building_id, account.lease_id)
    break_function("tenants_hidden()")
    break_function("tenants_hidden_account_ids()")
    for query in (
        f"SELECT id FROM tenants_account WHERE reference = '{account.reference}'",
        f"SELECT id FROM tenants_lease WHERE id = '{account.lease_id}'",
        f"SELECT id FROM tenants_leaseparty WHERE lease_id = '{account.lease_id}'",
        f"SELECT id FROM tenants_residence WHERE lease_id = '{account.lease_id}'",
        f"SELECT id FROM ledger_entry WHERE account_id = '{account.pk}'",
    ):
        assert ask(Compartment.ACCOUNT, elise, query, narrowing), query
        with pytest.raises(DatabaseError, match="called tenants_hidden"):
            ask(Compartment.ACCOUNT, elise, query)


def test_url_that_is_no_reference_is_not_found(landlord, sign_in):
    for reference in ("%00", "A%27--", "x" * 300, MISSING_REFERENCE):
        assert sign_in("elise").get(f"/comptes/{reference}/").status_code == 404


def test_scope_is_narrowed_like_the_policies(landlord):
    """Even without row-level security, querysets must return only rows of the building that the SQL setting
    `loge.building` names."""
    elise, account = landlord.person("elise"), landlord.account(OPEN)
    with transaction.atomic(OWNER):
        everything = Account.objects.using(OWNER).filter(within("building", elise, Compartment.ACCOUNT))
        whole = set(everything.all())
        run(settings(account.building_id))
        part = set(everything.all())
        run(settings(landlord.account(FAR).building_id))
        none = set(everything.all())
    assert account in part and part < whole and {row.building_id for row in part} == {account.building_id}
    assert none == set()


def test_door_that_changes_data_cannot_be_narrowed():
    with pytest.raises(TypeError, match="cannot be narrowed"):
        door(Permission.ACCOUNT_VIEW, post_event=FORM_SUBMITTED, narrowed=True)(lambda request: None)


# --- Lists -----------------------------------------------------------------------------------------------------------


def narrowed(person: Person, *buildings: UUID) -> set:
    """Return the buildings of all accounts that the person can read inside the block `narrow_to(buildings)`."""
    access = AccessContext(person, Permission.ACCOUNTS_LIST, LIST_SHOWN, "", uuid4(), timezone.now())
    with as_database_role(access, read_only=True):
        with access.narrow_to(buildings):
            part = {account.building_id for account in access.rows(Account)}
        assert part <= {account.building_id for account in access.rows(Account)}
    return part


def test_context_is_narrowed_to_several_buildings_within_reach(landlord):
    elise, near, far = landlord.person("elise"), landlord.account(OPEN).building_id, landlord.account(FAR).building_id
    next_door = landlord.account("Calme-Glycines A").building_id
    assert narrowed(elise, near, next_door, far, uuid4()) == {near, next_door}
    assert narrowed(elise, far) == narrowed(elise) == set()
    # The buildings of a long list are checked in another way.
    assert narrowed(elise, near, next_door, far, *(uuid4() for _ in range(20))) == {near, next_door}
    # Karim's sign-in is closed, so his assignments lead nowhere.
    karim = landlord.person("karim")
    assert narrowed(karim, near) == narrowed(karim, near, next_door, far, *(uuid4() for _ in range(20))) == set()
    # `narrow_to` has no effect for more buildings than a page can show, because checking each would take long.
    assert len(narrowed(elise, *(uuid4() for _ in range(201)))) > 2


@pytest.mark.spoils
@pytest.mark.parametrize("many", [1000, 2])
def test_first_buildings_are_those_in_reach_by_name(landlord, many):
    """loge_first_buildings() must return the first buildings by name that a person reaches, be they few or many."""
    [(definition,)] = run("SELECT pg_get_functiondef('loge_first_buildings(text, integer)'::regprocedure)")
    assert "many CONSTANT integer := 1000;" in definition
    run(definition.replace("integer := 1000;", f"integer := {many};").replace("%", "%%"))
    quai, bruno = landlord.place("Quai 9"), landlord.person("bruno")
    assign(bruno, "caretaker", quai, first=-30, last=-1)
    # Élise (officer) gets a second assignment at Glycines A. The building must still be listed only once.
    assign(landlord.person("elise"), "officer", landlord.place("Glycines A"))
    run("UPDATE access_person SET is_active = false WHERE id = %s", landlord.person("fatou").pk)
    counts = set()
    for name, compartment, most in product(
        ("awa", "elise", "georges", "bruno", "fatou"), ("card", "account"), (1, 3, 99)
    ):
        person = landlord.person(name).pk
        with transaction.atomic(OWNER):
            run("SELECT set_config('loge.person', %s, true)", str(person))
            first = run("SELECT loge_first_buildings(%s, %s)", compartment, most)
        expected = run(
            "SELECT id FROM access_place WHERE id IN (SELECT access_reach(%s, %s, loge_today()))"
            " ORDER BY name, id LIMIT %s",
            person,
            compartment,
            most,
        )
        assert first == expected, (name, compartment, most)
        counts.add(len(first))
    assert {0, 1, 3} < counts


def test_block_leaves_the_narrowing_of_its_page(landlord):
    """`narrow_to` limits queries to some buildings. After an inner block, the outer block's limit must apply."""
    near, far = (landlord.account(name).building_id for name in (OPEN, FAR))
    access = AccessContext(landlord.person("elise"), Permission.ACCOUNTS_LIST, LIST_SHOWN, "", uuid4(), timezone.now())

    def narrowing() -> str:
        return run("SELECT coalesce(current_setting('loge.building', true), '')", alias="default")[0][0]

    with as_database_role(access, read_only=True):
        with access.narrow_to([near]):
            with access.narrow_to([far]):
                assert narrowing() == str(far)
            assert narrowing() == str(near)
        assert narrowing() == ""
