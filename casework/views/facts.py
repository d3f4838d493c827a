"""Pages of facts about a resident, a dwelling or an account.

A list page shows the facts in force and the fact codes that can be recorded. Each code has a page with its form.
"""

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

from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.pages.acting import result_of, row_or_404
from access.permissions import Permission
from access.reach import roles_at
from audit import events
from buildings.models import Building, Unit
from casework.actions.facts import MODELS, Of, contest_fact, keep_fact, record_fact, withdraw_fact
from casework.facts import sentence, typed
from casework.forms.facts import FactForm
from casework.models import Fact, FactCode, FactScope
from casework.queries import whose
from casework.vocabulary.facts import THEMES, TITLES
from tenants import facade
from tenants.models import Account, Representative, Residence
from tenants.queries import parties_of


@dataclass(frozen=True)
class Line:
    """A fact in a list. `may_end` is True if the reader may withdraw or replace it."""

    fact: Fact
    sentence: str
    may_end: bool
    url: str  # `url`: URL of the form with which the reader replaces the fact by a new one.
    letter: str = ""  # `letter`: URL of the letter about a precaution, or "" if the reader may not print it.


@dataclass(frozen=True)
class Theme:
    label: str
    choices: list[tuple[FactCode, str]]


@dataclass(frozen=True)
class Page:
    """Data for the list page and the form pages of facts about one object: a residence, dwelling or account."""

    scope: FactScope
    of: Of
    key: Mapping[str, Any]
    head: Mapping[str, Any]
    contacts: Mapping[UUID, str]
    former: frozenset[UUID] = frozenset()  # `former`: contacts that existing facts may name, but new facts may not.

    @property
    def choices(self) -> dict[UUID, str]:
        """Return the contacts of the tenants that a new fact may name, as a dict from id to name."""
        return {key: name for key, name in self.contacts.items() if key not in self.former}

    @property
    def url(self) -> str:
        return reverse(f"{self.scope.value}_facts", kwargs=dict(self.key))

    def form(self, code: str) -> str:
        return reverse(f"{self.scope.value}_fact", kwargs={**self.key, "code": code})

    def letter(self, fact: Fact) -> str:
        return reverse("fact_letter", kwargs={**self.key, "fact": fact.pk})

    def after(self, fact: Fact) -> str:
        """Return the URL to redirect to after the fact is recorded.

        For a precaution, such as "visit in pairs", return the URL of the letter that informs the tenant of it.
        """
        if fact.code.precaution:
            return self.letter(fact)
        return self.url if self.scope == FactScope.DWELLING else self.head["back"]


# --- Pages, two for each scope ----------------------------------------------------------------------------------------


@door(Permission.CARD_FACTS, model=Residence, post_event=events.FORM_SUBMITTED)
def card_facts(request: DoorRequest, residence: Residence) -> HttpResponse:
    return _facts(request, card_page(residence))


@door(Permission.CARD_FACTS, model=Residence, post_event=events.FORM_SUBMITTED)
def card_fact(request: DoorRequest, residence: Residence, code: str) -> HttpResponse:
    return _fact(request, card_page(residence), code)


@door(Permission.DWELLING_FACTS, model=Unit, post_event=events.FORM_SUBMITTED)
def dwelling_facts(request: DoorRequest, unit: Unit) -> HttpResponse:
    return _facts(request, _dwelling_page(request.access, unit))


@door(Permission.DWELLING_FACTS, model=Unit, post_event=events.FORM_SUBMITTED)
def dwelling_fact(request: DoorRequest, unit: Unit, code: str) -> HttpResponse:
    return _fact(request, _dwelling_page(request.access, unit), code)


@door(
    Permission.ACCOUNT_FACTS,
    model=Account,
    lookup="reference",
    post_event=events.FORM_SUBMITTED,
)
def account_facts(request: DoorRequest, account: Account) -> HttpResponse:
    return _facts(request, account_page(request.access, account))


@door(
    Permission.ACCOUNT_FACTS,
    model=Account,
    lookup="reference",
    post_event=events.FORM_SUBMITTED,
)
def account_fact(request: DoorRequest, account: Account, code: str) -> HttpResponse:
    return _fact(request, account_page(request.access, account), code)


# --- Objects that facts are about -------------------------------------------------------------------------------------


def card_page(residence: Residence) -> Page:
    """Return the data for the pages of facts about a resident.

    Because caretakers see these pages, the facts may name only the contact person whom the tenant chose, and never a
    legal representative such as a guardian.
    """
    tenant = residence.tenant
    contacts = {tenant.pk: tenant.contact_name} if tenant.contact_name else {}
    head = {"back": reverse("card", kwargs={"pk": residence.pk}), "back_label": tenant.display_name}
    head["whose"] = tenant.display_name
    return Page(FactScope.CARD, residence, {"pk": residence.pk}, head, contacts)


def _dwelling_page(access: AccessContext, unit: Unit) -> Page:
    building = access.rows(Building).get(pk=unit.building_id)
    number = facade.numbers(access.rows(Unit).filter(building=building).dwellings()).get(unit.pk)
    head = {"back": reverse("building", kwargs={"pk": building.pk}), "back_label": building.place.name}
    return Page(FactScope.DWELLING, unit, {"pk": unit.pk}, {**head, "unit": unit, "number": number}, {})


