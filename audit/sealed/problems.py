"""What verifying the sealed log can find, with the sentence for each."""

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
    Flaw.LEAF_GONE: _("La feuille %(where)s manque : après elle vient la %(found)s."),
    Flaw.LEAF_ALTERED: _("La feuille %(where)s n’est plus celle qui a été écrite."),
    Flaw.LINE_GONE: _("La ligne de la feuille %(where)s, du %(at)s, a disparu sans qu’un élagage le dise."),
    Flaw.LINE_ALTERED: _("La ligne de la feuille %(where)s, du %(at)s, a changé depuis qu’elle a été scellée."),
    Flaw.NEVER_SEALED: _("La ligne %(where)s, du %(at)s, n’a pas de feuille : ajoutée après coup, ou rien ne scelle."),
    Flaw.BACKDATED: _(
        "La ligne de la feuille %(where)s se dit du %(at)s et a été écrite après le %(after)s : "
        "antidatée, ou l’horloge a reculé."
    ),
    Flaw.SALT_GONE: _("Le sel de %(where)s a disparu avant les lignes de ce mois."),
    Flaw.NOT_SIGNED: _("Le sceau de %(where)s feuilles n’est signé par aucune clé du journal."),
    Flaw.ROOT_DIFFERS: _(
        "Le sceau de %(where)s feuilles ne correspond plus aux feuilles : "
        "l’une a été changée, ôtée, ajoutée ou déplacée avant lui."
    ),
    Flaw.CUT_OFF: _("Il ne reste que %(where)s feuilles, quand un sceau en compte %(signed)s."),
    Flaw.CLOCK_BACK: _("Le sceau de %(where)s feuilles est daté du %(at)s, avant le précédent (%(before)s)."),
    Flaw.SUBTREES_DIFFER: _("Les empreintes d’où viennent les preuves ne sont plus celles des feuilles."),
    Flaw.ROLLED_BACK: _(
        "Le journal compte %(where)s feuilles, le sceau gardé %(kept)s : la base est revenue en arrière."
    ),
    Flaw.FORKED: _(
        "À %(where)s feuilles, le journal n’est pas celui du sceau gardé, et la clé du journal a signé les deux : "
        "l’histoire a été réécrite."
    ),
    Flaw.KEPT_UNKNOWN: _("Le sceau gardé de « %(where)s » n’est signé par aucune clé de ce journal."),
    Flaw.TABLE_ALTERED: _("Une table n’est plus telle que Loge la fait, et des lignes ont pu s’y perdre : %(where)s."),
}


@dataclass(frozen=True)
class Finding:
    flaw: Flaw
    where: str
    words: Mapping[str, str]

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.flaw]) % {"where": self.where, **self.words}
