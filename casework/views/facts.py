"""Pages of facts about a resident, a dwelling or an account.

A list page shows the facts in force and the fact codes that can be recorded. Each code has a page with its form. The
facts of an account are listed together with its notes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
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
from audit.purposes import words_of
from buildings.models import Building, Unit
from casework.actions.facts import MODELS, Of, contest_fact, keep_fact, record_fact, withdraw_fact
from casework.facts import sentence, typed
from casework.forms.facts import FactForm
from casework.models import AccountNote, Fact, FactCode, FactScope
from casework.queries import THEMES_OF_PURPOSE, by_theme, favourites, notes_of, whose
from tenants import facade
from tenants.models import Account, Representative, Residence
from tenants.queries import parties_of, restriction_of


@dataclass(frozen=True)
class Line:
    """A fact or a note in a list. `may_end` is True if the reader may withdraw or replace it."""

    record: Fact | AccountNote
    sentence: str
    may_end: bool
    page_url: str  # The buttons beside the fact send their form to this URL.
    new_url: str  # URL of the form with which the reader can replace the fact or note by a new one.

    @property
    def is_note(self) -> bool:
        return isinstance(self.record, AccountNote)

    @property
    def moment(self) -> tuple[date, datetime]:
        """Sort key: when it was recorded. An entry without a time comes before the others of its day."""
        return self.record.written_on, self.record.written_at or datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class FactLine(Line):
    """A fact in a list. `letter` is the URL of the letter about a precaution, or "" if the reader may not print it."""

    record: Fact
    letter: str = ""


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

    @property
    def restricted(self) -> str:
        """The sentence that nothing may be recorded because processing is restricted, or "". Facts about a dwelling are
        never restricted."""
        kinds = {FactScope.CARD: "residence", FactScope.ACCOUNT: "account"}
        return restriction_of(kinds[self.scope], self.of.pk) if self.scope in kinds else ""

    @property
    def list_url(self) -> str:
        """URL of the page that lists the facts: the resident's card, the account, or the page of a dwelling's facts."""
        back: str = self.head["back"]
        return self.url if self.scope == FactScope.DWELLING else back

    def after(self, fact: Fact) -> str:
        """Return the URL to redirect to after the fact is recorded.

        For a precaution, such as "visit in pairs", return the URL of the letter that informs the tenant of it.
        """
        return self.letter(fact) if fact.code.precaution else self.list_url


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


def lines_of(access: AccessContext, page: Page, roles: frozenset[str] = frozenset()) -> list[FactLine]:
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
        new_url = f"{page.form(fact.code_id)}?remplace={fact.pk}"
        lines.append(FactLine(fact, text, may_end, page.url, new_url, letter))
    return lines


def account_lines(access: AccessContext, account: Account) -> list[FactLine]:
    """Return the facts to show on the account page. To save queries, names of contacts are read only if needed."""
    roles = roles_at_account(access, account)
    lines = lines_of(access, _bare_account_page(account), roles)
    if any(line.record.code.names_contact for line in lines):
        return lines_of(access, account_page(access, account), roles)
    return lines


def roles_at_account(access: AccessContext, account: Account) -> frozenset[str]:
    """Return the reader's roles at the account's building. The `@door` decorator has usually read them before."""
    known = access.roles_by_building.get(account.building_id)
    return roles_at(access.person.pk, account.building_id) if known is None else known


def note_lines(access: AccessContext, account: Account) -> list[Line]:
    may_write = access.may(Permission.NOTES_WRITE, account.building_id)
    url = reverse("account_notes", kwargs={"reference": account.reference})
    notes = notes_of(access, account)
    return [Line(note, note.text, may_write, url, f"{url}?remplace={note.pk}") for note in notes]


def newest_first(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: line.moment, reverse=True)


def _codes(access: AccessContext, page: Page, roles: frozenset[str]) -> list[FactCode]:
    """Return the fact codes that somebody with these roles may record on this page.

    If there is no contact to choose, the codes with a contact field are left out.
    """
    codes = [code for code in access.rows(FactCode).in_use(page.scope) if code.writable_by(roles)]
    return [code for code in codes if page.choices or not code.names_contact]


# --- Code shared by all scopes ----------------------------------------------------------------------------------------


def _facts(request: DoorRequest, page: Page) -> HttpResponse:
    access = request.access
    roles = roles_at(access.person.pk, page.of.building_id)
    lines = lines_of(access, page, roles)
    if request.method == "POST":
        return _end(request, page, lines)
    codes = _codes(access, page, roles)
    usual = [(code, page.form(code.pk)) for code in favourites(access, page.scope, codes)]
    themes = [Theme(label, [(code, page.form(code.pk)) for code in group]) for label, group in by_theme(codes)]
    notes = note_lines(access, page.of) if isinstance(page.of, Account) else []
    context = {
        "page": page,
        "lines": newest_first([*lines, *notes]),
        "favourites": usual,
        "purpose": words_of(access.purpose) if access.purpose in THEMES_OF_PURPOSE else "",
        "themes": themes,
        "day": access.day,
        "restricted": page.restricted,
        **page.head,
    }
    return render(request, "casework/facts.html", context)


def _end(request: DoorRequest, page: Page, lines: list[FactLine]) -> HttpResponse:
    """Run the pressed button of a fact in the list: withdraw it, keep it although contested, or contest it.

    An employee may record for a tenant that the tenant contests the fact. Only people with a role that may write the
    fact can withdraw or keep it.
    """
    who: dict[str, Any] = {"by": request.access.person, "of": page.of, "context": request.access.context}
    for line in lines:
        if line.may_end and request.POST.get("end") == str(line.record.pk):
            withdraw_fact(fact=line.record, **who)
            messages.success(request, _("Le fait est retiré."))
            return redirect(page.list_url)
        if line.may_end and line.record.is_challenged and request.POST.get("keep") == str(line.record.pk):
            keep_fact(fact=line.record, **who)
            messages.success(request, _("Le fait est maintenu. Communiquez la réponse au locataire."))
            return redirect(page.url)
        if line.record.may_be_contested and request.POST.get("contest") == str(line.record.pk):
            contest_fact(fact=line.record, **who)
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
        old = row_or_404([line.record for line in lines if line.record.code_id == code.pk], replaced)
    initial = typed(code, old.fields) if old else {}
    restricted = page.restricted
    form = FactForm(request.POST or None, code=code, day=access.day, contacts=page.choices, initial=initial)
    if not restricted and form.is_valid():
        content = {"values": form.values(), "told_on": form.cleaned_data.get("told_on"), "replaces": old}
        if (fact := result_of(form, record_fact, request, of=page.of, code=code, **content)) is not None:
            messages.success(request, _("Le fait est remplacé.") if old else _("Le fait est enregistré."))
            return redirect(page.after(fact))
    context = {
        "page": page,
        "code": code,
        "form": form,
        "old": old,
        "restricted": restricted,
        "day": access.day,
        **page.head,
    }
    return render(request, "casework/fact.html", context)
