"""The list of exhibits (documents that answer an inspector's question), in the order in which inspectors ask for them.

Each entry has the question that the exhibit answers, its input form, and a function that makes its tables. The function
receives the access context and the valid form. If there is no answer, it adds an error to the form.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.guard.context import AccessContext
from audit.sealed import status_page
from inspection.exhibits import caretaker, elsewhere, looks, rights, rules, security, texts, whole_file
from inspection.exhibits.question import AccountAlone, AccountOnADay, ColleagueOnADay, Question, Words
from inspection.exhibits.shape import Exhibit, Table


@dataclass(frozen=True)
class Entry:
    number: str
    title: Promise | str
    answers: Promise | str
    make: Callable[[AccessContext, Any], Sequence[Table]]
    question: type[Question] = Question


_ENTRIES = (
    Entry(
        "E1",
        _("Registre des traitements"),
        _("Quelles données, pour quelles finalités et quels destinataires ?"),
        rules.register,
    ),
    Entry(
        "E2",
        _("Analyse d’impact"),
        _("Où se trouve-t-elle, et quelles mesures de Loge décrit-elle ?"),
        elsewhere.assessment,
    ),
    Entry("E3", _("Droits appliqués"), _("Quel rôle lit quelles colonnes et quelles lignes ?"), rules.matrix),
    Entry(
        "E4",
        _("Accès à un locataire"),
        _("Qui pouvait voir ses données ce jour-là, et selon quelle règle ?"),
        rights.who_sees,
        AccountOnADay,
    ),
    Entry(
        "E5",
        _("Accès d’un agent"),
        _("Combien d’occupants et quels lieux, et cela correspond-il à son poste ?"),
        rights.what_is_seen,
        ColleagueOnADay,
    ),
    Entry(
        "E6",
        _("Pages d’un gardien"),
        _("Que voit un gardien, page par page, et que lui refuse-t-on ?"),
        caretaker.pages,
        caretaker.Caretaker,
    ),
    Entry(
        "E7",
        _("Habilitations"),
        _("Qui demande, qui approuve, quand l’accès prend fin, et quels comptes restent ouverts après un départ ?"),
        rights.habilitations,
    ),
    Entry(
        "E8",
        _("Revue annuelle des droits"),
        _("Quand les droits ont-ils été revus, et par qui ?"),
        rights.yearly_review,
    ),
    Entry(
        "E9",
        _("Consultations"),
        _("Qui a vu ce locataire, qu’a vu cet agent, qu’est-ce qui a été refusé ?"),
        looks.audit_log,
        looks.Since,
    ),
    Entry("E10", _("Preuve de la trace"), _("La trace est-elle complète, et qu’est-ce qui a été effacé ?"), looks.seal),
    Entry(
        "E11",
        _("Textes libres"),
        _("Où peut-on écrire du texte, combien y en a-t-il, et depuis quand ?"),
        texts.inventory,
    ),
    Entry(
        "E12",
        _("Recherche de mots"),
        _("Ces mots figurent-ils dans une note, un nom ou un libellé ?"),
        texts.words,
        Words,
    ),
    Entry(
        "E13",
        _("Phrases refusées, contestées, effacées"),
        _("Que refuse la vérification des textes, qui décide, et en combien de jours ?"),
        texts.refusals,
    ),
    Entry(
        "E14",
        _("Données particulières"),
        _("Quelles données sensibles sont conservées, et sur quelle base ?"),
        elsewhere.sensitive,
    ),
    Entry(
        "E15",
        _("Durées de conservation"),
        _("Quelles données ont dépassé leur durée de conservation ?"),
        elsewhere.retention,
    ),
    Entry(
        "E16",
        _("Droits des personnes"),
        _("Que demandent les personnes, et quand reçoivent-elles une réponse ?"),
        elsewhere.rights_asked,
    ),
    Entry(
        "E17",
        _("Information des personnes"),
        _("Quelles informations leur ont été données, et quand ?"),
        elsewhere.notices,
    ),
    Entry("E18", _("Transmissions"), _("Quelles données sont sorties de Loge ?"), elsewhere.transmissions),
    Entry("E19", _("Sous-traitants"), _("Quels autres organismes ont un accès ?"), elsewhere.processors),
    Entry(
        "E20", _("Violations de données"), _("Quelles violations, connues quand, notifiées quand ?"), security.breaches
    ),
    Entry("E21", _("Sécurité"), _("Second facteur, mots de passe, clés, copies, versions"), security.security),
    Entry(
        "E22",
        _("Dossier d’un locataire"),
        _(
            "Quelles données sont conservées sur lui, table par table ? Le nombre s’affiche aussitôt ; la "
            "copie en clair demande l’accord d’une seconde personne."
        ),
        whole_file.whole_file,
        AccountAlone,
    ),
)
CATALOGUE: dict[str, Entry] = {entry.number: entry for entry in _ENTRIES}


def exhibit(access: AccessContext, entry: Entry, question: Question) -> Exhibit | None:
    """Make the exhibit with the inputs of the form `question`, on behalf of the current person.

    Returns None if making it added an error to the form.
    """
    tables = entry.make(access, question)
    if question.errors:
        return None
    newest = status_page.newest(access.rows)
    return Exhibit(
        entry.number,
        str(entry.title),
        tables,
        landlord=settings.HOUSE_NAME,
        by=access.person.name,
        made_at=access.at,
        inputs=question.inputs(),
        checkpoint=newest.note if newest else "",
    )
