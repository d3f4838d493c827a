"""Stores a row in every table that has a named database rule, so that test_constraints.py can violate each rule."""

from uuid import uuid4

from django.utils import timezone

from access.models import AccessRequest, Assignment, DailyMail, KeptRight, MailChoice, SentAct
from buildings.models import Programme
from casework.models import LegacyCommentTally
from exchange.models import ImportFile, ImportRun
from ledger.models import Clearing, SavedFilter
from oversight.models import BoardFigure, Breach, ExposureDay, Inspection
from rights.models import ErasureLine, LookDeferral, NamedLook
from tenants.models import (
    DiscreetMark,
    DiscreetName,
    FormerName,
    HelpCode,
    Reminder,
    ReminderDoor,
    Representative,
    SourceKey,
)
from tests.builders import (
    BREACH,
    OWNER,
    ask_about_look,
    ask_write_off,
    change_lease,
    make_demand,
    make_receipt,
    make_review,
    make_tenant,
    note,
    open_in_emergency,
    paris_day,
    pay_cash,
    post,
    record_attempt,
    release_copy,
    restrict,
    seal_legacy_comment,
    seal_sentence,
    stand_wall,
    write_note,
)
from tests.world import World


def fill(landlord: World) -> None:
    """Store at least one row in every table that has a named constraint, unique index or trigger."""
    fill_household(landlord)
    fill_permissions(landlord)
    fill_oversight(landlord)


def fill_household(landlord: World) -> None:
    account, residence = landlord.account("Dette-Glycines A"), landlord.residence("Dette-Glycines A")
    building, person, day = landlord.building("Glycines A"), landlord.person("elise"), paris_day()
    year = {"first_day": day, "last_day": paris_day(200)}
    mark = DiscreetMark.objects.using(OWNER).create(lease=account.lease, building=building, **year)
    DiscreetName.objects.using(OWNER).create(mark=mark, person=person)
    HelpCode(tenant=residence.tenant, code="give_time", asked_on=day, renew_by=paris_day(300)).save(using=OWNER)
    FormerName.objects.using(OWNER).create(tenant=residence.tenant, last_name="Rossi", last_day=day)
    Representative.objects.using(OWNER).create(tenant=residence.tenant, name="Rita", **year)
    reminder = Reminder.objects.using(OWNER).create(building=building, first_day=day, last_day=paris_day(20))
    ReminderDoor.objects.using(OWNER).create(reminder=reminder, unit=residence.unit, building=building)
    paid = post(account, -500, "direct_debit", "payment")
    receipt = make_receipt(landlord.place("Agence Belleville"))
    Clearing.objects.using(OWNER).create(receipt=receipt, entry=paid)
    pay_cash(account, person)
    pay_cash(account, person)
    SavedFilter(person=person, list="tous", slot=1, name="Trois mois de dette", months=3).save(using=OWNER)
    SourceKey.objects.using(OWNER).create(kind="unit", key="U1", target=residence.unit_id)
    note(account, "payment_difficulty", offer="instalments", date=f"{day}")
    note(residence, "contact_correction", contact_item="phone", correction_step="asked", date=f"{day}")
    note(residence.unit, "keys_handed", key_kind="entrance_badge", count=2, date=f"{day}")
    write_note(account, "Rappelle le 5 pour le second versement.")
    seal_sentence(account, person)
    record_attempt(account, person)
    open_in_emergency(account.lease, person)
    stand_wall(account.lease, landlord.person("paul"))
    change_lease(account.lease, person, "signed")
    ask_write_off(account, person)
    comment = seal_legacy_comment(account)
    LegacyCommentTally.objects.using(OWNER).create(
        file=comment.file, agency=comment.agency, category="health", outcome="erased", lines=1
    )
    release_copy(landlord.person("ines"), landlord.person("simone"), account)


def fill_permissions(landlord: World) -> None:
    day = paris_day()
    write_access_request(landlord)
    make_review(landlord.person("georges"))
    ExposureDay.objects.using(OWNER).create(day=paris_day(), role="caretaker", possible=9, unused=2)
    of_the_month = {
        "place": landlord.place("Secteur Glycines"),
        "month": paris_day().replace(day=1),
        "counted_on": paris_day(),
    }
    BoardFigure.objects.using(OWNER).create(kind="debt_3_months", number=15, cents=1_200_000, **of_the_month)
    BoardFigure.objects.using(OWNER).create(kind="arriving", number=5, **of_the_month)
    granted = Assignment.objects.using(OWNER).get(person=landlord.person("awa"))
    KeptRight(kept_on=day, reason="rare", assignment=granted, kept_by=landlord.person("georges")).save(using=OWNER)
    waiting = ImportRun(person=landlord.person("paul"), kind="portfolio", dry=True, rows=2)
    waiting.save(using=OWNER)
    ImportFile(run=waiting, file="baux.csv", content=b"sealed").save(using=OWNER)
    MailChoice(person=landlord.person("jules"), wanted=True, language="fr").save(using=OWNER)
    DailyMail(person=landlord.person("jules"), day=paris_day(), template="waiting", next_try_at=timezone.now()).save(
        using=OWNER
    )
    SentAct(sent_by=landlord.person("jules"), key=uuid4(), last_day=granted.last_day, assignment=granted).save(
        using=OWNER
    )
    Programme.objects.using(OWNER).create(key="k", source_id="1", dwellings=2)


def fill_oversight(landlord: World) -> None:
    person, day = landlord.person("elise"), paris_day()
    ask_about_look(landlord.person("awa"))
    demand = make_demand(person, landlord.residence("Dette-Glycines A").tenant, in_hand=True)
    decision = {"person": person, "decided_by": person, "reason": "complaint", "weighed": "heard_agrees"}
    NamedLook.objects.using(OWNER).create(request=demand, event=uuid4(), decided_on=day, **decision)
    restrict(make_tenant("Limitée", "Iris"))
    ErasureLine.objects.using(OWNER).create(
        request=demand, data="identity", rows=1, decision="kept", ground="lease_running"
    )
    request = {"asked_by": person, "asked_on": day}
    LookDeferral(event=uuid4(), until=paris_day(9), ground="judicial_inquiry", **request).save(using=OWNER)
    lines = {"words": 1, "lines": 1, "hits": [["casework.AccountNote.text", "x"]]}
    Inspection.objects.using(OWNER).create(asked_by=person, asked_on=paris_day(), ends_on=paris_day(7), **lines)
    Breach.objects.using(OWNER).create(number=1, known_on=paris_day(), people=3, noted_by=person, **BREACH)


def write_access_request(landlord):
    """Store a pending access request: the administrator Jules requests the role of officer in an agency for Léa."""
    AccessRequest.objects.using(OWNER).create(
        asked_by=landlord.person("jules"),
        person=landlord.person("lea"),
        place=landlord.place("Agence Belleville"),
        role="officer",
        reason="posting",
        first_day=paris_day(),
        last_day=paris_day(60),
    )
