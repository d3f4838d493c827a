"""Coded facts on a card, a dwelling and an account: what holds today, what may be noted, and one form a code."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest, Look
from access.guard.door import door
from access.pages.acting import done
from access.permissions import Permission
from access.reach import roles_at
from audit import events
from buildings.models import Building, Unit
from tenants import facade
from tenants.actions.facts import MODELS, Of, contest_fact, keep_fact, record_fact, withdraw_fact
from tenants.facts import sentence, typed
from tenants.forms.facts import FactForm
from tenants.models import Account, Fact, FactCode, FactScope, Representative, Residence
from tenants.views.accounts import holders_of
from tenants.views.leases import parties_of
from tenants.vocabulary.facts import THEMES, TITLES


@dataclass(frozen=True)
class Line:
    """A fact as a page shows it."""

    fact: Fact
    sentence: str
    may_end: bool
    url: str  # where one writes what takes its place
    letter: str = ""  # the page that tells a precaution to its tenant, for who decided it


@dataclass(frozen=True)
class Theme:
    label: str
    choices: list[tuple[FactCode, str]]


@dataclass(frozen=True)
class Page:
    """Of what facts are said here: where its pages are, and whom a fact may point at."""

    scope: FactScope
    of: Of
    key: Mapping[str, Any]
    head: Mapping[str, Any]
    contacts: Mapping[UUID, str]
    former: frozenset[UUID] = frozenset()  # contacts that only older facts may name

    @property
    def choices(self) -> dict[UUID, str]:
        """The contacts that a new fact may name."""
        return {key: name for key, name in self.contacts.items() if key not in self.former}

    @property
    def here(self) -> str:
        return reverse(f"{self.scope.value}_facts", kwargs=dict(self.key))

    def form(self, code: str) -> str:
        return reverse(f"{self.scope.value}_fact", kwargs={**self.key, "code": code})


# --- The doors --------------------------------------------------------------------------------------------------------


@door(Permission.CARD_FACTS, of=Residence, records=events.FORM_SHOWN, writes=True)
def card_facts(request: DoorRequest, residence: Residence) -> HttpResponse:
    return _facts(request, card_page(residence))


@door(Permission.CARD_FACTS, of=Residence, records=events.FORM_SHOWN, writes=True)
def card_fact(request: DoorRequest, residence: Residence, code: str) -> HttpResponse:
    return _fact(request, card_page(residence), code)


@door(Permission.DWELLING_FACTS, of=Unit, records=events.FORM_SHOWN, writes=True)
def dwelling_facts(request: DoorRequest, unit: Unit) -> HttpResponse:
    return _facts(request, _dwelling_page(request.look, unit))


@door(Permission.DWELLING_FACTS, of=Unit, records=events.FORM_SHOWN, writes=True)
def dwelling_fact(request: DoorRequest, unit: Unit, code: str) -> HttpResponse:
    return _fact(request, _dwelling_page(request.look, unit), code)


@door(Permission.ACCOUNT_FACTS, of=Account, by="reference", records=events.FORM_SHOWN, writes=True)
def account_facts(request: DoorRequest, account: Account) -> HttpResponse:
    return _facts(request, account_page(request.look, account))


@door(Permission.ACCOUNT_FACTS, of=Account, by="reference", records=events.FORM_SHOWN, writes=True)
def account_fact(request: DoorRequest, account: Account, code: str) -> HttpResponse:
    return _fact(request, account_page(request.look, account), code)


# --- What facts are said of -------------------------------------------------------------------------------------------


def card_page(residence: Residence) -> Page:
    """A caretaker sees the contact the tenant chose, never the power or the measure behind it."""
    tenant = residence.tenant
    contacts = {tenant.pk: tenant.contact_name} if tenant.contact_name else {}
    head = {"back": reverse("card", kwargs={"pk": residence.pk}), "back_label": tenant.display_name}
    head["whose"] = tenant.display_name
    return Page(FactScope.CARD, residence, {"pk": residence.pk}, head, contacts)


def _dwelling_page(look: Look, unit: Unit) -> Page:
    building = look.rows(Building).get(pk=unit.building_id)
    number = facade.numbers(look.rows(Unit).filter(building=building).dwellings()).get(unit.pk)
    head = {"back": reverse("building", kwargs={"pk": building.pk}), "back_label": building.place.name}
    return Page(FactScope.DWELLING, unit, {"pk": unit.pk}, {**head, "unit": unit, "number": number}, {})


def account_page(look: Look, account: Account) -> Page:
    tenants = {party.tenant_id for party in parties_of(look, account)}
    people = look.rows(Representative).filter(tenant__in=tenants).with_power(look.day).order_by("name", "id")
    page = _bare_account_page(account)
    head = {**page.head, "whose": whose(look, account)}
    former = frozenset(contact.pk for contact in people if contact.over)
    return replace(page, head=head, contacts={contact.pk: contact.name for contact in people}, former=former)


def whose(look: Look, account: Account) -> str:
    """Said on each page where something is written about an account: a reference alone is taken for its neighbour."""
    return ", ".join(holders_of(look, [account]).get(account.lease_id, [])) or _("Titulaires non affichés")


def _bare_account_page(account: Account) -> Page:
    key = {"reference": account.reference}
    head = {"back": reverse("account", kwargs=key), "back_label": account.reference}
    return Page(FactScope.ACCOUNT, account, key, head, {})


def lines_of(look: Look, page: Page, roles: frozenset[str] = frozenset()) -> list[Line]:
    """Facts in force, each with its sentence. Without roles nothing is offered beside them."""
    model = MODELS[page.scope]
    rows = look.rows(model).filter(**{model.on: page.of.pk}).in_force(look.day)
    return [_line(one, page, roles) for one in rows]


def _line(fact: Fact, page: Page, roles: frozenset[str]) -> Line:
    said = sentence(fact.code, fact.fields, page.contacts)
    may_end = fact.code.writable_by(roles)
    letter = _letter(page, fact) if may_end and fact.code.precaution else ""
    return Line(fact, said, may_end, f"{page.form(fact.code_id)}?remplace={fact.pk}", letter)


def _letter(page: Page, fact: Fact) -> str:
    return reverse("fact_letter", kwargs={**page.key, "fact": fact.pk})


def account_lines(look: Look, account: Account) -> list[Line]:
    """For the account's own page, which asks for the people of a fact only when one points at somebody."""
    lines = lines_of(look, _bare_account_page(account))
    if any(slot.type == "contact" for line in lines for slot in line.fact.code.slots):
        return lines_of(look, account_page(look, account))
    return lines


