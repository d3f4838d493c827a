"""Pages of the audit log: counts and events for the data protection officer, and each person's own events."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from access.grants.duty_holders import steward_missing
from access.grants.reviews import reviews_late
from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Person
from access.permissions import Permission
from access.reach import tokens_to_make
from audit import events, reading
from audit.models import Event
from audit.purposes import words_of
from audit.reading import Asked
from audit.record import Subject
from casework.contests_due import contests_due
from oversight.audit_log import charts, recent_grants
from oversight.audit_log.code_words import machine_name
from oversight.audit_log.lines import (
    account_named,
    by_day,
    path_names,
    permission_name,
    role_name,
)
from oversight.audit_log.machine_counts import programs
from oversight.audit_log.screen_counts import refusals
from oversight.audit_log.values import address_of, facts_in_words, number, subject_words
from oversight.forms.audit_log import AccountAsked, AuditLogFilter, ReasonAsked
from oversight.look_rules.waiting import questions_due
from oversight.models import LookQuestion
from oversight.queries import QuestionSummary
from tenants.models import EmergencyAccess

# The page of an event lists the other events of the same HTTP request, all recorded within an hour of this event.
# Searching one hour of events lets PostgreSQL scan one monthly partition of the audit log instead of all partitions.
_ONE_REQUEST = timedelta(hours=1)


@door(Permission.TRACE_READ, get_event=events.HISTORY_READ)
def overview(request: DoorRequest) -> HttpResponse:
    request.access.note(scope="overview")
    newest, _next = reading.page(request.access.rows(Event), "")
    emergencies = [access for access in request.access.rows(EmergencyAccess).waiting_first() if not access.verdict]
    machines = request.access.rows(Person).filter(is_machine=True).order_by("name")
    week = timedelta(days=recent_grants.DAYS)
    gifts = recent_grants.gifts(request.access.rows(Event), request.access.day)
    page = {
        "gifts": gifts[: recent_grants.MOST],
        "gifts_more": max(len(gifts) - recent_grants.MOST, 0),
        "gifts_since": request.access.day - week,
        "emergencies": len(emergencies),
        "emergencies_late": sum(access.is_late(request.access.day) for access in emergencies),
        "programs": programs(request.access.rows(Event), machines, since=request.access.at - week),
        # Number of approved requests for API tokens for which the current person may create the token.
        "tokens_to_make": len(tokens_to_make()),
        "contests": contests_due(),
        "reviews_late": reviews_late(),
        "steward_missing": steward_missing(),
        "questions": questions_due() if request.access.holds(Permission.LOOKS_JUDGE) else 0,
        "form": AuditLogFilter(),
        "screened": refusals(request.access.rows(Event), charts.start(request.access.day)),
        "days": by_day(newest[:12]),
        "overflow": reading.overflow(),
        "since": charts.mondays(request.access.day)[0],
    }
    return render(request, "oversight/audit_log.html", page | charts.overview(request.access.day, request.access.at))


@door(Permission.TRACE_READ, get_event=events.HISTORY_READ)
def event_list(request: DoorRequest) -> HttpResponse:
    """List the events that match the filters. Filters and pagination come in the query string."""
    form = AuditLogFilter(request.GET)
    if not form.is_valid():
        return render(request, "oversight/audit_log_events.html", {"form": form})
    request.access.note(scope=form.scope)
    about, place = form.cleaned_data["about"], form.cleaned_data["place"]
    request.access.about = Subject("", about) if about else None
    request.access.place = place.pk if place else None
    narrowed = reading.narrowed(request.access.rows(Event), form.filters())
    lines, after = reading.page(narrowed, request.GET.get("before", ""))
    words = {name: str(value) for name, value in request.GET.items() if name in form.fields and value}
    page = {"form": form, "asked": True, "days": by_day(lines), "next_url": _next_url(words, after)}
    page["keep"] = urlencode(words)  # "keep" is the query string with the filters, for links that keep them.
    # Filters set by a link have no visible form field, so the page lists each filter with a link that removes it.
    page["without"] = {
        field.name: urlencode({name: value for name, value in words.items() if name != field.name})
        for field in form.hidden_fields()
    }
    return render(request, "oversight/audit_log_events.html", page)


def _next_url(words: dict[str, str], after: str) -> str:
    return f"{reverse('trace_lines')}?{urlencode({**words, 'before': after})}" if after else ""


@door(Permission.TRACE_READ, get_event=events.HISTORY_READ, post_is_search=True)
def account_events(request: DoorRequest) -> HttpResponse:
    """List the events about one account. The account reference comes by POST, so that no URL contains the reference."""
    request.access.note(scope="account")
    form = AccountAsked(request.POST or None)
    page: dict[str, Any] = {"form": form}
    if form.is_valid():
        account = account_named(form.cleaned_data["reference"])
        page |= {"asked": True, "found": account}
        if account:
            request.access.about = Subject("account", account)
            lines, after = reading.page(reading.narrowed(request.access.rows(Event), Asked(about=account)), "")
            page |= {"days": by_day(lines), "next_url": _next_url({"about": str(account)}, after)}
    return render(request, "oversight/audit_log_account.html", page)


@door(Permission.TRACE_READ, model=Event, get_event=events.HISTORY_READ)
def event_detail(request: DoorRequest, event: Event) -> HttpResponse:
    request.access.note(scope="event")
    say_who_is_named(request, event)
    around = Asked(start=event.at - _ONE_REQUEST, end=event.at + _ONE_REQUEST)
    same = (
        reading.narrowed(request.access.rows(Event), around)
        .filter(request=event.request)
        .exclude(pk=event.pk, at=event.at)
    )
    words = {name: value for name, value in request.GET.items() if name in AuditLogFilter.base_fields}
    page = {
        "event": event,
        "keep": urlencode(words),
        "sentence": reading.sentence(event),
        "outcome": reading.OUTCOMES[event.outcome],
        "refused": event.outcome in reading.REFUSALS,
        "facts": facts_in_words(event),
        "subject": subject_words(event),
        "machine": machine_name(event.machine),
        "number": number(event.request) if event.request else "",
        "address": address_of(event.route) if event.route else "",
        "place": path_names(event.place),
        "role": role_name(event.role),
        "permission": permission_name(event.permission),
        "purpose": words_of(event.purpose),
        "same_request": by_day(same.newest_first()[:20]) if event.request else [],
    }
    return render(request, "oversight/audit_log_event.html", page)


def say_who_is_named(request: DoorRequest, event: Event) -> None:
    """Record in this request's audit event the ids of all people and objects that the displayed event names."""
    named = [event.about, *(value for value in event.facts.values() if reading.is_id(value))]
    for key in filter(None, named):
        request.access.saw(Subject("", UUID(str(key))))