def account_page(access: AccessContext, account: Account) -> Page:
    tenants = {party.tenant_id for party in parties_of(access, account)}
    people = access.rows(Representative).filter(tenant__in=tenants).with_power(access.day).order_by("name", "id")
    page = _bare_account_page(account)
    head = {**page.head, "whose": whose(access, account)}
    former = frozenset(contact.pk for contact in people if contact.over)
    return replace(page, head=head, contacts={contact.pk: contact.name for contact in people}, former=former)


def _bare_account_page(account: Account) -> Page:
    key = {"reference": account.reference}
    head = {"back": reverse("account", kwargs=key), "back_label": account.reference}
    return Page(FactScope.ACCOUNT, account, key, head, {})


def lines_of(access: AccessContext, page: Page, roles: frozenset[str] = frozenset()) -> list[Line]:
    """Return the page's facts in force, each with its sentence.

    `roles` are the reader's roles at the building. These roles decide whether the reader may withdraw or replace a
    fact. A reader without roles may do neither.
    """
    model = MODELS[page.scope]
    lines = []
    for fact in access.rows(model).filter(**{model.on: page.of.pk}).in_force(access.day):
        text = sentence(fact.code, fact.fields, page.contacts)
        may_end = fact.code.writable_by(roles)
        letter = page.letter(fact) if may_end and fact.code.precaution else ""
        lines.append(Line(fact, text, may_end, f"{page.form(fact.code_id)}?remplace={fact.pk}", letter))
    return lines


def account_lines(access: AccessContext, account: Account) -> list[Line]:
    """Return the facts to show on the account page. To save queries, names of contacts are read only if needed."""
    lines = lines_of(access, _bare_account_page(account))
    if any(line.fact.code.names_contact for line in lines):
        return lines_of(access, account_page(access, account))
    return lines


def _codes(access: AccessContext, page: Page, roles: frozenset[str]) -> list[FactCode]:
    """Return the fact codes that somebody with these roles may record on this page.

    If there is no contact to choose, the codes with a contact field are left out.
    """
    codes = [code for code in access.rows(FactCode).in_use(page.scope) if code.writable_by(roles)]
    return [code for code in codes if page.choices or not code.names_contact]


def themes_of(codes: list[FactCode], page: Page) -> list[Theme]:
    order = {code: place for place, code in enumerate([*THEMES.terms, *TITLES.terms])}
    last = len(order)
    codes = sorted(codes, key=lambda code: (order.get(code.theme, last), order.get(code.pk, last), code.pk))
    groups = groupby(codes, key=lambda code: code.theme)
    return [Theme(THEMES.label(theme), [(code, page.form(code.pk)) for code in group]) for theme, group in groups]


# --- Code shared by all scopes ----------------------------------------------------------------------------------------


def _facts(request: DoorRequest, page: Page) -> HttpResponse:
    access = request.access
    roles = roles_at(access.person.pk, page.of.building_id)
    lines = lines_of(access, page, roles)
    if request.method == "POST":
        return _end(request, page, lines)
    themes = themes_of(_codes(access, page, roles), page)
    context = {"page": page, "lines": lines, "themes": themes, "day": access.day, **page.head}
    return render(request, "casework/facts.html", context)


def _end(request: DoorRequest, page: Page, lines: list[Line]) -> HttpResponse:
    """Run the pressed button of a fact in the list: withdraw it, keep it although contested, or contest it.

    An employee may record for a tenant that the tenant contests the fact. Only people with a role that may write the
    fact can withdraw or keep it.
    """
    who: dict[str, Any] = {"by": request.access.person, "of": page.of, "context": request.access.context}
    for line in lines:
        if line.may_end and request.POST.get("end") == str(line.fact.pk):
            withdraw_fact(fact=line.fact, **who)
            messages.success(request, _("Le fait est retiré."))
            return redirect(page.url)
        if line.may_end and line.fact.is_challenged and request.POST.get("keep") == str(line.fact.pk):
            keep_fact(fact=line.fact, **who)
            messages.success(request, _("Le fait est maintenu. Communiquez la réponse au locataire."))
            return redirect(page.url)
        if line.fact.may_be_contested and request.POST.get("contest") == str(line.fact.pk):
            contest_fact(fact=line.fact, **who)
            messages.success(
                request,
                _(
                    "La contestation est enregistrée. Un rôle qui peut écrire ce fait doit le retirer, le "
                    "remplacer ou le maintenir."
                ),
            )
            return redirect(page.url)
    raise Http404


def _fact(request: DoorRequest, page: Page, wanted: str) -> HttpResponse:
    access = request.access
    roles = roles_at(access.person.pk, page.of.building_id)
    code = next((candidate for candidate in _codes(access, page, roles) if candidate.pk == wanted), None)
    if code is None:
        raise Http404
    old = None
    if replaced := request.POST.get("replaces") or request.GET.get("remplace"):
        lines = lines_of(access, page, roles)
        old = row_or_404([line.fact for line in lines if line.fact.code_id == code.pk], replaced)
    initial = typed(code, old.fields) if old else {}
    form = FactForm(request.POST or None, code=code, day=access.day, contacts=page.choices, initial=initial)
    if form.is_valid():
        content = {"values": form.values(), "told_on": form.cleaned_data.get("told_on"), "replaces": old}
        if (fact := result_of(form, record_fact, request, of=page.of, code=code, **content)) is not None:
            messages.success(request, _("Le fait est remplacé.") if old else _("Le fait est enregistré."))
            return redirect(page.after(fact))
    context = {"page": page, "code": code, "form": form, "old": old, "day": access.day, **page.head}
    return render(request, "casework/fact.html", context)
