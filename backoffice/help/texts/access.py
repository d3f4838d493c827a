"""Help texts of the pages about people, places, assignments and access requests."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Maps names of URLs to the help text that their pages share.
TEXTS: dict[tuple[str, ...], Promise | str] = {
    ("people",): _(
        "Cette page liste les personnes de vos lieux. Cherchez une personne, puis ouvrez sa page pour voir ou changer "
        "ses accès. Les exports sont enregistrés."
    ),
    ("person",): _(
        "Cette page réunit les accès d’une personne et les actes possibles. Vérifiez ses affectations et leurs dates "
        "avant d’en changer une. La personne voit les mêmes affectations dans « Mes accès »."
    ),
    ("person_close", "person_leave", "person_reopen"): _(
        "Vous fermez ou rouvrez ici la connexion d’une personne. Lisez ce que la page annonce pour ses affectations, "
        "puis confirmez. L’effet est immédiat et enregistré."
    ),
    ("person_sessions_end", "person_factors_reset"): _(
        "Vous agissez ici sur les sessions ou les moyens de connexion d’une personne. Vérifiez d’abord son identité, "
        "par téléphone ou en personne. L’effet est immédiat et enregistré."
    ),
    ("reach",): _(
        "Cette page indique ce qu’une personne peut ouvrir un jour donné. Choisissez le jour, puis lisez les immeubles "
        "et le nombre de personnes logées. Aucun nom d’occupant n’y figure."
    ),
    ("assignments",): _(
        "Cette page liste toutes les affectations : personne, rôle, lieu et dates. Filtrez-la pour trouver une "
        "personne ou un lieu. Une affectation prend fin automatiquement à sa date."
    ),
    ("assignment_grant", "assignment_extend", "assignment_move", "assignment_end"): _(
        "Vous donnez ou changez ici un accès : une personne, un rôle, un lieu et des dates. Vérifiez le lieu et le "
        "dernier jour, puis confirmez. Vous ne pouvez pas le faire pour vous-même, et l’acte est enregistré."
    ),
    ("assignments_change",): _(
        "Vous changez ici plusieurs affectations à la fois. Relisez la liste, puis donnez un nouveau dernier jour ou "
        "mettez-y fin. Le changement vaut pour toute la liste ou pour aucune ligne, et il est enregistré."
    ),
    ("exchange",): _(
        "Vous importez ici une liste d’accès à demander. Envoyez le fichier pour un essai, corrigez les lignes "
        "refusées, puis confirmez. Chaque ligne devient une demande qu’une autre personne doit approuver."
    ),
    ("stand_ins",): _(
        "Cette page liste les remplacements et les astreintes de votre secteur. Confiez un remplacement avant le "
        "premier jour d’absence. Il prend fin automatiquement, 31 jours après au plus tard."
    ),
    ("stand_in_grant", "stand_in_end"): _(
        "Vous confiez ici un immeuble à un remplaçant, ou vous y mettez fin. Choisissez la personne, l’immeuble et les "
        "dates. Elle voit les fiches de l’immeuble pendant cette période seulement, et l’acte est enregistré."
    ),
    ("on_call_grant",): _(
        "Vous confiez ici une astreinte, avec ses jours et ses heures. Choisissez la personne, le lieu et les heures. "
        "Elle n’ouvre que des urgences, pendant ces heures, et chaque ouverture est examinée."
    ),
    ("board",): _(
        "Cette page donne des nombres sur vos lieux : sommes dues, logements vacants, mouvements, immeubles sans "
        "gardien. Ouvrez un secteur pour voir les siens. Les petits nombres ne sont pas indiqués, pour que personne ne "
        "soit reconnu."
    ),
    ("coverage",): _(
        "Cette page montre, jour par jour, quel gardien a chaque immeuble. Cherchez les jours sans gardien ou avec "
        "deux titulaires, puis faites corriger l’affectation. Elle concerne les affectations, pas la présence des "
        "agents."
    ),
    ("rights_confirm",): _(
        "Une fois par an, vous confirmez ici les droits de vos équipes. Conservez chaque droit ou mettez-y fin, puis "
        "signez la liste. Un droit terminé ne donne plus accès dès la signature, qui est enregistrée."
    ),
    ("rights_unused", "right_unused"): _(
        "Cette page liste les droits qui n’ont pas servi. Demandez à la personne si elle en a encore besoin, puis "
        "conservez le droit ou mettez-y fin. Cela n’indique rien sur son travail."
    ),
    ("review",): _(
        "Cette page liste les droits à examiner : fin proche, jamais utilisés, personne sans connexion récente. Mettez "
        "fin à ceux qui ne servent plus. Votre lecture est enregistrée."
    ),
    ("reviews", "review_signed"): _(
        "Cette page suit la revue annuelle des droits. Cherchez les lieux dont la revue est en retard. Une revue "
        "signée ne se modifie plus."
    ),
    ("walls", "wall_end"): _(
        "Vous confiez ici à un collègue un dossier qu’un agent ne doit pas ouvrir, ou vous le rouvrez. Indiquez la "
        "personne et la référence du compte, que vous donne la gestion locative. Ni le lien ni le motif ne sont "
        "demandés, et vous n’ouvrez pas le dossier."
    ),
    ("requests",): _(
        "Cette page liste les demandes d’accès en attente et décidées. Ouvrez celles qui attendent votre décision, ou "
        "demandez un accès. Une demande est approuvée par une autre personne, ou expire après quatorze jours."
    ),
    ("access_request", "request_approve", "request_refuse", "request_withdraw"): _(
        "Cette page montre une demande d’accès. Vérifiez la personne, le rôle, le lieu et les dates avant de décider. "
        "La décision est enregistrée, et personne ne décide pour soi-même."
    ),
    ("requests_decide",): _(
        "Vous décidez ici de plusieurs demandes d’accès à la fois. Relisez chaque ligne, puis approuvez ou refusez. La "
        "décision vaut pour toute la liste ou pour aucune ligne, et elle est enregistrée avec votre nom."
    ),
    ("request_new", "request_newcomer"): _(
        "Vous demandez ici un accès pour une autre personne. Choisissez le rôle, le lieu le plus petit qui suffit et "
        "les dates. L’accès s’ouvre seulement quand une autre personne l’a approuvé."
    ),
    ("request_batch", "request_batch_approve"): _(
        "Cette page réunit les accès demandés par un fichier. Relisez chaque ligne avant d’approuver. Une autre "
        "personne que celle qui a envoyé le fichier doit approuver."
    ),
    ("tokens",): _(
        "Cette page liste les programmes et leurs jetons. Révoquez ceux qui ne servent plus. Le secret d’un jeton "
        "n’est jamais affiché ici."
    ),
    ("token_ask", "token_make", "token_revoke"): _(
        "Un jeton donne à un programme une partie d’un rôle. Une personne le demande, une autre l’approuve, une "
        "troisième le crée. Le secret s’affiche une seule fois, et un jeton peut être révoqué à tout moment."
    ),
    ("places", "place"): _(
        "Cette page montre les lieux : organisme, agences, secteurs, résidences et immeubles. Ouvrez un lieu pour voir "
        "ce qui en dépend et qui y est affecté. Un accès à un lieu vaut pour tout ce qui en dépend."
    ),
    ("place_add", "building_add", "places_exchange"): _(
        "Vous ajoutez ici des lieux ou des bâtiments. Vérifiez de quel lieu ils dépendent : les personnes affectées à "
        "ce lieu y auront accès. Un lieu ajouté ne peut être ni déplacé ni supprimé."
    ),
    ("place_contact",): _(
        "Vous enregistrez ici le téléphone et l’adresse d’une agence. Saisissez ce que l’accueil doit donner à un "
        "visiteur. Ces coordonnées sont celles de l’agence, jamais d’un agent."
    ),
    ("recut",): _(
        "Vous changez ici des logements de bâtiment. Choisissez les logements, relisez ce qui change de gardien, puis "
        "confirmez. Les fiches et les comptes suivent le même jour."
    ),
    ("who",): _(
        "Cette page indique qui peut ouvrir un logement ou un compte un jour donné. Saisissez une référence ou un "
        "identifiant, et le jour. Elle n’affiche aucun nom d’occupant, et la recherche est enregistrée."
    ),
}
