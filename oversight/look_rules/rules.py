"""The rules that ask why an employee opened certain data. The page `look_rules` shows the rules to employees.

A rule asks afterwards about a single opening of data. Rules do not measure work: they do not count, rank or add up what
a person did, and ignore the time of day. They neither ask for nor store how a household and an employee are related.
Rules also apply to machine clients, whose openings may be counted. Each rule is the database function
`oversight_rule_<code>(day)` in oversight/sql/look_rules.sql.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Rule:
    """A rule, with three texts for the page of rules. `sentence`: what the rule finds unexplained. `looks_at`: which
    openings of data the rule checks. `explained_by`: which work or events explain an opening, so that the rule asks no
    question."""

    code: str
    sentence: Promise | str
    looks_at: Promise | str
    explained_by: Promise | str
    of_watchers: bool = False  # True if the rule is about people who manage rights or read the audit log


RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule(
            "unborne",
            _("Aucun élément du dossier ne correspond au motif donné."),
            _(
                "Un compte ouvert pour un impayé sans dette, pour un paiement sans paiement, pour un "
                "départ sans départ, ou un bail sans changement."
            ),
            _(
                "Un travail a été fait sur ce foyer dans les trois jours, ou une visite à l’accueil, une "
                "urgence, un message à transmettre, un fait ou une note récente, un acte d’un collègue, "
                "une arrivée ou un départ l’explique. De même pour une dette payée depuis moins de deux "
                "semaines, un compte à solder, un encaissement affecté le même jour, un motif corrigé le "
                "même jour ou une page ouverte par erreur et quittée dans la minute."
            ),
        ),
        Rule(
            "returning",
            _("Le même foyer a été ouvert plusieurs jours, sans qu’aucun travail y soit fait."),
            _(
                "Un compte, un bail ou une identité ouverts un quatrième jour en deux semaines. Une fiche "
                "ouverte un huitième jour en quatre semaines, et trois fois plus souvent que la moyenne de "
                "ce rôle dans l’immeuble."
            ),
            _(
                "Un travail a été fait sur ce foyer, ou une rectification, pendant cette période, ou la "
                "dette a plus d’un mois. De même pour une visite, une urgence, un message, un fait, un "
                "acte d’un collègue, une arrivée, un départ ou, pour une fiche, une aide demandée."
            ),
        ),
        Rule(
            "surname",
            _("Le foyer porte le même nom que la personne qui l’a ouvert."),
            _(
                "Un compte, un bail ou une identité ouverts pour la première fois en un mois. Le nom n’est pas "
                "enregistré."
            ),
            _(
                "Le nom est porté par plus de vingt-cinq foyers, le dossier confirme le motif, ou un travail a "
                "été fait."
            ),
        ),
        Rule(
            "colleague",
            _("Le foyer porte le prénom et le nom d’un agent."),
            _(
                "Un compte, un bail ou une identité ouverts pour la première fois en un mois. Aucun lien n’est "
                "enregistré."
            ),
            _("Le dossier confirme le motif, ou un travail a été fait."),
        ),
        Rule(
            "burst",
            _("De nombreux foyers ont été ouverts en quelques minutes, presque sans aucun travail."),
            _("Vingt-cinq foyers ouverts en dix minutes, ou la limite horaire atteinte."),
            _("Un travail a été fait sur au moins cinq de ces foyers dans l’heure."),
        ),
        Rule(
            "program",
            _("Un programme a affiché beaucoup plus d’occupants que d’habitude."),
            _("Vingt-cinq lignes en un jour, et plus du double du maximum du mois précédent."),
            _("Le programme parcourt la même liste chaque jour."),
        ),
        Rule(
            "refused",
            _("Des dossiers inaccessibles ont été demandés plusieurs fois."),
            _("Cinq dossiers refusés en une heure, ou le même dossier refusé trois jours en deux semaines."),
            _(
                "La référence était mal saisie et a été corrigée aussitôt, ou l’affectation a pris fin depuis "
                "moins d’une semaine."
            ),
        ),
        Rule(
            "guessed",
            _("Des noms incorrects ont été saisis avec une référence."),
            _(
                "Cinq saisies incorrectes en une heure, dix en un jour, ou la même référence trois jours en "
                "deux semaines."
            ),
            _("Aucun cas : à l’accueil, le nom se lit sur la pièce d’identité."),
        ),
        Rule(
            "walled",
            _("Un dossier fermé à cet agent a été demandé de nouveau."),
            _("La deuxième demande en un mois, par la personne à qui le dossier est fermé."),
            _("C’est la première demande : une personne peut ignorer qu’un dossier lui est fermé."),
        ),
        Rule(
            "blocked",
            _("Plusieurs tentatives de connexion ont été faites avec ce nom."),
            _("Cinq seconds facteurs refusés en une heure, ou une session fermée après des tentatives."),
            _("Aucun cas : il faut d’abord savoir s’il s’agissait bien de cette personne."),
        ),
        Rule(
            "trace_of_person",
            _("La trace d’une personne a été ouverte ou exportée pour un motif que rien ne confirme."),
            _(
                "Une plainte ou une demande sans demande enregistrée, une alerte sans refus, un contrôle "
                "sans contrôle enregistré, un départ sans fin d’affectation, une urgence sans accès d’urgence."
            ),
            _(
                "Une demande a été faite dans les deux mois, un refus ou une question dans les deux semaines, "
                "un accès d’urgence a été ouvert dans le mois, ou une affectation a pris fin."
            ),
            of_watchers=True,
        ),
        Rule(
            "trace_of_account",
            _("La trace d’un foyer a été lue ou exportée sans aucune demande."),
            _("Les mentions d’un compte ou d’un occupant, lues ou exportées par une personne qui lit toute la trace."),
            _(
                "Cette personne a fait une demande dans les deux mois, une question porte sur une consultation "
                "de ce foyer, ou un accès d’urgence y a été ouvert dans le mois."
            ),
            of_watchers=True,
        ),
        Rule(
            "rights_of_person",
            _("Les droits d’une même personne ont été lus plusieurs jours, sans modification."),
            _("Une lecture un troisième jour en deux semaines."),
            _("Une demande, une affectation ou une réinitialisation de connexion a eu lieu dans les deux semaines."),
            of_watchers=True,
        ),
        Rule(
            "brief_access",
            _("Un accès a été donné, utilisé puis retiré en trois jours."),
            _("Une affectation courte pendant laquelle des foyers ont été ouverts."),
            _("L’accès était un remplacement ou une astreinte, ou a été demandé et approuvé par deux personnes."),
            of_watchers=True,
        ),
        Rule(
            "words_probed",
            _("Des mots ont été comptés de nombreuses fois dans les textes, sans contrôle enregistré."),
            _("Plus de dix comptages en un jour."),
            _("Une lecture, qui demande deux personnes, a été demandée dans la semaine."),
            of_watchers=True,
        ),
    )
}


def sentence_of(code: str) -> Promise | str:
    """Return the rule's sentence. If an old question names a rule that no longer exists, return the code itself."""
    return RULES[code].sentence if code in RULES else code
