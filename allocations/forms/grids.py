"""Forms for the points grid and income ceilings. They accept codes, numbers and days, but no free text."""

import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.constraints import sentence_of
from access.pages.fields import DayField
from allocations.models import Ceiling, GridRubric, RubricMode, RuleKind, SourceKind
from allocations.models.figure import SOURCE_NUMBER
from allocations.vocabulary import CURRENT_HOUSING, FEATURES, RUBRICS

MONTHS = "months"
_NUMBER = {"inputmode": "numeric", "autocomplete": "off", "size": "8", "maxlength": "9"}
LONGEST_CODE = 32


def number_field(label: Any, *, least: int = 0, required: bool = True, help_text: Any = "") -> forms.IntegerField:
    widget = forms.TextInput(attrs=_NUMBER)
    return forms.IntegerField(label=label, min_value=least, required=required, widget=widget, help_text=help_text)


class SourceForm(forms.Form):
    """Form for the legal text from which a points grid or an income ceiling is taken."""

    source_kind = forms.ChoiceField(label=_("Source"), choices=SourceKind.choices, widget=forms.RadioSelect)
    source_number = forms.CharField(
        label=_("Numéro de l’article ou du texte"),
        max_length=24,
        help_text=_("Par exemple R441-2-7 ou 2025-1234."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    source_date = DayField(label=_("Date du texte, ou de sa version"))

    def clean_source_number(self) -> str:
        number: str = self.cleaned_data["source_number"].upper()
        if not re.fullmatch(SOURCE_NUMBER, number):
            raise ValidationError(sentence_of("grid_has_its_source"), code="source")
        return number


class DraftForm(SourceForm):
    band_width = number_field(
        _("Largeur des tranches, en points"), least=1, help_text=_("Les agents voient une tranche, et pas les points.")
    )
    field_order = ("band_width",)


class WidthForm(forms.Form):
    band_width = number_field(_("Largeur des tranches, en points"), least=1)


class RubricForm(forms.Form):
    code = forms.ChoiceField(label=_("Rubrique"), choices=lambda: RUBRICS.choices)
    mode = forms.ChoiceField(label=_("Dans la rubrique"), choices=RubricMode.choices, widget=forms.RadioSelect)


class LineForm(forms.Form):
    """Form for a criterion of the points grid. The chosen feature decides which of the other fields are used."""

    rubric = forms.ChoiceField(label=_("Rubrique"))
    feature = forms.ChoiceField(
        label=_("Donnée"),
        choices=lambda: [("", gettext("choisir")), (MONTHS, gettext("ancienneté de la demande")), *FEATURES.choices],
    )
    points = number_field(_("Points"), help_text=_("Pour l’ancienneté, par mois entier."))
    at_least = number_field(_("Au moins"), required=False, help_text=_("Pour un nombre."))
    at_most = number_field(_("Au plus"), required=False, help_text=_("Pour un nombre."))
    values = forms.MultipleChoiceField(
        label=_("Logement actuel, l’un de"),
        choices=lambda: CURRENT_HOUSING.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    most_points = number_field(_("Au plus, en points"), required=False, help_text=_("Pour l’ancienneté."))
    bonus_beyond_months = number_field(
        _("Bonus au-delà de, en mois"), least=1, required=False, help_text=_("Pour l’ancienneté.")
    )
    bonus_points = number_field(_("Bonus, en points"), required=False, help_text=_("Pour l’ancienneté."))

    def __init__(self, *args: Any, rubrics: list[GridRubric], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(row.code, row.get_code_display()) for row in rubrics]
        cast(forms.ChoiceField, self.fields["rubric"]).choices = choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind, least, most = self._kind(data), data.get("at_least"), data.get("at_most")
        if kind == RuleKind.NUMBER and least is None and most is None:
            self.add_error("at_least", ValidationError(_("Donnez au moins une limite."), code="limits"))
        if least is not None and most is not None and least > most:
            self.add_error("at_most", ValidationError(_("Cette limite est au-dessous de la première."), code="order"))
        if kind == RuleKind.CODE and not data.get("values"):
            self.add_error("values", ValidationError(_("Choisissez au moins une valeur."), code="values"))
        return data

    def _kind(self, data: dict[str, Any]) -> str:
        feature = data.get("feature", "")
        return MONTHS if feature == MONTHS else FEATURES.terms[feature].row["type"] if feature else ""

    def rule(self) -> dict[str, Any]:
        """Return the arguments of the action `set_line`, which replaces an earlier criterion with the same feature and
        limits."""
        data = self.cleaned_data
        kind = self._kind(data)
        used: dict[str, tuple[str, ...]] = {
            RuleKind.NUMBER: ("at_least", "at_most"),
            RuleKind.CODE: ("values",),
            RuleKind.MONTHS: ("most_points", "bonus_beyond_months", "bonus_points"),
        }
        rule = {name: data[name] for name in used.get(kind, ())}
        if kind == RuleKind.MONTHS:
            rule["bonus_points"] = rule["bonus_points"] or 0
        else:
            rule["feature"] = data["feature"]
        limits = [data["at_least"], data["at_most"]] if kind == RuleKind.NUMBER else sorted(rule.get("values", ()))[:1]
        code = "_".join([data["feature"], *("x" if limit is None else str(limit) for limit in limits)])
        first = {"rubric": data["rubric"], "code": code[:LONGEST_CODE], "kind": kind, "points": data["points"]}
        return {**first, **rule}


def _choices(name: str) -> list[tuple[str, str]]:
    return list(cast("Field[Any, Any]", Ceiling._meta.get_field(name)).flatchoices)


class CeilingForm(SourceForm):
    financing = forms.ChoiceField(label=_("Financement"), choices=_choices("financing"))
    year = forms.TypedChoiceField(label=_("Année"), coerce=int)
    zone = forms.ChoiceField(label=_("Zone"), choices=_choices("zone"))
    category = forms.ChoiceField(label=_("Catégorie de ménage"), choices=_choices("category"))
    euros = number_field(_("Plafond, en euros"), least=1)
    field_order = ("financing", "year", "zone", "category", "euros")

    def __init__(self, data: Any, *, year: int) -> None:
        super().__init__(data, initial={"year": year})
        years = [(choice, str(choice)) for choice in (year - 1, year, year + 1)]
        cast(forms.TypedChoiceField, self.fields["year"]).choices = years
