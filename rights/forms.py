"""Forms to register and answer subject requests (GDPR), and to decide what access reports say about employees who
viewed data."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from access.pages.fields import DayField, needed_for
from casework.vocabulary import (
    CASE_MEASURES,
    CASE_REASONS,
    DEFERRAL_GROUNDS,
    ERASURE_GROUNDS,
    ERASURE_RECIPIENTS,
    EXTENSIONS,
    NAME_REASONS,
    NAME_WEIGHED,
    RESTRICTION_REFUSALS,
)
from formats.folding import folded
from rights.erasures import StoredLine
from rights.models.subject_request import AT_THE_COUNTER, IN_WRITING, REASONED, WITHOUT_LETTER, Answer, Matter, Right
from tenants.forms.reference import ReferenceField
from tenants.models.restriction import Ground

_NUMBER = re.compile("[0-9a-f]{8}")
_UNSAVED = {"autocomplete": "off"}
# ERASE: the answer to erase a kind of data. KEEPING_GROUNDS: the reasons for which it may be kept instead.
ERASE, KEEPING_GROUNDS = "erase", ("legal_claim", "person_keeps")


class TakeForm(forms.Form):
    reference = ReferenceField(
        label=_("Référence du compte"), max_length=20, help_text=_("Douze caractères, sur l’avis d’échéance.")
    )
    last_name = forms.CharField(label=_("Nom"), max_length=80, widget=forms.TextInput(attrs=_UNSAVED))
    first_name = needed_for(
        forms.CharField(
            label=_("Prénom"),
            max_length=80,
            required=False,
            widget=forms.TextInput(attrs=_UNSAVED),
            help_text=_(
                "Prénom complet ; laissez vide seulement si la pièce n’en indique pas. Chaque personne d’un bail a "
                "son relevé."
            ),
        ),
        _("obligatoire si la pièce en indique un"),
    )

    kind = forms.ChoiceField(
        label=_("Objet de la demande"), choices=Right.choices, initial=Right.ACCESS, widget=forms.RadioSelect
    )
    look = needed_for(
        forms.CharField(
            label=_("Numéro de la consultation contestée"),
            max_length=8,
            required=False,
            widget=forms.TextInput(attrs=_UNSAVED),
            help_text=_("Huit caractères, sur le relevé de données."),
        ),
        _("obligatoire pour une contestation"),
    )
    matter = needed_for(
        forms.ChoiceField(
            label=_("Donnée à corriger, ou à laquelle la personne s’oppose"),
            choices=lambda: [("", "–"), *Matter.choices],
            required=False,
        ),
        _("obligatoire pour une correction ou une opposition"),
    )

    def clean(self) -> None:
        """Require `look`, the number of an audit event, if the person contests that an employee viewed their data.

        Require `matter`, the kind of data, for a correction or an objection. Otherwise clear these fields.
        """
        data, kind = self.cleaned_data, self.cleaned_data.get("kind")
        data["look"] = data.get("look", "").strip().lower() if kind == Right.CONTEST else ""
        data["matter"] = data.get("matter", "") if kind in {Right.RECTIFY, Right.OBJECT} else ""
        if kind == Right.CONTEST and not _NUMBER.fullmatch(data["look"]):
            self.add_error(
                "look",
                _("Un numéro comporte huit caractères, de 0 à 9 et de a à f : vérifiez-le sur le relevé de données."),
            )
        if kind in {Right.RECTIFY, Right.OBJECT} and not data["matter"]:
            self.add_error("matter", _("Indiquez la donnée concernée."))

    def clean_last_name(self) -> str:
        words: str = self.cleaned_data["last_name"]
        if len(folded(words)) < 2:
            raise ValidationError(_("Écrivez le nom complet."), code="too_short")
        return words


class CounterForm(TakeForm):
    proof = forms.ChoiceField(
        label=_("Pièce d’identité présentée"),
        choices=[(proof.value, proof.label) for proof in AT_THE_COUNTER],
        widget=forms.RadioSelect,
        help_text=_("Seule la nature de la pièce est enregistrée : ni numéro, ni copie."),
    )


class OpenCardForm(CounterForm):
    """A request registered at the front desk by a person whose identity was checked. It needs no account reference,
    because the identity check opened the card (contact page) of the person's household."""

    reference = None  # type: ignore[assignment]  # Django removes a field that a subclass sets to None.


class WrittenForm(TakeForm):
    proof = forms.ChoiceField(
        label=_("Comment l’identité a été vérifiée"),
        choices=[(proof.value, proof.label) for proof in IN_WRITING],
        widget=forms.RadioSelect,
        help_text=_(
            "Ne demandez une copie de pièce d’identité qu’en cas de doute (RGPD, art. 12-6), et ne la conservez pas."
        ),
    )


class ExtensionForm(forms.Form):
    reason = forms.ChoiceField(label=_("Motif"), choices=lambda: EXTENSIONS.choices, widget=forms.RadioSelect)


class AnswerForm(forms.Form):
    """Closes a request without a written reason. The page has a button for each possible `answer`: "given" if the
    access report was handed over, "file_given" if the portability file was, "withdrawn" if the person withdrew the
    request."""

    answer = forms.ChoiceField(
        choices=[(answer.value, answer.label) for answer in WITHOUT_LETTER], widget=forms.HiddenInput
    )


