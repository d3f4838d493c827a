"""The rules that raise a question about a view of data, as published to the employees concerned (page `look_rules`).

A rule questions one view, after the fact. Rules do not measure anybody's work: none counts, ranks or adds up what a
person did, and none looks at the time of day. Each rule is the database function `tenants_rule_<code>(day)` of
migrations 0038 to 0068. Rules also cover programs, whose views may be counted. Relations between households and
colleagues are neither asked for nor stored.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Rule:
    """`sentence`: the question. `looks_at`: the views it applies to. `explained_by`: what prevents the question."""

    code: str
    sentence: Promise | str
    looks_at: Promise | str
    explained_by: Promise | str
    of_watchers: bool = False  # about people who manage access rights or read the audit log


RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule(
            "unborne",
            _("Le motif donné n’a rien laissé dans le dossier."),
            _(
                "Un compte ouvert pour un impayé sans dette, un paiement sans paiement, un départ sans départ, "
                "un bail sans changement."
            ),
            _(
                "Un travail sur ce foyer dans les trois jours, une visite au guichet, une urgence, un message à "
                "transmettre, un fait ou une note récente, l’acte d’un collègue sur ce foyer, une arrivée ou un "
                "départ ; une dette payée depuis moins de deux semaines, un compte à solder ; un encaissement affecté "
                "le même jour, dont on cherchait le compte ; un motif corrigé le même jour ; une ligne prise pour une "
                "autre, quittée dans la minute."
            ),
        ),
        Rule(
            "returning",
            _("Le même foyer a été rouvert plusieurs jours, sans que rien n’y soit fait."),
            _(
                "Un compte, un bail ou une identité un quatrième jour en deux semaines. Une fiche un huitième jour en "
                "quatre semaines, et trois fois plus souvent qu’il n’est d’ordinaire sous ce rôle dans l’immeuble."
            ),
            _(
                "Un travail sur ce foyer ou une rectification pendant ce temps, une dette de plus d’un mois ; une "
                "visite, une urgence, un message, un fait, l’acte d’un collègue, une arrivée, un départ ; pour une "
                "fiche, une aide demandée."
            ),
        ),
        Rule(
            "surname",
            _("Le foyer porte le même nom que la personne qui l’a ouvert."),
            _("Un compte, un bail ou une identité, la première fois en un mois. Le nom n’est écrit nulle part."),
            _("Un nom porté par plus de vingt-cinq foyers, un motif que le dossier confirme, ou un travail fait."),
        ),
        Rule(
            "colleague",
            _("Le foyer porte le prénom et le nom d’un agent."),
            _("Un compte, un bail ou une identité, la première fois en un mois. Aucun lien n’est gardé."),
            _("Un motif que le dossier confirme, ou un travail fait."),
        ),
        Rule(
            "burst",
            _("Beaucoup de foyers ont été ouverts en quelques minutes, presque sans rien y faire."),
            _("Vingt-cinq foyers en dix minutes, ou la limite d’une heure atteinte."),
            _("Un travail fait sur cinq de ces foyers au moins, dans l’heure."),
        ),
        Rule(
            "program",
            _("Un programme a montré bien plus d’occupants qu’à son ordinaire."),
            _("Vingt-cinq lignes en un jour, et plus du double de son plus grand jour du mois d’avant."),
            _("Un programme qui, chaque jour, parcourt la même liste."),
        ),
        Rule(
            "refused",
            _("Des dossiers fermés ont été demandés plusieurs fois."),
            _("Cinq dossiers refusés en une heure, ou le même trois jours en deux semaines."),
            _("Une référence mal tapée, aussitôt corrigée ; une affectation finie depuis moins d’une semaine."),
        ),
        Rule(
            "guessed",
            _("Des noms ont été essayés sous une référence, sans être les bons."),
            _("Cinq essais manqués en une heure, dix en un jour, ou la même référence trois jours en deux semaines."),
            _("Rien : au guichet, le nom se lit sur la pièce présentée."),
        ),
        Rule(
            "walled",
            _("Un dossier confié à un collègue a été demandé de nouveau."),
            _("La deuxième fois en un mois, par la personne à qui il est fermé."),
            _("La première fois : personne n’est tenu de savoir qu’un dossier lui est fermé."),
        ),
        Rule(
            "blocked",
            _("Quelqu’un a essayé d’entrer sous ce nom, plusieurs fois."),
            _("Cinq seconds moyens refusés en une heure, ou une session fermée pour des essais."),
            _("Rien : la question est d’abord de savoir si c’était bien la personne."),
        ),
        Rule(
            "trace_of_person",
            _("La trace d’une personne a été ouverte ou emportée sous un motif que rien ne confirme."),
            _(
                "Plainte ou demande sans demande enregistrée, alerte sans refus, contrôle sans contrôle, départ "
                "sans fin."
            ),
            _("Une demande des deux derniers mois, un refus ou une question de deux semaines, une affectation finie."),
            of_watchers=True,
        ),
        Rule(
            "trace_of_account",
            _("La trace d’un foyer a été lue ou emportée sans que personne ne l’ait demandé."),
            _("Les mentions d’un compte ou d’un occupant, lues ou emportées par qui lit toute la trace."),
            _("Une demande de cette personne dans les deux mois, ou une question sur une consultation de ce foyer."),
            of_watchers=True,
        ),
        Rule(
            "rights_of_person",
            _("Les droits d’une même personne ont été lus plusieurs jours, sans que rien ne change."),
            _("Un troisième jour en deux semaines."),
            _("Une demande, une affectation, une connexion remise à zéro, dans les deux semaines."),
            of_watchers=True,
        ),
        Rule(
            "brief_access",
            _("Un accès a été donné, a servi, puis a été repris en trois jours."),
            _("Une affectation courte sous laquelle des foyers ont été ouverts."),
            _("Un remplacement, une astreinte, ou un accès demandé par l’un et approuvé par l’autre."),
            of_watchers=True,
        ),
        Rule(
            "words_probed",
            _("Des mots ont été comptés de nombreuses fois dans les textes, sans contrôle."),
            _("Plus de dix fois en un jour."),
            _("Une lecture demandée dans la semaine, qui se fait à deux."),
            of_watchers=True,
        ),
    )
}


def sentence_of(code: str) -> Promise | str:
    """Return the rule's sentence, or its code if the rule no longer exists: old questions outlive their rule."""
    return RULES[code].sentence if code in RULES else code
