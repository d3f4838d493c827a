"""Functions that create test objects with the owner's login, the only one that row-level security does not restrict."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import connections
from django.db.models import F
from django.utils import timezone

from access.grants.hours import Hours
from access.grants.reasons import StartReason
from access.models import Assignment, Level, Person, Place, RightsReview
from buildings.models import Address, Building, Unit
from casework.actions.facts import MODELS
from casework.models import (
    AccountNote,
    ContactAttempt,
    ContestedSentence,
    DestructionCertificate,
    FactCode,
    LegacyComment,
    LegacyCommentFile,
)
from casework.models.contest import answer_by
from formats.folding import folded
from inspection.models import CopyRelease
from ledger.models import Entry, Receipt, WriteOff
from oversight.models import Inspection, LookQuestion
from privacy.encryption.signing import sign
from rights.delays import due_on
from rights.models import SubjectRequest
from tenants.models import (
    Account,
    ConflictWall,
    EmergencyAccess,
    Lease,
    LeaseChange,
    LeaseParty,
    LeaseUnit,
    Residence,
    Restriction,
    Tenant,
)
from tenants.models.emergency import review_by
from tenants.models.lease import Capacity
from tenants.models.tenant import Channel

OWNER = "owner"


def paris_day(days: int = 0) -> date:
    """Return the date in Paris by the database's clock, `days` from today."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT loge_today()")
        return cursor.fetchone()[0] + timedelta(days=days)


