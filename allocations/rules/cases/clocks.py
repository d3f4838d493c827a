"""Calculates cases of the kind `clock`: legal time limits."""

from collections.abc import Callable
from datetime import date
from typing import Any

from allocations.rules import clocks
from allocations.rules.cases.fields import Fields, shorten
from allocations.rules.clocks import Deadline, Notification
from allocations.rules.results import CaseError
from allocations.rules.rows import Rows
from allocations.rules.zones import DEPARTMENTS

# JSON fields with further results of a calculated time limit, besides the deadline.
Extra = dict[str, Any]
# A function that computes a deadline. It is called after all fields were read, so unknown keys are always reported.
Compute = Callable[[], tuple[Deadline, Extra]]


def calculate(fields: Fields, rows: Rows) -> dict[str, Any]:
    name = fields.choice("clock", CLOCKS)
    compute = CLOCKS[name](fields, rows)
    at = fields.instant("at", None)
    fields.finish()
    deadline, extra = compute()
    answer: dict[str, Any] = {
        "clock": name,
        "last_day": deadline.last_day.isoformat(),
        "expires_at": deadline.expires_at.isoformat(),
    }
    if at is not None:
        answer["over"] = deadline.is_over(at)
    return {"answer": answer | extra, "reasons": list(deadline.reasons)}


def read_offer(fields: Fields, rows: Rows) -> Compute:
    letter = {name: fields.day(name, None) for name in ("presented_on", "received_on")}
    notification = Notification(
        notified_on=fields.day("notified_on", None),
        never_collected=fields.flag("never_collected", False),
        **letter,
    )
    if notification.notified_on is not None and (any(letter.values()) or notification.never_collected):
        raise CaseError("give either notified_on, or the days of the registered letter.")
    delay_days = fields.whole("delay_days", 0, 365, None)
    answer = fields.choice("reply", ["accepted", "refused"], "")
    replied_at, at = fields.instant("replied_at", None), fields.instant("at", None)
    if bool(answer) != (replied_at is not None):
        raise CaseError("give reply and replied_at together.")
    if replied_at is not None and at is not None and replied_at > at:
        raise CaseError("replied_at is after at.")

    def compute() -> tuple[Deadline, Extra]:
        deadline = clocks.offer_deadline(notification, delay_days, rows)
        if replied_at is not None:
            clocks.check_reply(notification, replied_at)
        outcome = clocks.offer_outcome(deadline, at, answer, replied_at)
        return deadline, {"outcome": outcome} if outcome else {}

    return compute


def read_registration_certificate(fields: Fields, rows: Rows) -> Compute:
    start = fields.day("filed_on")
    return lambda: (clocks.month_delay(rows, "registration_certificate_months", start, "The certificate is due"), {})


def read_renewal(fields: Fields, rows: Rows) -> Compute:
    filed_on, renewed_on = fields.day("filed_on"), fields.day("renewed_on", None)
    reminded_on, renewals = fields.day("reminded_on", None), fields.days("earlier_renewals", [])
    if renewals and renewed_on is None:
        raise CaseError('"earlier_renewals" are before "renewed_on", which is absent.')
    valid_from = renewed_on or filed_on
    if reminded_on is not None and reminded_on < valid_from:
        raise CaseError(f"reminded_on is before {valid_from}, when the validity began: it is not of this validity.")

    def compute() -> tuple[Deadline, Extra]:
        deadline, remind_by = clocks.renewal(filed_on, [*renewals, *([renewed_on] if renewed_on else [])], rows)
        extra: Extra = {"remind_by": remind_by.isoformat()}
        if reminded_on is not None:
            extra["reminded_in_time"] = reminded_on <= remind_by
        return deadline, extra

    return compute


def read_closing_warning(fields: Fields, rows: Rows) -> Compute:
    motive = fields.choice("motive", ["a", "b", "c", "d", "e", "f"])
    delivered_on = fields.day("delivered_on", None)
    return lambda: (clocks.closing_after_warning(motive, delivered_on, rows), {"motive": motive})


def read_dalo_designation(fields: Fields, rows: Rows) -> Compute:
    department = fields.text("department")
    if department not in DEPARTMENTS:
        raise CaseError(f'"department" must be the code of a department such as 75, not "{shorten(department, 10)}".')
    recognised_on = fields.day("recognised_on")
    return lambda: (clocks.dalo_designation(recognised_on, department == "75", rows), {})


def read_document_retention(fields: Fields, rows: Rows) -> Compute:
    seen_on = fields.day("seen_on")
    return lambda: (clocks.document_retention(seen_on, rows), {})


def read_claim_retention(fields: Fields, rows: Rows) -> Compute:
    decided_on = fields.day("decided_on")
    return lambda: (clocks.claim_retention(decided_on, rows), {})


def read_new_assessment(fields: Fields, _rows: Rows) -> Compute:
    assessed_for = fields.year("assessed_for")
    signing_date: date = fields.day("signing_date")
    needed = signing_date.year != assessed_for
    return lambda: (clocks.assessment_validity(assessed_for), {"new_assessment_needed": needed})


CLOCKS: dict[str, Callable[[Fields, Rows], Compute]] = {
    "offer": read_offer,
    "registration_certificate": read_registration_certificate,
    "renewal": read_renewal,
    "closing_warning": read_closing_warning,
    "dalo_designation": read_dalo_designation,
    "document_retention": read_document_retention,
    "claim_retention": read_claim_retention,
    "new_assessment": read_new_assessment,
}
