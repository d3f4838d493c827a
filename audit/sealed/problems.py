"""The problems that verifying the sealed log can find, with a sentence for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Flaw(StrEnum):
    LEAF_GONE = "leaf_gone"
    LEAF_ALTERED = "leaf_altered"
    LINE_GONE = "line_gone"
    LINE_ALTERED = "line_altered"
    NEVER_SEALED = "never_sealed"
    BACKDATED = "backdated"
    SALT_GONE = "salt_gone"
    NOT_SIGNED = "not_signed"
    ROOT_DIFFERS = "root_differs"
    CUT_OFF = "cut_off"
    CLOCK_BACK = "clock_back"
    SUBTREES_DIFFER = "subtrees_differ"
    ROLLED_BACK = "rolled_back"
    FORKED = "forked"
    KEPT_UNKNOWN = "kept_unknown"
    TABLE_ALTERED = "table_altered"


SENTENCES: dict[Flaw, Promise | str] = {
    Flaw.LEAF_GONE: _("La feuille %(where)s manque : la suivante est la feuille %(found)s."),
    Flaw.LEAF_ALTERED: _("La feuille %(where)s a été modifiée depuis son écriture."),
    Flaw.LINE_GONE: _(
        "La mention de la feuille %(where)s, du %(at)s, a disparu, et aucun effacement enregistré ne l’explique."
    ),
    Flaw.LINE_ALTERED: _("La mention de la feuille %(where)s, du %(at)s, a été modifiée depuis sa mise sous sceau."),
    Flaw.NEVER_SEALED: _(
        "La mention %(where)s, du %(at)s, n’a pas de feuille : elle a été ajoutée après coup, ou le sceau est arrêté."
    ),
    Flaw.BACKDATED: _(
        "La mention de la feuille %(where)s est datée du %(at)s, mais a été écrite après le %(after)s : "
        "elle est antidatée, ou l’horloge a reculé."
    ),
    Flaw.SALT_GONE: _("Le sel de %(where)s a été supprimé avant les mentions de ce mois."),
    Flaw.NOT_SIGNED: _("Le sceau de %(where)s feuilles n’est signé par aucune clé du journal."),
    Flaw.ROOT_DIFFERS: _(
        "Le sceau de %(where)s feuilles ne correspond plus aux feuilles : l’une d’elles a été modifiée, "
        "supprimée, ajoutée ou déplacée."
    ),
    Flaw.CUT_OFF: _("Il ne reste que %(where)s feuilles, alors qu’un sceau en compte %(signed)s."),
    Flaw.CLOCK_BACK: _("Le sceau de %(where)s feuilles est daté du %(at)s, avant le sceau précédent (%(before)s)."),
    Flaw.SUBTREES_DIFFER: _("Les empreintes qui servent aux preuves ne correspondent plus aux feuilles."),
    Flaw.ROLLED_BACK: _(
        "Le journal compte %(where)s feuilles, et le sceau conservé %(kept)s : la base de données a été "
        "ramenée à un état antérieur."
    ),
    Flaw.FORKED: _(
        "À %(where)s feuilles, le journal diffère du sceau conservé, et la clé du journal a signé les deux "
        ": l’historique a été réécrit."
    ),
    Flaw.KEPT_UNKNOWN: _("Le sceau conservé de « %(where)s » n’est signé par aucune clé de ce journal."),
    Flaw.TABLE_ALTERED: _(
        "Une table diffère de celle que Loge définit, et des lignes ont pu y être perdues : %(where)s."
    ),
}


@dataclass(frozen=True)
class Finding:
    flaw: Flaw
    where: str
    words: Mapping[str, str]

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.flaw]) % {"where": self.where, **self.words}