@contextmanager
def guards_asleep(table: str) -> Iterator[None]:
    """Disable the triggers of an audit table, as its owner can, and enable them again on exit."""
    run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for name in ("audit_keep_rows", "audit_keep_table"):
        run(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


@contextmanager
def unguarded(table: str) -> Iterator[None]:
    """Disable the triggers of a table, as its owner can, and enable them again on exit."""
    run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for (name,) in run("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", table):
        run(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def make_place(level: Level, name: str, parent: Place | None = None) -> Place:
    place = Place(level=level, name=name, code=folded(name).replace(" ", "-")[:32], parent=parent)
    place.save(using=OWNER)
    # The database computes the path of the new place, so the row must be read again.
    place.refresh_from_db(using=OWNER)
    return place


def make_building(name: str, parent: Place, street: str = "allée des Glycines", number: str = "3") -> Building:
    building = Building(place=make_place(Level.BUILDING, name, parent))
    building.save(using=OWNER)
    address = {"number": number, "street": street, "postcode": "75019", "city": "Paris"}
    Address(building=building, search_key=folded(f"{number} {street} 75019 Paris"), **address).save(using=OWNER)
    return building


def make_person(name: str, employed_at: Place, **fields: object) -> Person:
    email = f"{folded(name).replace(' ', '.')}@trois-rives.example"
    return Person.objects.db_manager(OWNER).create_user(email, name, employed_at=employed_at, **fields)


def assign(person: Person, role: str, place: Place, first: int = -30, last: int = 200) -> Assignment:
    """Create an assignment from `first` to `last` days from today, both days included."""
    assignment = Assignment(
        person=person,
        role=role,
        place=place,
        first_day=paris_day(first),
        last_day=paris_day(last),
        reason=StartReason.POSTING,
    )
    assignment.save(using=OWNER)
    return assignment


def put_on_call(person: Person, place: Place, first: int = -1, last: int = 1, hours: Hours | None = None) -> Assignment:
    """Create an on-call assignment; by default from 18:00 on the first day to 8:00 on the last."""
    hours = hours or Hours(time(18), time(8))
    duty = Assignment(person=person, role="on_call", place=place, reason=StartReason.ON_CALL)
    duty.first_day, duty.last_day = paris_day(first), paris_day(last)
    duty.from_hour, duty.to_hour, duty.nightly = hours.start, hours.end, hours.nightly
    duty.save(using=OWNER)
    return duty


def make_unit(building: Building, door: str, floor: int | None = 1, staircase: str = "A", **fields: object) -> Unit:
    unit = Unit(building=building, door=door, floor=floor, staircase=staircase, type="T3", **fields)
    unit.save(using=OWNER)
    return unit


def make_tenant(last_name: str, first_name: str = "", phone: str = "+33639981234", **fields: object) -> Tenant:
    tenant = Tenant(
        last_name=last_name, first_name=first_name, title="mrs", phone=phone, **{"channel": Channel.PHONE, **fields}
    )
    tenant.save(using=OWNER)
    return tenant


def let(unit: Unit, *tenants: Tenant, start: int = -400, end: int | None = None, resident: bool = True) -> Account:
    """Create a lease on a unit from `start` to `end` days from today, with its parties, residents and account."""
    first, last = paris_day(start), None if end is None else paris_day(end)
    lease = Lease(main_unit=unit, building_id=unit.building_id, signed_on=first, starts_on=first, ends_on=last)
    lease.save(using=OWNER)
    spans = {"building_id": unit.building_id, "first_day": first, "last_day": last}
    LeaseUnit(lease=lease, unit=unit, **spans).save(using=OWNER)
    for tenant in tenants:
        LeaseParty(lease=lease, tenant=tenant, name_key=tenant.name_key, **spans).save(using=OWNER)
        if resident:
            settle_in(tenant, lease, unit, start, end)
    account = Account(lease=lease, building_id=unit.building_id, opened_on=first)
    account.save(using=OWNER)
    return account


def change_lease(lease: Any, by: Person, kind: str = "moved_out", **before: Any) -> LeaseChange:
    """Create a lease change made today. `before` contains the field values that undoing the change restores."""
    change = LeaseChange(lease=lease, building_id=lease.building_id, kind=kind, made_by=by)
    change.day, change.before = paris_day(), before
    change.save(using=OWNER)
    return change


def guarantee(*accounts: Account) -> Tenant:
    """Create an organisation that is the guarantor of these accounts' leases."""
    body = make_tenant("Organisme garant")
    for account in accounts:
        spans = {"building_id": account.building_id, "first_day": account.opened_on}
        of = {"tenant": body, "name_key": body.name_key, "capacity": Capacity.GUARANTOR}
        LeaseParty(lease=account.lease, **of, **spans).save(using=OWNER)
    return body


def settle_in(tenant: Tenant, lease: Lease, unit: Unit, start: int, end: int | None = None) -> Residence:
    residence = Residence(
        tenant=tenant,
        name_key=tenant.name_key,
        lease=lease,
        unit=unit,
        building_id=unit.building_id,
        moved_in=paris_day(start),
        moved_out=None if end is None else paris_day(end),
    )
    residence.save(using=OWNER)
    return residence


def post(account: Account, cents: int, label: str = "rent", kind: str = "charge", day: int = -20) -> Entry:
    """Post an entry on the account. A positive amount increases the debt."""
    on = paris_day(day)
    entry = Entry(
        account=account,
        building_id=account.building_id,
        kind=kind,
        label=label,
        source="rent_run",
        amount_cents=cents,
        effective_on=on,
        booked_on=on,
        period=on.replace(day=1),
    )
    entry.save(using=OWNER)
    return entry


def note(
    of: Any,
    code: str,
    written: int = 0,
    ends: int = 20,
    informed: int | None = None,
    by: Person | None = None,
    at: datetime | None = None,
    **fields: Any,
) -> Any:
    """Create a fact about a resident, a dwelling or an account. `by` recorded it, at the moment `at`.

    `written`, `ends` and `informed` (when the tenant was informed of the fact) are days from today.
    """
    known = FactCode.objects.using(OWNER).get(code=code)
    model = MODELS[known.compartment]
    fact = model(code=known, building_id=of.building_id, fields=fields, **{model.on: of})
    fact.written_on, fact.ends_on = paris_day(written), paris_day(ends)
    fact.told_on = None if informed is None else paris_day(informed)
    fact.written_by, fact.written_at = by, at
    fact.save(using=OWNER)
    return fact


def write_note(account: Account, text: str, written: int = 0, ends: int = 90) -> AccountNote:
    note = AccountNote(account=account, building_id=account.building_id, code_id="payment_difficulty", text=text)
    note.reason, note.written_on, note.ends_on = "sequence", paris_day(written), paris_day(ends)
    note.save(using=OWNER)
    return note


def record_attempt(
    account: Account, by: Person, outcome: str = "no_answer", back: int = 1, made: int = 0
) -> ContactAttempt:
    """Create a contact attempt (call to a tenant), made `made` days from today.

    The tenant is to be contacted again `back` days from today.
    """
    attempt = ContactAttempt(account=account, building_id=account.building_id, outcome=outcome, made_by=by)
    attempt.made_on, attempt.back_on = paris_day(made), paris_day(back)
    attempt.save(using=OWNER)
    return attempt


def seal_sentence(account: Account, by: Person, text: str = "Est malade.", asked: int = 0, **said: Any) -> Any:
    """Create a contested refusal: a sentence that the screening refused.

    Its author contested the refusal `asked` days from today.
    """
    day = paris_day(asked)
    where = {"account": account, "building_id": account.building_id, "code_id": "payment_difficulty"}
    contest = ContestedSentence(reason="sequence", categories="health", ends_on=paris_day(90), **where, **said)
    contest.asked_by, contest.asked_on, contest.answer_by = by, day, answer_by(day)
    contest.sentence = text
    contest.save(using=OWNER)
    return contest


def open_in_emergency(lease: Any, by: Person, opened: int = 0, **said: Any) -> EmergencyAccess:
    """Create the record of an emergency access to the data of a household, made `opened` days ago."""
    at = timezone.now() - timedelta(days=opened)
    due = review_by(paris_day(-opened))
    unit = {"unit_id": lease.main_unit_id, "building_id": lease.building_id}
    access = EmergencyAccess(person=by, lease=lease, reason="water", opened_at=at, review_by=due, **unit, **said)
    access.until = at + timedelta(minutes=45)
    access.save(using=OWNER)
    return access


def ask_about_look(person: Person, ago: int = 2, found: int = 0, **said: Any) -> LookQuestion:
    """Create a question that the nightly rules ask an employee about one opening of an account.

    The account was opened `ago` days ago, and the rules asked `found` days ago.
    """
    at = said.pop("at", timezone.now() - timedelta(days=ago))
    what = {"event": uuid4(), "rule": "burst", "kind": "account_opened", "role": "officer", "desk": "dpo", **said}
    question = LookQuestion(person=person, at=at, found_on=paris_day(-found), **what)
    question.save(using=OWNER)
    return question


def leave_line(kind: str, who: Person | None, about: Any = None, day: int = 0, **said: Any) -> Any:
    """Write an audit event and return its id.

    Its time is `at`, or 10:00 in Paris `day` days from today plus `seconds`. `about` is a model instance.
    """
    subject = about.subject() if about is not None else None
    line: dict[str, Any] = {
        "outcome": "shown",
        "machine": "",
        "role": "officer",
        "permission": "account_view",
        "purpose": "",
        "place": None,
    }
    line |= said
    at = line.pop("at", None) or datetime.combine(paris_day(day), time(10), ZoneInfo("Europe/Paris"))
    at += timedelta(seconds=line.pop("seconds", 0))
    facts = json.dumps(line.pop("facts", {}))
    line |= {"id": uuid4(), "at": at, "kind": kind, "actor": who.pk if who else None, "route": "", "facts": facts}
    line |= {"about_kind": subject.kind if subject else "", "about": subject.id if subject else None}
    line |= {"shown": said.get("shown", []), "count": said.get("count", 0), "request": None}
    line |= {"place": getattr(about, "building_id", line["place"])}
    columns = ", ".join(line)
    marks = ", ".join("%s::uuid[]" if name == "shown" else "%s" for name in line)
    run(f"INSERT INTO audit_event ({columns}) VALUES ({marks})", *line.values())
    return line["id"]


def ask_write_off(account: Account, by: Person | None = None, cents: int = -30_000, **said: Any) -> WriteOff:
    """Create a write-off that waits for a second person's decision."""
    why = {"kind": "adjustment", "label": "compensation", "reason": "compensation", "effective_on": paris_day()}
    request = WriteOff(account=account, building_id=account.building_id, amount_cents=cents, **{**why, **said})
    request.asked_by = by or Person.objects.using(OWNER).get(name="Karim Sy")
    request.save(using=OWNER)
    return request


def let_one_pass(cents: int) -> None:
    """Set the amount up to which one person may write off a debt alone, as the `provision` command does."""
    run(
        "CREATE OR REPLACE FUNCTION ledger_single_officer_limit() RETURNS bigint LANGUAGE sql STABLE"
        f" SET search_path = pg_catalog, pg_temp AS $$SELECT {cents}::bigint$$"
    )


def stand_wall(lease: Any, person: Person, by: Person | None = None) -> ConflictWall:
    """Create a conflict of interest, which closes a household's file to the employee `person`."""
    by = by or Person.objects.using(OWNER).get(name="Jules Moreau")
    wall = ConflictWall(person=person, lease=lease, building_id=lease.building_id, set_by=by, set_on=paris_day())
    wall.save(using=OWNER)
    return wall


def seal_legacy_comment(account: Account, text: str = "Est malade.", category: str = "health", **said: Any) -> Any:
    """Create a restricted comment of an older system as the import does, and update the counts of its comment file."""
    files = LegacyCommentFile.objects.using(OWNER)
    file, _made = files.get_or_create(fingerprint="0" * 64, defaults={"begun_on": paris_day()})
    place = Place.objects.using(OWNER).get(pk=account.building_id)
    agency = Place.objects.using(OWNER).above(place).get(level=Level.AGENCY)
    line = LegacyComment(file=file, account=account, building_id=account.building_id, agency=agency, **said)
    line.line, line.category, line.signs = file.imported + 2, category, len(text)
    line.first_written_on, line.ends_on, line.sentence = date(2011, 2, 3), paris_day(180), text
    line.save(using=OWNER)
    files.filter(pk=file.pk).update(imported=F("imported") + 1, waiting=F("waiting") + 1)
    return line


def make_demand(by: Person, tenant: Tenant, in_hand: bool = False, asked: int = 0, **said: Any) -> SubjectRequest:
    """Create a tenant's subject request (GDPR), made `asked` days from today.

    With `in_hand`, the employee `by` is already preparing the access report that answers it.
    """
    day = paris_day(asked)
    demand = SubjectRequest(tenant=tenant, proof="letter", opened_by=by, opened_on=day, due_on=due_on(day))
    if in_hand:
        demand.prepared_by, demand.prepared_until = by, timezone.now() + timedelta(minutes=9)
    for name, value in said.items():
        setattr(demand, name, value)
    demand.save(using=OWNER)
    return demand


def restrict(tenant: Tenant, ground: str = "accuracy", begun: int = 0, **said: Any) -> Restriction:
    """Restrict the processing of a tenant's data (GDPR, article 18), since `begun` days from today."""
    return Restriction.objects.using(OWNER).create(tenant=tenant, ground=ground, begun_on=paris_day(begun), **said)


def make_emptied(digest: str = "2") -> LegacyCommentFile:
    """Create the record of an imported file of comments from an older system. Every comment in it became a note."""
    counts = {"imported": 3, "noted": 3, "begun_on": paris_day(), "finished_on": paris_day()}
    return LegacyCommentFile.objects.using(OWNER).create(fingerprint=digest * 64, **counts)


def make_certificate(by: Person) -> LegacyCommentFile:
    """Create the record of an imported file of comments from an older system, with its destruction certificate."""
    file = make_emptied("1")
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT casework_destruction_counts(%s)::text", [file.pk])
        statement = json.loads(cursor.fetchone()[0])
    key_id, signature = sign(statement)
    said = {"statement": statement, "key_id": key_id, "signature": signature, "issued_on": paris_day()}
    DestructionCertificate.objects.using(OWNER).create(file=file, issued_by=by, **said)
    return file


def make_review(by: Person) -> RightsReview:
    """Sign an access review today that confirms every assignment."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT access_review_statement()::text FROM set_config('loge.person', %s, true)", [str(by.pk)])
        statement = json.loads(cursor.fetchone()[0])
    review = RightsReview(signed_by=by, signed_on=paris_day(), statement=statement)
    review.key_id, review.signature = sign(statement)
    review.save(using=OWNER)
    return review


def make_inspection(by: Person, hits: list[list[str]], agreed_by: Person | None = None, asked: int = 0) -> Inspection:
    """Create a word inspection: a request to read the stored texts that contain given words.

    `hits`: a list [column, row id] for each text that contains one of the words.
    """
    day, agreed = paris_day(asked), {"agreed_by": agreed_by, "agreed_on": paris_day(asked) if agreed_by else None}
    inspection = Inspection(asked_by=by, asked_on=day, words=2, lines=len(hits), hits=hits, **agreed)
    inspection.ends_on = paris_day(asked + 7)
    inspection.save(using=OWNER)
    return inspection


# Fields of a personal data breach, except its day and the number of people concerned.
BREACH = {"nature": "confidentiality", "touched": "contact", "consequence": "risk", "measure": "closed"}


def ask_for_copy(by: Person, account: Any, at: datetime | None = None) -> Any:
    """Write the audit event of an inspector's request for a copy of a household's file."""
    return leave_line("copy_asked", by, account, at=at or timezone.now(), role="inspector", permission="control_read")


def release_copy(by: Person, to: Person, account: Any, hours: int = 0) -> CopyRelease:
    """Let the inspector `to` read the unmasked copy of a household's file for 24 hours, from `hours` hours from now."""
    at = timezone.now() + timedelta(hours=hours)
    event = ask_for_copy(to, account)
    days = {"released_at": at, "until": at + timedelta(hours=24)}
    return CopyRelease.objects.using(OWNER).create(
        event=event, lease=account.lease, asked_by=to, released_by=by, **days
    )


def pay_cash(account: Account, by: Person, cents: int = 5_000) -> Entry:
    """Book cash that a person took today. The database gives the payment a numbered receipt."""
    on = paris_day()
    entry = Entry(account=account, building_id=account.building_id, kind="payment", label="cash_counter")
    entry.source, entry.amount_cents, entry.posted_by = "counter", -cents, by
    entry.effective_on, entry.booked_on, entry.period = on, on, on.replace(day=1)
    entry.save(using=OWNER)
    return entry


def make_receipt(agency: Place, cents: int = 51_230, key: str = "R-20261123-17", day: int = -2) -> Receipt:
    """Create an incoming payment that names no account."""
    on = paris_day(day)
    facts = {"source_key": key, "label": "bank_transfer", "source": "bank", "received_on": on, "booked_on": on}
    receipt = Receipt(agency=agency, amount_cents=cents, **facts)
    receipt.save(using=OWNER)
    return receipt


def events(**wanted: Any) -> list[dict[str, Any]]:
    """Return audit events, oldest first."""
    from audit.models import Event

    return [dict(row) for row in Event.objects.using(OWNER).filter(**wanted).order_by("at", "id").values()]


def run(sql: str, *params: Any, alias: str = OWNER) -> list[tuple]:
    """Run a SQL statement on the Django connection `alias`. Returns the rows, or [] if the statement returns none."""
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, params or None)
        return cursor.fetchall() if cursor.description else []
