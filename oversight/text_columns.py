"""Inventory of every text column that users can fill: what limits its content, how many texts it has, how long and how
old they are. Also reads the lines of an approved word inspection. `oversight/word_counts.py` counts words in the texts.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casework.models import ContestedSentence, LegacyComment

_SCREENED = _("vérifié avant l’enregistrement")
_NAME = _("un nom ; une phrase est vérifiée avant l’enregistrement")
_ADDRESS = _("une adresse électronique, dont le format est vérifié")
_PLACE = _("un nom de lieu")
_KEY = _("un identifiant opaque de l’organisme")
_STREET = _("une partie d’adresse")
SEALED = _("sous scellés")

# Maps each text column to its label on the page, and to the check or limit that keeps free comments out of it.
TEXTS: dict[str, tuple[Promise | str, Promise | str]] = {
    "casework.AccountNote.text": (_("Notes sur un compte"), _SCREENED),
    "casework.ContestedSentence.sentence": (_("Phrases contestées"), SEALED),
    "casework.LegacyComment.sentence": (_("Anciens commentaires à trier"), SEALED),
    "casework.ContestedSentence.wording": (_("Formulations proposées"), _("deux personnes, trente jours")),
    "casework.AllowedWording.text": (_("Formulations admises"), _("décision de deux personnes")),
    "casework.FactCode.title_fr": (_("Titres des faits"), _SCREENED),
    "casework.FactCode.title_en": (_("Titres des faits, en anglais"), _SCREENED),
    "casework.FactCode.sentence_fr": (_("Phrases des faits"), _SCREENED),
    "casework.FactCode.sentence_en": (_("Phrases des faits, en anglais"), _SCREENED),
    "tenants.Tenant.last_name": (_("Noms de locataires"), _NAME),
    "tenants.Tenant.first_name": (_("Prénoms de locataires"), _NAME),
    "tenants.Tenant.contact_name": (_("Personnes choisies"), _NAME),
    "tenants.Tenant.email": (_("Adresses de locataires"), _ADDRESS),
    "tenants.FormerName.last_name": (_("Anciens noms de locataires"), _NAME),
    "tenants.FormerName.first_name": (_("Anciens prénoms de locataires"), _NAME),
    "tenants.Representative.name": (_("Représentants"), _NAME),
    "allocations.Applicant.last_name": (_("Noms de demandeurs"), _NAME),
    "allocations.Applicant.first_name": (_("Prénoms de demandeurs"), _NAME),
    "allocations.Applicant.email": (_("Adresses électroniques de demandeurs"), _ADDRESS),
    "allocations.Applicant.street": (_("Voies des demandeurs"), _STREET),
    "allocations.Applicant.city": (_("Communes des demandeurs"), _STREET),
    "allocations.Contingent.holder": (_("Réservataires"), _NAME),
    "ledger.BankDetail.holder": (_("Titulaires de comptes bancaires"), SEALED),
    "ledger.SavedFilter.name": (_("Noms de filtres enregistrés"), _SCREENED),
    "tenants.SourceKey.key": (_("Clés de l’organisme"), _KEY),
    "ledger.Receipt.source_key": (_("Clés d’encaissements en attente"), _KEY),
    "buildings.Unit.source_key": (_("Clés de logements"), _KEY),
    "buildings.Unit.staircase": (_("Escaliers"), _("huit caractères au plus")),
    "buildings.Unit.door": (_("Portes"), _("huit caractères au plus")),
    "buildings.Address.street": (_("Voies"), _STREET),
    "buildings.Address.number": (_("Numéros de voie"), _STREET),
    "buildings.Address.city": (_("Communes"), _STREET),
    "access.Place.name": (_("Lieux"), _PLACE),
    "access.Place.code": (_("Codes de lieux"), _PLACE),
    "access.Place.email": (_("Adresses d’agences"), _ADDRESS),
    "access.Person.name": (_("Agents"), _NAME),
    "access.Person.email": (_("Adresses d’agents"), _ADDRESS),
    "access.AccessRequest.name": (_("Noms de nouveaux agents demandés"), _NAME),
    "access.AccessRequest.email": (_("Adresses de nouveaux agents demandés"), _ADDRESS),
}
SEALED_MODELS: dict[str, type[ContestedSentence | LegacyComment]] = {
    "casework.ContestedSentence.sentence": ContestedSentence,
    "casework.LegacyComment.sentence": LegacyComment,
}
_OF_APPLICANTS = "allocations.Applicant."
_ON_ACCOUNTS = ("casework.AccountNote.text", "casework.ContestedSentence.wording")


@dataclass(frozen=True)
class Measure:
    """Statistics of the texts in one column: their number, lengths and dates. Lengths are None if the texts are
    encrypted, or if there are fewer than five texts. Dates are None if the rows of the table have no date."""

    source: str
    texts: int = 0
    average: int | None = None
    longest: int | None = None
    oldest: date | None = None
    newest: date | None = None
    overdue: int = 0

    @property
    def name(self) -> Promise | str:
        return TEXTS[self.source][0]

    @property
    def kept_by(self) -> Promise | str:
        return TEXTS[self.source][1]


def measures() -> list[Measure]:
    by_source = {row[0]: Measure(*row) for row in _rows("SELECT * FROM oversight_texts_measured()")}
    return [by_source.get(source, Measure(source)) for source in TEXTS]


@dataclass(frozen=True)
class TextLine:
    """A line of text found by an approved word inspection. `about` is the id of the account, the tenant or the
    application concerned."""

    source: str
    text: str
    place: UUID | None
    since: date | None
    about: UUID | None

    @property
    def name(self) -> Promise | str:
        return TEXTS[self.source][0]

    @property
    def about_kind(self) -> str:
        if self.source.startswith(_OF_APPLICANTS):
            return "application"
        return "account" if self.source in _ON_ACCOUNTS else "tenant"


def lines_of(inspection: UUID) -> list[TextLine]:
    """Return the lines of text that a word inspection found. The list is empty unless the current person requested the
    inspection, another person approved it, and it has not expired."""
    return [TextLine(*row) for row in _rows("SELECT * FROM oversight_inspection_lines(%s)", inspection)]


def _rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