def _codes(look: Look, page: Page, roles: frozenset[str]) -> list[FactCode]:
    """What this person may say here; a fact that points at somebody needs somebody to point at."""
    codes = [code for code in look.rows(FactCode).in_use(page.scope) if code.writable_by(roles)]
    return [code for code in codes if page.choices or not any(slot.type == "contact" for slot in code.slots)]


def themes_of(codes: list[FactCode], page: Page) -> list[Theme]:
    order = {code: place for place, code in enumerate([*THEMES.terms, *TITLES.terms])}
    last = len(order)
    codes = sorted(codes, key=lambda one: (order.get(one.theme, last), order.get(one.pk, last), one.pk))
    groups = groupby(codes, key=lambda one: one.theme)
    return [Theme(THEMES.label(theme), [(one, page.form(one.pk)) for one in some]) for theme, some in groups]


# --- The two pages ----------------------------------------------------------------------------------------------------


def _facts(request: DoorRequest, page: Page) -> HttpResponse:
    look = request.look
    roles = roles_at(look.person.pk, page.of.building_id)
    lines = lines_of(look, page, roles)
    if request.method == "POST":
        return _end(request, page, lines)
    themes = themes_of(_codes(look, page, roles), page)
    context = {"page": page, "lines": lines, "themes": themes, "day": look.day, **page.head}
    return render(request, "tenants/facts.html", context)


def _end(request: DoorRequest, page: Page, lines: list[Line]) -> HttpResponse:
    """Withdrawn by who may write it, or kept against a challenge; contested in the tenant's name by anybody told."""
    who: dict[str, Any] = {"by": request.look.person, "of": page.of, "context": request.look.context}
    for line in lines:
        if line.may_end and request.POST.get("end") == str(line.fact.pk):
            withdraw_fact(fact=line.fact, **who)
            messages.success(request, _("Fait retiré."))
            return redirect(page.here)
        if line.may_end and line.fact.is_challenged and request.POST.get("keep") == str(line.fact.pk):
            keep_fact(fact=line.fact, **who)
            messages.success(request, _("Fait maintenu : la réponse est notée, à dire au locataire."))
            return redirect(page.here)
        if line.fact.may_be_contested and request.POST.get("contest") == str(line.fact.pk):
            contest_fact(fact=line.fact, **who)
            messages.success(request, _("Contestation notée : qui peut écrire ce fait le retire ou le remplace."))
            return redirect(page.here)
    raise Http404


def _fact(request: DoorRequest, page: Page, wanted: str) -> HttpResponse:
    look = request.look
    roles = roles_at(look.person.pk, page.of.building_id)
    code = next((one for one in _codes(look, page, roles) if one.pk == wanted), None)
    if code is None:
        raise Http404
    old = _replaced(request, page, roles, code)
    initial = typed(code, old.fields) if old else {}
    form = FactForm(request.POST or None, code=code, day=look.day, contacts=page.choices, initial=initial)
    if form.is_valid():
        said = {"values": form.values(), "told_on": form.cleaned_data.get("told_on"), "replaces": old}
        if (fact := _recorded(request, form, page, code=code, **said)) is not None:
            messages.success(request, _("Fait remplacé.") if old else _("Fait noté."))
            return redirect(_next(page, fact))
    context = {"page": page, "code": code, "form": form, "old": old, "day": look.day, **page.head}
    return render(request, "tenants/fact.html", context)


def _recorded(request: DoorRequest, form: FactForm, page: Page, **said: Any) -> Fact | None:
    written: list[Fact] = []
    right = done(form, lambda **who: written.append(record_fact(of=page.of, **who)), request, **said)
    return written[0] if right else None


def _next(page: Page, fact: Fact) -> str:
    """A precaution leads to the letter that tells it."""
    if fact.code.precaution:
        return _letter(page, fact)
    return page.here if page.scope == FactScope.DWELLING else page.head["back"]


def _replaced(request: DoorRequest, page: Page, roles: frozenset[str], code: FactCode) -> Fact | None:
    """The fact that this one takes the place of: one in force here, of the same code."""
    wanted = request.POST.get("replaces") or request.GET.get("remplace")
    if not wanted:
        return None
    lines = lines_of(request.look, page, roles)
    found = next((line.fact for line in lines if str(line.fact.pk) == wanted and line.fact.code_id == code.pk), None)
    if found is None:
        raise Http404
    return found
