"""Forms for the members and the chair of the commission: attendance, recusals, proposed decisions and votes."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.pages.acting import row_or_404
from access.pages.fields import DayField
from allocations.committee.agenda import NumberedSheet
from allocations.committee.proposals import Options
from allocations.forms.desk import NumberField
from allocations.forms.grids import number_field
from allocations.models import AgendaItem, CarryOver, Choice, Decision, DecisionKind, Seat

RANKED = (DecisionKind.RANKED, DecisionKind.CONDITIONAL)


class PresenceForm(forms.Form):
    present = forms.MultipleChoiceField(label=_("Membres présents"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any, *, seats: Sequence[Seat]) -> None:
        super().__init__(data)
        self.seats = seats
        expected = [seat for seat in seats if not seat.released]
        choices = [(str(seat.pk), f"{seat.person.name} ({seat.get_voice_display()})") for seat in expected]
        cast(forms.MultipleChoiceField, self.fields["present"]).choices = choices

    def seats_present(self) -> list[Seat]:
        return [row_or_404(self.seats, key) for key in self.cleaned_data["present"]]


def dwelling_label(item: AgendaItem) -> str:
    address = next(iter(item.vacancy.building.addresses.all()), None)
    names = (address.line if address else item.vacancy.building.place.name, item.vacancy.unit.door_name)
    return ", ".join(filter(None, names))


class RecuseForm(forms.Form):
    """Form that recuses a member from a dwelling of the agenda, or from one application, given by a number that the
    member knows."""

    item = forms.ChoiceField(label=_("Toutes les fiches d’un logement"), required=False, widget=forms.RadioSelect)
    number = NumberField(
        label=_("Ou la demande d’une personne que je connais"),
        required=False,
        help_text=_("Son numéro unique. La réponse ne dit pas si cette demande est candidate."),
    )

    def __init__(self, data: Any, *, items: Sequence[AgendaItem]) -> None:
        super().__init__(data)
        self.items = items
        choices = [(str(item.pk), dwelling_label(item)) for item in items]
        cast(forms.ChoiceField, self.fields["item"]).choices = choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and bool(data.get("item")) == bool(data.get("number")):
            raise ValidationError(_("Choisissez un logement, ou donnez un numéro de demande."), code="neither")
        return data

    def values(self) -> dict[str, Any]:
        """Return the arguments of the action `recuse`."""
        if number := self.cleaned_data["number"]:
            return {"number": number}
        return {"item": row_or_404(self.items, self.cleaned_data["item"]).pk}

    @property
    def success(self) -> str:
        """Return the success message. For an application number, it does not disclose whether the application is a
        candidate."""
        if self.cleaned_data["number"]:
            return gettext(
                "Votre récusation est enregistrée : si cette demande est candidate, sa fiche ne vous sera pas montrée."
            )
        return gettext("Vous êtes récusé pour ce logement : aucune de ses fiches ne vous est montrée.")


class CarryOverForm(forms.Form):
    reason = forms.ChoiceField(label=_("Pourquoi"), choices=CarryOver.choices, widget=forms.RadioSelect)


class ProposalForm(forms.Form):
    """Form that proposes one of the decisions whose conditions are met."""

    decision = forms.ChoiceField(label=_("Décision proposée"), widget=forms.RadioSelect)
    rank = number_field(
        _("Rang"), least=1, required=False, help_text=_("Pour une attribution par classement, ou sous condition.")
    )
    missing_document = forms.ChoiceField(
        label=_("Pièce manquante"), required=False, help_text=_("Pour une attribution sous condition.")
    )
    document_by = DayField(label=_("À fournir au plus tard le"), required=False)

    def __init__(self, data: Any, *, options: Options, day: date) -> None:
        super().__init__(data, initial={"rank": options.rank})
        self.day, self.first_free = day, options.rank
        cast(forms.ChoiceField, self.fields["decision"]).choices = list(options.decisions.items())
        documents = [("", gettext("choisir")), *options.documents.items()]
        cast(forms.ChoiceField, self.fields["missing_document"]).choices = documents
        if not options.documents:
            del self.fields["missing_document"], self.fields["document_by"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        needed: tuple[str, ...] = ("rank",) if data.get("decision") in RANKED else ()
        if data.get("decision") == DecisionKind.CONDITIONAL:
            needed = ("rank", "missing_document", "document_by")
        for name in needed:
            if name not in self.errors and not data.get(name):
                self.add_error(name, ValidationError(_("Cette décision demande ce champ."), code="needed"))
        if "rank" in needed and "rank" not in self.errors and data["rank"] != self.first_free:
            words = _("Proposez le rang %(rank)s : c’est le premier rang libre de ce logement.")
            self.add_error("rank", ValidationError(words, code="not_next", params={"rank": self.first_free}))
        if "document_by" in needed and (last := data.get("document_by")) and last <= self.day:
            self.add_error("document_by", ValidationError(_("Ce jour doit être à venir."), code="past"))
        return data

    def values(self) -> dict[str, Any]:
        """Return the arguments of the action `propose_decision`."""
        data = self.cleaned_data
        kind, _colon, motive = data["decision"].partition(":")
        values: dict[str, Any] = {"kind": kind, "motive": motive}
        if kind == DecisionKind.ALLOCATION:
            values["rank"] = 1
        elif kind in RANKED:
            values["rank"] = data["rank"]
        if kind == DecisionKind.CONDITIONAL:
            values |= {"missing_document": data["missing_document"], "document_by": data["document_by"]}
        return values


class VoteForm(forms.Form):
    """Form for a member's votes on the proposed decisions of a dwelling. The button `all` votes for all of them."""

    ALL = "all"

    def __init__(self, data: Any, *, sheets: Sequence[NumberedSheet]) -> None:
        super().__init__(data)
        self.decisions: dict[str, Decision] = {}
        for sheet in sheets:
            if sheet.decision:
                name = f"vote-{sheet.decision.pk}"
                self.decisions[name] = sheet.decision
                label = gettext("Votre vote, fiche n° %(number)s") % {"number": sheet.candidacy.number}
                self.fields[name] = forms.ChoiceField(
                    label=label, choices=Choice.choices, required=False, widget=forms.RadioSelect
                )

    def field_of(self, sheet: NumberedSheet) -> forms.BoundField | None:
        name = f"vote-{sheet.decision.pk}" if sheet.decision else ""
        return self[name] if name in self.fields else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not self.choices():
            raise ValidationError(_("Choisissez votre vote pour une fiche au moins."), code="none")
        return data

    def choices(self) -> list[tuple[Decision, str]]:
        """Return each decision on which the member votes, with the choice."""
        if self.ALL in self.data:
            return [(decision, Choice.FOR) for decision in self.decisions.values()]
        chosen = [(decision, self.cleaned_data.get(name)) for name, decision in self.decisions.items()]
        return [(decision, choice) for decision, choice in chosen if choice]
