"""Finds identifiers in a sentence that do not belong there: IBANs, telephone numbers and names of other people.

The screening finds what a sentence discloses about a person. This module finds whom a sentence identifies, or how
to reach or pay that person. Such data has its own fields, which are encrypted or shown to fewer people than a note.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from formats.iban import find_ibans
from formats.telephone import find_phones
from privacy.names_in_text import find_names
from screening import Context, Finding
from screening.words.shown import visible_text


@dataclass(frozen=True, slots=True)
class Identifier:
    """A kind of identifier, such as an IBAN, with its title, `why` it is refused, what to write `instead`, and fact
    codes to use."""

    title: Promise | str
    why: Promise | str
    instead: Promise | str
    facts: tuple[str, ...]


IDENTIFIERS: dict[str, Identifier] = {
    "iban": Identifier(
        _("IBAN"),
        _(
            "C’est un IBAN. Les coordonnées bancaires ont leur place sur la page du compte, où elles sont chiffrées ; "
            "une note est lue par plus de personnes (RGPD art. 5(1)(c) et (f))."
        ),
        _("Écrire l’étape : pièce reçue, étape du mandat de prélèvement."),
        ("document_received", "mandate_step"),
    ),
    "phone": Identifier(
        _("numéros de téléphone"),
        _(
            "C’est un numéro de téléphone. Il a sa place dans les coordonnées de la personne, où il peut être corrigé "
            "et effacé (RGPD art. 5(1)(c) et (d))."
        ),
        _("Écrire l’action seule : rappel à faire, contact et suite."),
        ("callback_due", "contact_logged"),
    ),
    "name": Identifier(
        _("noms d’autres personnes"),
        _(
            "C’est le nom d’une autre personne. Le locataire peut lire la note, et cette personne n’en est pas "
            "informée (RGPD art. 5(1)(c) et art. 14)."
        ),
        _("Écrire son rôle, sans son nom : un voisin, le gardien, un tiers payeur, le représentant."),
        ("third_party_payer", "representative_recorded"),
    ),
}


def find_identifiers(text: str, context: Context | None = None) -> list[Finding]:
    """Return the identifiers in a text, in the order of the text.

    `context` has the names that the text may contain (`names`) and the names of other people (`others`).
    """
    visible, places = visible_text(text)
    spans = {"iban": [*find_ibans(visible)]}
    spans["phone"] = [
        span
        for span in find_phones(visible)
        if not any(span[0] < end and start < span[1] for start, end in spans["iban"])
    ]
    spans["name"] = [*find_names(visible, context or Context())]
    findings = []
    for start, end, kind in sorted((*span, kind) for kind, of_kind in spans.items() for span in of_kind):
        first, last = min(places[start:end]), max(places[start:end]) + 1
        identifier = IDENTIFIERS[kind]
        findings.append(
            Finding(kind, first, last, text[first:last], str(identifier.why), str(identifier.instead), identifier.facts)
        )
    return findings