@door(Permission.PERSON_TRACE_READ, model=Person, get_event=events.FORM_SHOWN, post_is_search=True)
def person_events(request: DoorRequest, person: Person) -> HttpResponse:
    """Show the audit events of one employee to a reader who gives a reason. Until then, the page shows neither the
    employee's name nor the events."""
    form = ReasonAsked(request.POST or None)
    if not form.is_valid():
        return render(request, "oversight/audit_log_person.html", {"form": form})
    reason = form.cleaned_data["reason"]
    request.access.note(events.PERSON_LOOKS_READ, reason=reason, person=person.pk)
    lines, after = reading.page(request.access.rows(Event).filter(actor=person.pk), form.cleaned_data["before"])
    page = {"form": form, "whose": person.name, "days": by_day(lines), "reason": reason, "after": after}
    page["evidence_of"] = person.pk if request.access.holds(Permission.EVIDENCE_TAKE) else None
    return render(request, "oversight/audit_log_person.html", page)


@door(Permission.OWN_TRACE_READ, get_event=events.OWN_LOOKS_READ)
def own_looks(request: DoorRequest) -> HttpResponse:
    lines, after = reading.page(request.access.rows(Event), request.GET.get("before", ""))
    next_url = f"{reverse('own_looks')}?{urlencode({'before': after})}" if after else ""
    questions = [QuestionSummary(question) for question in request.access.rows(LookQuestion).waiting_first()]
    return render(
        request, "oversight/own_looks.html", {"days": by_day(lines), "next_url": next_url, "questions": questions}
    )
