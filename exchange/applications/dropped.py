"""Counts what is in a file and not in the records. A count has the name of an element, never a value."""

from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

UNKNOWN = "unknown"
# Names of elements that may be reported. All other names come from the file, so their elements are counted as UNKNOWN.
_NAMES = (
    "numGuichet civilite nom prenom nomPatronymique sexe nationalite situationFamiliale nir numeroSecuriteSociale"
    " profession typeContratTravail nomEmployeurPrincipal etranger codePostal commune ressource montant"
    " montantMensuelLoyer nombreHabitant categorieLogement typeLogementActuel surface proprietaire"
    " demandeElargie motifDemande"
)
NAMES = frozenset(_NAMES.split())
LEGAL_PERSONS = _("demandes de personnes morales, qui ne sont pas des ménages")
OTHER_YEARS = _("revenus d’une autre année que les deux dernières")


@dataclass
class Dropped:
    """Counts of one file. `elements`: values that no record has a field for, by element.

    `codes`: codes without a meaning here, read as "not given". `unusable`: telephone numbers, e-mail addresses and
    parts of addresses that are not valid, read as "not given". `others`: counts by sentence of this module.
    """

    elements: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    unusable: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)

    def add_element(self, name: str) -> None:
        self.elements[name if name in NAMES else UNKNOWN] += 1

    @property
    def total(self) -> int:
        return sum(counts.total() for counts in (self.elements, self.codes, self.unusable, self.others))

    def lines(self) -> list[tuple[str, int]]:
        """Return (sentence in the current language, count) for each kind of value that was left out."""
        lines = [
            (gettext("éléments inconnus") if name == UNKNOWN else gettext("élément %(name)s") % {"name": name}, count)
            for name, count in sorted(self.elements.items())
        ]
        lines += [
            (gettext("élément %(name)s, code inconnu") % {"name": name}, n) for name, n in sorted(self.codes.items())
        ]
        lines += [
            (gettext("élément %(name)s, valeur inutilisable") % {"name": name}, n)
            for name, n in sorted(self.unusable.items())
        ]
        return [*lines, *((gettext(sentence), count) for sentence, count in sorted(self.others.items()))]
