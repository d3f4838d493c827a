"""Help texts of the pages about housing applications, candidacies, offers and sealed grounds."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Maps names of URLs to the help text that their pages share.
TEXTS: dict[tuple[str, ...], Promise | str] = {
    ("applications",): _(
        "Cette page réunit vos échéances et les demandes ouvertes. Ouvrez une demande avec le numéro et le nom que la "
        "personne donne, ou depuis une échéance. Il n’existe ni liste des demandeurs, ni recherche par nom."
    ),
    ("application_open",): _(
        "Vous ouvrez ici la demande d’une personne qui se présente, appelle ou écrit. Saisissez le numéro et le nom "
        "qu’elle donne, et la raison. L’ouverture est enregistrée avec sa raison."
    ),
    ("application_take",): _(
        "Vous enregistrez ici la demande d’une personne présente. Saisissez ce qu’elle indique ; les lignes vides ne "
        "sont pas enregistrées. Tout peut être corrigé ensuite depuis la demande."
    ),
    ("application",): _(
        "Cette page réunit toute la demande, tant qu’elle vous est ouverte. Vérifiez d’abord les pièces et les "
        "échéances, puis mettez à jour ce qui a changé. Chaque ouverture est enregistrée, et le demandeur peut "
        "demander qui a lu sa demande."
    ),
    ("applicant_change", "application_household", "application_wishes", "application_income"): _(
        "Vous mettez ici à jour une partie de la demande. Corrigez ce que la personne indique ou prouve, puis "
        "enregistrez. La modification est enregistrée dans la trace, sans les valeurs saisies."
    ),
    ("application_documents",): _(
        "Vous demandez ici les pièces utiles et enregistrez celles que vous avez vues. Choisissez dans la liste, qui "
        "est fermée par la loi. Une pièce est vue, puis rendue : aucune copie n’est conservée."
    ),
    ("application_priorities",): _(
        "Vous enregistrez ici une priorité donnée par la loi, avec sa preuve. Pour un motif sensible, transmettez la "
        "demande à l’examinateur, sans rien écrire du motif. Vous saurez seulement si une priorité est reconnue."
    ),
    ("application_conditions",): _(
        "Cette page compare la demande aux plafonds et à la grille, à la date du jour. Lisez la ligne du financement "
        "et de la zone qui vous intéressent. Elle ne modifie rien et n’affiche pas le motif d’une priorité."
    ),
    ("application_term",): _(
        "Vous enregistrez ici l’attestation remise, le rappel envoyé ou le renouvellement. Imprimez d’abord la lettre, "
        "puis enregistrez la remise le jour même. Sans renouvellement à temps, la demande peut être radiée."
    ),
    ("application_warning",): _(
        "Pour certains motifs, la loi demande d’avertir la personne avant la radiation. Imprimez la lettre, "
        "envoyez-la, puis enregistrez sa remise. La radiation attend un mois ; si la personne répond, retirez "
        "l’avertissement."
    ),
    ("application_close",): _(
        "Vous radiez ici la demande, pour l’un des motifs de la loi. Choisissez le motif, relisez, puis confirmez. La "
        "radiation est définitive et transmise au système national d’enregistrement."
    ),
    ("application_leave",): _(
        "Vous refermez ici la demande quand votre travail est terminé. Confirmez pour qu’elle ne vous soit plus "
        "ouverte. Pour la rouvrir, il faudra de nouveau le numéro et le nom, ou une échéance, sauf le jour où vous "
        "l’avez enregistrée."
    ),
    ("application_letter", "candidacy_letter"): _(
        "Cette page est une lettre prête à imprimer. Relisez-la, imprimez-la, puis remettez-la ou envoyez-la. Loge ne "
        "l’envoie pas ; son affichage est enregistré."
    ),
    ("applicant_report",): _(
        "Ce relevé donne à la personne les données conservées sur elle et qui les a lues. Imprimez-le, puis "
        "remettez-le à la personne présente. Son affichage est enregistré."
    ),
    ("candidacy",): _(
        "Cette page suit une candidature, de la fiche à la réponse. Lisez la suite à donner en haut de la page. La "
        "commission ne voit que la fiche numérotée, sans nom."
    ),
    ("sheet_prepare",): _(
        "Vous préparez ici la fiche que la commission lira. Vérifiez ce que Loge reprend de la demande, puis ajoutez "
        "ce qui manque. La fiche ne porte pas de nom et ne change plus après l’inscription à une séance."
    ),
    ("candidacy_withdraw",): _(
        "Vous retirez ici une candidature : renoncement, ou erreur de désignation. Vérifiez le logement et le numéro "
        "de la fiche, puis confirmez. Le retrait est enregistré avec votre nom."
    ),
    ("offer_send",): _(
        "Vous proposez ici le logement au candidat retenu. Vérifiez le rang et le délai de réponse, puis confirmez et "
        "imprimez la lettre. Une proposition envoyée ne peut pas être retirée."
    ),
    ("offer_notify",): _(
        "Vous enregistrez ici comment et quand le candidat a reçu la proposition. Saisissez le moyen et la date de "
        "réception : le délai de réponse en dépend. Vous pouvez corriger jusqu’à minuit."
    ),
    ("offer_answer",): _(
        "Vous enregistrez ici la réponse du candidat à la proposition. Choisissez la réponse, relisez, puis confirmez. "
        "Elle ne peut plus être modifiée."
    ),
    ("offer_renounce",): _(
        "Vous enregistrez ici qu’un candidat renonce après avoir accepté. Vérifiez auprès de la personne, puis "
        "confirmez. Le logement peut alors être proposé au candidat suivant."
    ),
    ("hand_over",): _(
        "Vous transmettez ici le candidat à la gestion locative, qui signe le bail. Vérifiez ce que la page affiche, "
        "puis confirmez. La gestion locative ne reçoit rien d’autre de la demande."
    ),
    ("ground_cases",): _(
        "Cette page liste les dossiers qui attendent un examen. Prenez le plus ancien : il ne s’ouvre alors qu’à vous. "
        "Les autres agents savent seulement si une priorité est reconnue."
    ),
    ("ground_case",): _(
        "Vous décidez ici d’un motif sensible de priorité. Regardez la preuve, rendez-la, puis reconnaissez le motif "
        "ou répondez sans le reconnaître. Le dossier vous reste ouvert jusqu’au soir de votre réponse."
    ),
    ("ground_letter",): _(
        "Cette lettre donne la réponse à la personne. Imprimez-la et remettez-la sous pli fermé. Loge ne l’envoie pas, "
        "et son affichage est enregistré."
    ),
    ("own_contingent", "own_vacancy"): _(
        "Cette page montre les logements vacants orientés vers vous. Ouvrez un logement pour désigner un candidat "
        "avant la date indiquée. Vous y lisez aussi l’issue de vos désignations, et rien d’autre."
    ),
    ("own_nominate",): _(
        "Vous désignez ici un candidat pour ce logement. Saisissez le numéro complet de sa demande et son nom. Si l’un "
        "des deux est inexact, la page ne dit pas lequel."
    ),
}
