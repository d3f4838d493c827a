"""Counts the values of an application file that Loge does not store. Reports contain element names and counts, never
values."""

from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

UNKNOWN = "unknown"
# Element names that reports may contain. Other names come from the file's author and are counted as UNKNOWN.
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
    """Counts of values that Loge does not store, by reason, for one file.

    `elements`: elements that Loge has no field for, by name. `codes`: unknown codes, by element. `unusable`: invalid
    optional values such as telephone numbers, by element. `others`: values left out for another reason, by the French
    text of the reason, such as OTHER_YEARS.
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
        """Return a pair for each kind of value that was left out: a description in the current language, and the number
        of values."""
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
