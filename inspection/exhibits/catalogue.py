"""The list of exhibits, in the order in which inspections ask for them.

Each entry has the question that it answers, the form of its input, and the function that makes its tables. The function
takes the door's context and the valid form. When there is no answer, it adds an error to the form.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.guard.context import Look
from audit.sealed import status_page
from inspection.exhibits import caretaker, elsewhere, looks, rights, rules, security, texts, whole_file
from inspection.exhibits.question import AccountAlone, AccountOnADay, ColleagueOnADay, Question, Words
from inspection.exhibits.shape import Exhibit, Table


@dataclass(frozen=True)
class Entry:
    number: str
    title: Promise | str
    answers: Promise | str
    make: Callable[[Look, Any], Sequence[Table]]
    question: type[Question] = Question


_ENTRIES = (
    Entry("E1", _("Registre des traitements"), _("Quelles données, pour quoi, pour qui ?"), rules.register),
    Entry("E2", _("Analyse d’impact"), _("Où est-elle, et que décrit-elle de Loge ?"), elsewhere.assessment),
    Entry("E3", _("Droits tels qu’appliqués"), _("Quel rôle lit quelles colonnes de quelles lignes ?"), rules.matrix),
    Entry(
        "E4",
        _("Qui voit un locataire"),
        _("Qui pouvait le voir ce jour-là, et par quelle règle ?"),
        rights.who_sees,
        AccountOnADay,
    ),
    Entry(
        "E5",
        _("Ce que voit un agent"),
        _("Combien d’occupants, en quels lieux, et est-ce son poste ?"),
        rights.what_is_seen,
        ColleagueOnADay,
    ),
    Entry(
        "E6",
        _("À la place d’un gardien"),
        _("Que voit-il vraiment, page par page, et que lui refuse-t-on ?"),
        caretaker.pages,
        caretaker.Caretaker,
    ),
    Entry(
        "E7",
        _("Habilitations"),
        _("Qui demande, qui approuve, quand cela finit, et qui est parti sans être fermé ?"),
        rights.habilitations,
    ),
    Entry("E8", _("Revue annuelle des droits"), _("Quand a-t-on relu les droits, et qui ?"), rights.yearly_review),
    Entry(
        "E9",
        _("Consultations"),
        _("Qui a vu ce locataire, qu’a vu cet agent, qu’est-ce qui fut refusé ?"),
        looks.trace,
        looks.Since,
    ),
    Entry("E10", _("Preuve de la trace"), _("La trace est-elle entière, et qu’a-t-elle oublié ?"), looks.seal),
    Entry("E11", _("Textes libres"), _("Où peut-on écrire, combien, et depuis quand ?"), texts.inventory),
    Entry("E12", _("Mots cherchés"), _("Ces mots sont-ils dans une note, un nom, un libellé ?"), texts.words, Words),
    Entry(
        "E13",
        _("Phrases refusées, contestées, effacées"),
        _("Que refuse le crible, qui tranche, en combien de jours ?"),
        texts.refusals,
    ),
    Entry("E14", _("Données à part"), _("Que tient-on de sensible, et sur quelle base ?"), elsewhere.sensitive),
    Entry("E15", _("Durées"), _("Que reste-t-il au-delà de son jour ?"), elsewhere.retention),
    Entry("E16", _("Droits des personnes"), _("Que demandent-elles, quand répond-on ?"), elsewhere.rights_asked),
    Entry("E17", _("Information des personnes"), _("Que leur a-t-on dit, et quand ?"), elsewhere.notices),
    Entry("E18", _("Transmissions"), _("Qu’est-ce qui est sorti de Loge ?"), elsewhere.transmissions),
    Entry("E19", _("Sous-traitants"), _("Qui d’autre y entre ?"), elsewhere.processors),
    Entry("E20", _("Violations de données"), _("Lesquelles, quand sues, quand notifiées ?"), security.breaches),
    Entry("E21", _("Sécurité"), _("Second facteur, mots de passe, clés, copies, versions ?"), security.security),
    Entry(
        "E22",
        _("Dossier d’un locataire"),
        _("Que tient-on de lui, table par table ? Compté aussitôt ; copié en clair une fois à deux."),
        whole_file.whole_file,
        AccountAlone,
    ),
)
CATALOGUE: dict[str, Entry] = {entry.number: entry for entry in _ENTRIES}


def exhibit(look: Look, entry: Entry, question: Question) -> Exhibit | None:
    """Make the exhibit for the person of `look`. Returns None when the form has an error, which says why."""
    tables = entry.make(look, question)
    if question.errors:
        return None
    newest = status_page.newest(look.rows)
    return Exhibit(
        entry.number,
        str(entry.title),
        tables,
        landlord=settings.HOUSE_NAME,
        by=look.person.name,
        made_at=look.at,
        inputs=question.inputs(),
        checkpoint=newest.note if newest else "",
    )