class CaseForm(forms.Form):
    """Form for a reasoned answer to a request. The employee chooses codes for the reason and the measure taken. The
    letter to the person contains a sentence for each code."""

    answer = forms.ChoiceField(
        label=_("Réponse"), choices=[(answer.value, answer.label) for answer in REASONED], widget=forms.RadioSelect
    )
    reason = forms.ChoiceField(label=_("Motif"), choices=lambda: CASE_REASONS.choices, widget=forms.RadioSelect)
    measure = forms.ChoiceField(
        label=_("Ce qui a été fait"),
        choices=lambda: [("", "–"), *CASE_MEASURES.choices],
        required=False,
        help_text=_("À remplir si la demande est fondée, en tout ou en partie. La lettre présente alors des excuses."),
    )


class DeferralForm(forms.Form):
    ground = forms.ChoiceField(label=_("Fondement"), choices=lambda: DEFERRAL_GROUNDS.choices, widget=forms.RadioSelect)
    until = DayField(
        label=_("Jusqu’au"), help_text=_("Six mois au plus. La consultation est communiquée à partir du lendemain.")
    )


class NameForm(forms.Form):
    number = forms.CharField(
        label=_("Numéro de la consultation"), max_length=8, min_length=8, widget=forms.TextInput(attrs=_UNSAVED)
    )
    reason = forms.ChoiceField(
        label=_("Pourquoi le nom est indispensable"), choices=lambda: NAME_REASONS.choices, widget=forms.RadioSelect
    )
    weighed = forms.ChoiceField(
        label=_("Examen des droits de l’agent"), choices=lambda: NAME_WEIGHED.choices, widget=forms.RadioSelect
    )


class ErasureForm(forms.Form):
    """Form to decide which data of a person are erased. Each of `lines` is a kind of data whose legal ground has ended:
    its field says to erase these data, or on which other ground they are kept."""

    recipients = forms.MultipleChoiceField(
        label=_("Destinataires informés de l’effacement"),
        choices=lambda: ERASURE_RECIPIENTS.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Qui a reçu ces données, et que vous avez informé (RGPD, art. 19). La lettre l’indique."),
    )

    def __init__(self, *args: Any, lines: Sequence[StoredLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        choices = [(ERASE, _("effacer")), *((ground, ERASURE_GROUNDS.label(ground)) for ground in KEEPING_GROUNDS)]
        fields = {
            line.data.value: forms.ChoiceField(label=line.heading, choices=choices, widget=forms.RadioSelect)
            for line in lines
        }
        self.fields = {**fields, **self.fields}

    def clean(self) -> None:
        if self.cleaned_data.get("recipients") and not self.erased:
            self.add_error("recipients", _("Rien n’est effacé : aucun destinataire n’en est informé."))

    @property
    def erased(self) -> list[str]:
        return [line.data.value for line in self.lines if self.cleaned_data.get(line.data.value) == ERASE]

    @property
    def spared(self) -> dict[str, str]:
        answers = {line.data.value: self.cleaned_data.get(line.data.value, "") for line in self.lines}
        return {data: ground for data, ground in answers.items() if ground != ERASE}


class RestrictionForm(forms.Form):
    """Form to grant a request for restriction on one of the four grounds of article 18, or to refuse it for a coded
    reason."""

    answer = forms.ChoiceField(
        label=_("Réponse"),
        choices=[(Answer.LIMITED.value, Answer.LIMITED.label), (Answer.REFUSED.value, Answer.REFUSED.label)],
        widget=forms.RadioSelect,
    )
    ground = forms.ChoiceField(
        label=_("Fondement, si le traitement est limité"),
        choices=[(ground.value, ground.label) for ground in Ground if ground is not Ground.UNKNOWN],
        required=False,
        widget=forms.RadioSelect,
        help_text=_("La lettre l’indique à la personne. Vous seul pouvez le lire ensuite."),
    )
    recipients = forms.MultipleChoiceField(
        label=_("Destinataires informés de la limitation"),
        choices=lambda: ERASURE_RECIPIENTS.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Qui a reçu ces données, et que vous avez informé (RGPD, art. 19). La lettre l’indique."),
    )
    reason = forms.ChoiceField(
        label=_("Motif, si la demande est refusée"),
        choices=lambda: RESTRICTION_REFUSALS.choices,
        required=False,
        widget=forms.RadioSelect,
    )

    def clean(self) -> None:
        data = self.cleaned_data
        if data.get("answer") == Answer.LIMITED:
            if not data.get("ground") and "ground" not in self.errors:
                self.add_error("ground", _("Choisissez l’un des quatre fondements de l’article 18."))
            if data.get("reason"):
                self.add_error("reason", _("La demande est accordée : n’indiquez pas de motif de refus."))
        elif data.get("answer") == Answer.REFUSED:
            if not data.get("reason") and "reason" not in self.errors:
                self.add_error("reason", _("Indiquez pourquoi la demande est refusée."))
            if data.get("ground"):
                self.add_error("ground", _("La demande est refusée : n’indiquez pas de fondement."))
            if data.get("recipients"):
                self.add_error("recipients", _("Rien n’est limité : aucun destinataire n’en est informé."))


class InformationForm(forms.Form):
    informed_on = DayField(
        label=_("Jour où la personne a été informée"),
        help_text=_("Celui de la remise ou de l’envoi de la lettre. La levée est possible à partir du lendemain."),
    )
