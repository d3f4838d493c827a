"""Changes all data that a person must not see: names, leases, entries, facts and buildings.

The non-interference tests then check that the pages of the person have not changed.
"""

from collections.abc import Collection
from uuid import UUID

from access.models import Level, Person
from buildings.models import Building, Unit
from casework.models.contact_attempt import ContactOutcome
from tenants.models import Account, Residence
from tests.builders import (
    OWNER,
    ask_write_off,
    let,
    make_building,
    make_place,
    make_tenant,
    make_unit,
    note,
    paris_day,
    post,
    record_attempt,
    restrict,
    run,
    seal_legacy_comment,
    seal_sentence,
    write_note,
)
from tests.world import World, fill

# The tables about residents are hashed by `fingerprint`, to prove that a refused request changed none of their rows.
RESIDENT_TABLES = (
    "tenants_tenant",
    "tenants_residence",
    "tenants_lease",
    "tenants_leaseunit",
    "tenants_leaseparty",
    "tenants_account",
    "ledger_entry",
    "ledger_writeoff",
    "tenants_formername",
    "tenants_helpcode",
    "tenants_reminder",
    "tenants_reminderdoor",
    "tenants_discreetmark",
    "tenants_restriction",
    "tenants_setasidecontact",
    "ledger_bankdetail",
    "casework_cardfact",
    "casework_dwellingfact",
    "casework_accountfact",
    "casework_accountnote",
    "casework_contactattempt",
    "casework_contestedsentence",
    "casework_legacycomment",
)


def change_all_but(landlord: World, kept: Collection[UUID]) -> None:
    """Change the data of every building except those in `kept` (visible to the tested person). Add a building."""
    for building in Building.objects.using(OWNER).exclude(pk__in=kept):
        change(building)
    agency = make_place(Level.AGENCY, "Agence Nouvelle", landlord.place("Direction Est"))
    fill(make_building("Neuf", make_place(Level.SECTOR, "Secteur Neuf", agency), "rue Neuve", "1"), "Neuf")


def change(building: Building) -> None:
    pk = str(building.pk)
    residents = "SELECT tenant_id FROM tenants_residence WHERE building_id = %s"
    run(
        f"UPDATE tenants_tenant SET last_name = 'Dette-Autre', name_key = 'dette autre ' || id, phone = '+33639980000'"
        f" WHERE id IN ({residents})",
        pk,
    )
    vacant = Unit.objects.using(OWNER).filter(building=building, lettings=None)[0]
    newcomers = (make_tenant("Dette-Nouvelle", "Calme"), make_tenant("Arrivée", "Calme"))
    post(let(vacant, *newcomers, start=-3), 999_99)
    restrict(newcomers[0])
    run(
        "UPDATE tenants_residence SET moved_out = loge_today() + 3 WHERE building_id = %s AND moved_in < loge_today()",
        pk,
    )
    run(
        "UPDATE tenants_residence SET moved_in = loge_today() + 2 WHERE building_id = %s AND moved_in > loge_today()",
        pk,
    )
    run(
        "INSERT INTO tenants_helpcode (id, tenant_id, code, asked_by, asked_on, renew_by)"
        f" SELECT gen_random_uuid(), t.id, 'knock_loudly', 'tenant', loge_today(), loge_today() + 300"
        f" FROM tenants_tenant t WHERE t.id IN ({residents})",
        pk,
    )
    run(
        "INSERT INTO tenants_formername (id, tenant_id, last_name, first_name, last_day)"
        " SELECT gen_random_uuid(), t.id, 'Auparavant', '', loge_today()"
        f" FROM tenants_tenant t WHERE t.id IN ({residents})",
        pk,
    )
    run(
        "UPDATE tenants_account SET settled_on = loge_today() WHERE id ="
        " (SELECT id FROM tenants_account WHERE building_id = %s ORDER BY opened_on, id LIMIT 1)",
        pk,
    )
    run("UPDATE tenants_lease SET signed_on = starts_on - 7 WHERE building_id = %s", pk)
    make_unit(Building.objects.using(OWNER).get(pk=building.pk), "99", 9)
    change_facts(building)


def change_facts(building: Building, *, account_alone: bool = False, only: Account | None = None) -> None:
    """Add facts of each kind about each account, resident and dwelling of a building.

    If `only` is given, facts are added about this account and its residents, and about nothing else.
    """
    day = paris_day().isoformat()
    accounts = Account.objects.using(OWNER).filter(building=building)
    homes = Residence.objects.using(OWNER).filter(building=building)
    units = Unit.objects.using(OWNER).filter(building=building)
    if only:
        accounts, homes = accounts.filter(pk=only.pk), homes.filter(lease=only.lease_id)
        # Here dwellings get no facts, because a fact about a dwelling is not about the household of this account.
        units = units.none()
    for account in accounts:
        note(account, "payment_difficulty", offer="instalments", date=day)
        note(account, "procedure_step", procedure_step="handed_to_recovery", date=day)
        write_note(account, "Rappelle le 5 pour le second versement.")
        seal_legacy_comment(account)
        ask_write_off(account)
        record_contacts(account)
        seal_sentence(account, Person.objects.using(OWNER).order_by("pk")[0])
    if account_alone:
        return
    for residence in homes:
        note(residence, "visit_in_pairs", informed=0, date=day, until=paris_day(20).isoformat())
    for unit in units:
        note(unit, "keys_handed", key_kind="entrance_badge", count=2, date=day)


def record_contacts(account: Account) -> None:
    """Add contact attempts with each outcome, after which the account is not on today's list of accounts to contact."""
    officer = Person.objects.using(OWNER).get(name="Karim Sy")
    for outcome in ContactOutcome.values:
        record_attempt(account, officer, outcome, back=5)


def change_money_in(building: Building) -> None:
    """Change the debts, and the stage of debt recovery, of all accounts in a building.

    Residents' data stay unchanged.
    """
    for (account,) in run("SELECT id FROM tenants_account WHERE building_id = %s", str(building.pk)):
        row = Account.objects.using(OWNER).get(pk=account)
        for day in (-90, -60, -30, -1):
            post(row, 123_456, day=day)
    change_facts(building, account_alone=True)
    run(
        "UPDATE tenants_lease SET signed_on = starts_on - 60 WHERE building_id = %s",
        str(building.pk),
    )


def fingerprint(kept: Collection[UUID] = ()) -> dict[str, str]:
    """Return a hash of each table about residents, to prove that a request changed nothing.

    Rows of the buildings in `kept` are left out, because the tested person may change these rows.
    """
    return {table: _hash(table, [str(pk) for pk in kept]) for table in RESIDENT_TABLES}


def _hash(table: str, kept: list[str]) -> str:
    placed = run("SELECT 1 FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'building_id'", table)
    where = "NOT building_id = ANY (%s::uuid[])" if placed else "%s::uuid[] IS NOT NULL"
    [(value,)] = run(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t WHERE {where}", kept)
    return str(value)
