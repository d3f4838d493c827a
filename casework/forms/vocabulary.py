"""The form of a landlord's own fact code: its words, fields, writers, readers and retention period."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from access.roles import ROLES as HOUSE_ROLES
from casework.actions.vocabulary import ROLES
from casework.models import FactCode, FactScope, Slot
from casework.models.fact_code import LONGEST
from casework.vocabulary.facts import FIELDS, THEMES, slot_types

TICKED = forms.CheckboxSelectMultiple
# WORDS: maximum length of each text field of the form for a new fact code. The screening checks these fields.
WORDS = {"code": 32, "title_fr": 40, "title_en": 40, "sentence_fr": 160, "sentence_en": 160}
LONGEST_WORDS = sum(WORDS.values()) + len(WORDS)


def roles() -> list[tuple[str, Any]]:
    return [(code, HOUSE_ROLES[code].name) for code in ROLES[FactScope.CARD]]


def slots() -> list[tuple[str, str]]:
    return [(name, f"{FIELDS.label(name)} {{{name}}}") for name in sorted(slot_types(), key=FIELDS.label)]


class CodeForm(forms.Form):
    compartment = forms.ChoiceField(label=_("Sujet du fait"), choices=FactScope.choices, widget=forms.RadioSelect)
    theme = forms.ChoiceField(label=_("Rubrique"), choices=lambda: THEMES.choices)
    code = forms.RegexField(
        r"^[a-z][a-z0-9_]{2,31}$",
        label=_("Code"),
        help_text=_("En minuscules, sans accent ni espace, par exemple lock_changed."),
    )
    title_fr = forms.CharField(label=_("Titre"), max_length=WORDS["title_fr"])
    title_en = forms.CharField(label=_("Titre en anglais"), max_length=WORDS["title_en"])
    sentence_fr = forms.CharField(
        label=_("Phrase"),
        max_length=WORDS["sentence_fr"],
        help_text=_("Écrivez le nom de chaque champ entre accolades : {date}."),
    )
    sentence_en = forms.CharField(label=_("Phrase en anglais"), max_length=WORDS["sentence_en"])
    slots = forms.MultipleChoiceField(label=_("Champs"), choices=slots, widget=TICKED)
    writers = forms.MultipleChoiceField(label=_("Rôles qui écrivent"), choices=roles, widget=TICKED)
    readers = forms.MultipleChoiceField(label=_("Rôles qui lisent"), choices=roles, widget=TICKED)
    life_months = forms.IntegerField(label=_("Durée, en mois"), min_value=1, max_value=LONGEST, initial=12)
    tenant_told = forms.BooleanField(label=_("Le locataire en est informé"), required=False, initial=True)

    def words(self) -> str:
        """Return the texts of all fields to screen, one field per line.

        The screening reads them even if the form is invalid, so that the page can always show what the screening finds.
        """
        return "\n".join(self.data.get(name, "")[:longest].replace("_", " ") for name, longest in WORDS.items())

    def made(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        named = [Slot(name, slot_types()[name]) for name in data.pop("slots")]
        who = {"writers": data.pop("writers"), "readers": data.pop("readers")}
        return {"code": FactCode(**data), "slots": named, **who}
