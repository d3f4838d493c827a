"""Forms of entries. Amounts are in euros, days can be typed as "23/11", and everything else comes from closed lists."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.pages.fields import DayField
from formats.money import parse_euros, plain
from formats.vocabulary import Term
from ledger.models import EntryKind
from ledger.vocabulary import ADJUSTMENTS, ENTRY_LABELS, REVERSALS

# AT_HAND: means of payment that the form on the account page offers. A separate page offers all means.
# Typing the letter of a means of payment in the amount field selects it, because an amount contains no letters.
AT_HAND = {
    "bank_transfer": "v",
    "cheque": "c",
    "cash_counter": "e",
    "card": "b",
    "direct_debit": "p",
    "money_order": "m",
}
AT_ONCE = ("wrong_amount", "wrong_account", "wrong_label", "wrong_date", "duplicate")
# NOT_BY_HAND: labels that no form offers. `plan_instalment` is only a memo: its amount is already part of the debt.
# No form offers the label `opening_balance`, because an import books entries with this label.
# No form offers the labels `transfer_in` and `transfer_out`: a transfer would need entries on two accounts.
# Entries with the label `suspense` (a cleared payment) or `reversal` are booked by Loge itself, not by a form.
NOT_BY_HAND = ("plan_instalment", "opening_balance", "transfer_in", "transfer_out", "suspense", "reversal")

Choices = list[tuple[str, Any]]


def labels_of(kind: EntryKind, sign: str) -> Choices:
    return _choices(term for term in ENTRY_LABELS.where(kind=kind, usual_sign=sign) if term.code not in NOT_BY_HAND)


def _choices(terms: Iterable[Term]) -> Choices:
    return [(term.code, ENTRY_LABELS.label(term.code)) for term in terms]


def charge_labels() -> Choices:
    return [("", gettext("choisir")), *labels_of(EntryKind.CHARGE, "+")]


def payment_labels() -> Choices:
    return [
        ("", gettext("choisir")),
        (gettext("Reçu"), labels_of(EntryKind.PAYMENT, "-")),
        (gettext("Rejeté ou remboursé"), labels_of(EntryKind.PAYMENT, "+")),
    ]


def payments_at_hand() -> Choices:
    return _choices(ENTRY_LABELS.terms[code] for code in AT_HAND)


def adjustment_labels() -> Choices:
    return [
        ("", gettext("choisir")),
        (gettext("Le plus souvent en plus"), labels_of(EntryKind.ADJUSTMENT, "+")),
        (gettext("Le plus souvent en moins"), labels_of(EntryKind.ADJUSTMENT, "-")),
    ]


def adjustment_reasons() -> Choices:
    codes = [code for code in ADJUSTMENTS.terms if code not in {"transfer_in", "transfer_out", "taken_over"}]
    return [("", gettext("choisir")), *((code, ADJUSTMENTS.label(code)) for code in codes)]


def reversal_reasons() -> Choices:
    return [("", gettext("choisir")), *((code, REVERSALS.label(code)) for code in REVERSALS.terms)]


class MoneyField(forms.Field):
    """An amount in euros. Its cleaned value is in cents."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": "24"})

    def to_python(self, value: Any) -> int | None:
        return parse_euros(value) if isinstance(value, str) and value.strip() else None


class KeyedForm(forms.Form):
    """A form with an idempotency key, which is created with the form. A form that is sent twice books only one
    entry."""

    key = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"required": _("Le formulaire est incomplet : rouvrez-le.")}
    )

    def __init__(self, data: Mapping[str, Any] | None, day: date, **kwargs: Any) -> None:
        initial = {"key": uuid4(), "effective_on": day, **kwargs.pop("initial", {})}
        super().__init__(data, initial=initial, **kwargs)


class EntryForm(KeyedForm):
    cents = MoneyField(label=_("Montant, en euros"))
    label = forms.ChoiceField(label=_("Libellé"))
    effective_on = DayField(label=_("Date d’effet"), help_text=_("Par exemple 23/11 ; 31 jours d’avance au plus."))

    # Whether the amount field gets the focus when the page opens (loge.js), unless the form has errors.
    is_focused = True

    def __init__(self, data: Mapping[str, Any] | None, day: date, **kwargs: Any) -> None:
        super().__init__(data, day, **kwargs)
        if self.is_focused and not self.is_bound:
            self.fields["cents"].widget.attrs["data-focus"] = True


class PaymentForm(EntryForm):
    label = forms.ChoiceField(label=_("Moyen"), choices=payment_labels)
    effective_on = DayField(label=_("Reçu le"), help_text=_("Par exemple 23/11."))


class Lettered(forms.RadioSelect):
    """Radio buttons, each with a letter. Typing the letter in the amount field selects the button."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        option["letter"] = option["attrs"]["data-letter"] = AT_HAND.get(str(value), "")
        return option


class PaymentAtHandForm(PaymentForm):
    """The payment form on the account page, prefilled with the amount due.

    Typing a letter in the amount field selects the means of payment. A confirmation page follows before anything is
    saved.
    """

    label = forms.ChoiceField(label=_("Moyen"), choices=payments_at_hand, widget=Lettered, initial=next(iter(AT_HAND)))

    is_focused = False

    def __init__(self, data: Mapping[str, Any] | None, day: date, due: int = 0, **kwargs: Any) -> None:
        initial = {"cents": plain(due) if due > 0 else "", **kwargs.pop("initial", {})}
        super().__init__(data, day, initial=initial, **kwargs)
        self.fields["cents"].widget.attrs |= {"data-key": "p", "aria-keyshortcuts": "p", "data-letters": True}
        if due > 0:
            self.fields["cents"].help_text = _("Somme due. Vous pouvez écrire un autre montant.")


class ChargeForm(EntryForm):
    label = forms.ChoiceField(label=_("Libellé"), choices=charge_labels)


class AdjustmentForm(EntryForm):
    label = forms.ChoiceField(label=_("Libellé"), choices=adjustment_labels)
    sense = forms.ChoiceField(
        label=_("Sens"),
        choices=[("up", _("en plus, à payer")), ("down", _("en moins, à déduire"))],
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(label=_("Motif"), choices=adjustment_reasons)

    field_order = ["cents", "sense", "label", "reason", "effective_on"]

    def clean(self) -> dict[str, Any]:
        """Make `cents` negative if the chosen direction lowers the debt."""
        data = super().clean() or self.cleaned_data
        if data.pop("sense", "") == "down" and data.get("cents"):
            data["cents"] = -data["cents"]
        return data


class ReversalForm(KeyedForm):
    reason = forms.ChoiceField(label=_("Motif"), choices=reversal_reasons)

    @property
    def at_once(self) -> Choices:
        """The reasons that the page offers for reversing an entry just after it was booked, such as a wrong amount."""
        return [(code, REVERSALS.label(code)) for code in AT_ONCE]


class AccountSearch(forms.Form):
    q = forms.CharField(label=_("Chercher un compte"), max_length=120, required=False, strip=True)
