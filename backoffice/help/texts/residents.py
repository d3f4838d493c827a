"""Help texts of the pages about buildings and their residents, of the front desk and of the housing stock."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Maps names of URLs to the help text that their pages share.
TEXTS: dict[tuple[str, ...], Promise | str] = {
    ("buildings",): _(
        "Cette page montre vos immeubles, les arrivées, les départs et les messages à transmettre. Choisissez un "
        "immeuble pour voir ses portes. Vous n’y voyez que les immeubles confiés aujourd’hui."
    ),
    ("building",): _(
        "Cette page montre les portes de l’immeuble, étage par étage. Choisissez une porte, ou cherchez un nom, pour "
        "ouvrir la fiche d’un occupant. Chaque fiche ouverte est enregistrée avec votre nom."
    ),
    ("vacant",): _(
        "Cette page liste les logements libres de l’immeuble, où il n’y a personne à joindre. Si votre rôle le permet, "
        "choisissez un logement pour préparer son bail. Aucun nom n’y figure."
    ),
    ("residents_search",): _(
        "Cette page cherche un occupant de vos immeubles. Saisissez un nom, une porte, une adresse ou un téléphone, "
        "puis ouvrez la fiche. La recherche est enregistrée, mais pas les mots saisis."
    ),
    ("card",): _(
        "Une fiche sert à joindre un occupant et à connaître les aides demandées. Utilisez le contact choisi ; si une "
        "information est utile, notez un fait de la liste. La personne peut demander qui a ouvert sa fiche."
    ),
    ("card_facts", "card_fact"): _(
        "Vous notez ici un fait utile, choisi dans une liste. Choisissez le fait, puis complétez les dates demandées, "
        "sans remarque sur la personne. Le fait est effacé à sa date de fin, et la personne peut demander à le lire."
    ),
    ("dwelling_facts", "dwelling_fact"): _(
        "Vous notez ici un fait sur le logement : clés, visites ou travaux. Choisissez le fait, puis complétez les "
        "dates demandées. Il est effacé automatiquement à sa date de fin."
    ),
    ("fact_letter",): _(
        "Cette lettre informe une personne d’une précaution prise pour les visites chez elle. Imprimez-la, puis "
        "remettez-la ou envoyez-la. Loge ne l’envoie pas."
    ),
    ("reminder",): _(
        "Cette page liste les portes où transmettre le message de l’agence. Transmettez la phrase telle quelle, puis "
        "choisissez « Terminé » pour la porte. Vous n’avez pas à connaître le motif, ni à le demander."
    ),
    ("reminder_give",): _(
        "Vous demandez ici de transmettre « Merci de téléphoner à l’agence » à certaines portes. Choisissez les portes "
        "et le dernier jour. Le gardien voit les portes et cette phrase, jamais le motif."
    ),
    ("contact_change",): _(
        "Vous enregistrez ici le moyen que la personne a choisi pour être jointe. Demandez-le-lui d’abord. Les "
        "personnes chargées de l’immeuble l’utiliseront dès maintenant."
    ),
    ("help_codes",): _(
        "Vous enregistrez ici les aides pratiques demandées par la personne. Cochez seulement ce qu’elle demande, sans "
        "indiquer la cause. Chaque aide est à redemander dans l’année ; sinon, elle prend fin."
    ),
    ("evacuations", "evacuation"): _(
        "Cette page ouvre la liste d’évacuation d’un immeuble. Choisissez l’immeuble, puis la nature de l’urgence : la "
        "liste s’ouvre pour 45 minutes. L’ouverture est enregistrée, et le délégué à la protection des données la "
        "voit."
    ),
    ("emergency", "emergency_card"): _(
        "Cette page ouvre la fiche d’un foyer hors de vos lieux, en urgence et pour 45 minutes. Indiquez l’adresse et "
        "la porte, puis la nature de l’urgence. Un responsable examine l’ouverture, et le foyer en est informé par "
        "lettre."
    ),
    ("emergencies",): _(
        "Cette page liste les fiches et les listes d’évacuation ouvertes en urgence dans vos lieux. Examinez chaque "
        "ouverture sous trois jours ouvrés, sauf les vôtres. Le délégué à la protection des données voit les avis "
        "donnés et ceux qui manquent."
    ),
    ("emergency_review",): _(
        "Vous donnez ici votre avis sur une ouverture en urgence. Lisez le motif et l’heure, et parlez-en avec l’agent "
        "avant de conclure. Votre avis est enregistré, puis une lettre informe le foyer."
    ),
    ("emergency_notice",): _(
        "Cette lettre informe un foyer que sa fiche a été ouverte en urgence. Imprimez-la, puis envoyez-la. Elle est "
        "due même si le foyer ne demande rien."
    ),
    ("emergencies_watched",): _(
        "Cette page liste tous les accès d’urgence, sans le nom des agents. Commencez par ceux qui attendent l’avis "
        "d’un responsable. Pour lire un nom, ouvrez la trace et indiquez un motif, qui est enregistré."
    ),
    ("front_desk",): _(
        "Cette page indique l’agence d’une personne qui se présente. Saisissez la référence qu’elle donne ; pour "
        "ouvrir une fiche, vérifiez d’abord une pièce d’identité. Chaque recherche est enregistrée."
    ),
    ("identity_check",): _(
        "Vous ouvrez ici la fiche d’une personne présente devant vous. Lisez sa pièce d’identité, puis saisissez la "
        "référence et le nom. La fiche s’ouvre dix minutes, et les essais sans résultat sont comptés."
    ),
    ("door_check",): _(
        "Vous ouvrez ici la fiche d’une personne présente qui n’a pas la référence de son compte. Lisez sa pièce "
        "d’identité, puis saisissez le nom, l’adresse et la porte. La fiche s’ouvre dix minutes, et les essais sans "
        "résultat sont comptés."
    ),
    ("checked_card",): _(
        "Cette fiche est celle de la personne dont vous avez vérifié l’identité. Répondez à sa question, puis quittez "
        "la page. Elle s’ouvre dix minutes, et son ouverture est enregistrée."
    ),
    ("subject_request_take",): _(
        "Vous transmettez ici la demande d’une personne sur ses données. Choisissez le droit qu’elle exerce et "
        "remettez-lui le récépissé. Le délégué à la protection des données répond dans le mois ; l’accueil ne voit pas "
        "le dossier."
    ),
    ("subject_slip",): _(
        "Ce récépissé indique ce qui a été demandé et quand. Imprimez-le et remettez-le à la personne. Il ne porte pas "
        "de nom, au cas où il serait perdu."
    ),
    ("patrimony", "patrimony_map", "patrimony_map_of", "patrimony_sector", "patrimony_building"): _(
        "Cette page décrit le patrimoine : secteurs, bâtiments, logements et programmes. Choisissez un secteur, puis "
        "un bâtiment. Elle ne contient aucune donnée sur les personnes."
    ),
}
