"""Help texts of the pages that everybody may open: home, own work, rules, and signing in."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Maps names of URLs to the help text that their pages share.
TEXTS: dict[tuple[str, ...], Promise | str] = {
    ("home",): _(
        "Cette page s’affiche quand aucun lieu ne vous est confié aujourd’hui. Demandez une affectation à votre "
        "responsable ou à l’administration des accès. Vous aurez accès le jour même."
    ),
    ("tasks",): _(
        "Cette page réunit ce qui attend une action de votre part. Commencez par ce qui est en retard : chaque ligne "
        "mène à sa liste. Elle ne contient aucun nom."
    ),
    ("first_steps",): _(
        "Cette page présente votre rôle et les premières choses à faire. Suivez les liens dans l’ordre. Elle est la "
        "même pour toutes les personnes qui ont ce rôle."
    ),
    ("own_looks",): _(
        "Cette page montre ce que vous avez ouvert, cherché et demandé. Relisez-la si une question vous est posée. "
        "Vous la voyez, et le délégué à la protection des données aussi, en donnant un motif."
    ),
    ("own_question",): _(
        "On vous demande ici ce qui explique l’une de vos consultations. Choisissez une explication, ou indiquez que "
        "vous préférez en parler. Vous lirez ici l’avis donné."
    ),
    ("look_rules",): _(
        "Cette page donne toutes les règles qui interrogent les consultations. Lisez celle qui vous concerne et ses "
        "exceptions. Aucun total par personne n’est calculé."
    ),
    ("rules",): _(
        "Cette page indique ce que chaque rôle peut ouvrir. Cherchez la colonne de votre rôle. Elle est la même pour "
        "tous et ne contient aucune donnée sur une personne."
    ),
    ("mine",): _(
        "Cette page liste vos affectations : rôle, lieu et dates. Vérifiez qu’aucune ne manque et qu’aucune n’est de "
        "trop. Pour en changer, adressez-vous à votre responsable ou à l’administration des accès."
    ),
    ("reference",): _(
        "Cette page s’adresse aux personnes qui écrivent des programmes pour Loge. Lisez d’abord comment obtenir un "
        "jeton. Un appel est contrôlé et enregistré comme une page."
    ),
    ("keys",): _(
        "Cette page liste les touches qui remplacent un clic. Essayez-les hors d’un champ de saisie. Le bouton du bas "
        "les désactive dans ce navigateur."
    ),
    ("accessibility",): _(
        "Cette page indique ce qui a été vérifié pour les personnes handicapées, et ce qui ne l’a pas été. Signalez "
        "une difficulté comme l’indique la fin de la page. N’y indiquez rien sur un locataire."
    ),
    ("subject_figures",): _(
        "Cette page publie le nombre de demandes reçues sur les données personnelles et les réponses données. Elle est "
        "publique. Les petits nombres ne sont pas indiqués."
    ),
    ("mfa_index",): _(
        "Cette page réunit vos moyens de connexion. Ajoutez une clé ou une application, puis notez des codes de "
        "secours. Chaque changement est enregistré, et un courriel vous en informe."
    ),
    ("mfa_add_webauthn",): _(
        "Vous ajoutez ici une clé : celle d’un téléphone, d’un ordinateur ou une clé USB. Suivez les indications de "
        "l’appareil. Votre empreinte ou votre visage reste sur l’appareil."
    ),
    ("mfa_activate_totp",): _(
        "Vous ajoutez ici une application qui affiche un code à usage unique. Scannez le dessin avec l’application, "
        "puis saisissez le code. Ne montrez ce dessin à personne."
    ),
    ("mfa_remove_webauthn", "mfa_deactivate_totp", "directory_link", "directory_unlink"): _(
        "Vous ajoutez ou retirez ici un moyen de connexion. Avant un retrait, vérifiez qu’il vous en reste un autre. "
        "Le changement est enregistré, et un courriel vous en informe."
    ),
    ("mfa_view_recovery_codes", "mfa_generate_recovery_codes"): _(
        "Un code de secours sert si vous n’avez plus ni clé ni application. Notez les codes sur papier et rangez-les "
        "sous clé. Ils ne s’affichent qu’une fois, et chacun sert une seule fois."
    ),
    ("account_change_password",): _(
        "Vous changez ici votre mot de passe. Saisissez l’ancien, puis le nouveau. Personne ne peut le lire dans Loge."
    ),
    ("usersessions_list",): _(
        "Cette page liste les navigateurs où votre session est ouverte. Fermez ceux que vous ne reconnaissez pas, puis "
        "changez votre mot de passe. La session se verrouille seule après un quart d’heure sans activité."
    ),
    ("account_login",): _(
        "Vous ouvrez ici votre session. Utilisez votre adresse professionnelle et votre mot de passe, ou une clé. "
        "Chaque connexion et chaque échec sont enregistrés."
    ),
    ("account_logout",): _(
        "Vous fermez ici votre session. Confirmez, surtout si vous partagez cet ordinateur. Ce qui n’est pas "
        "enregistré est perdu."
    ),
    ("account_reset_password", "account_reset_password_from_key"): _(
        "Vous choisissez ici un nouveau mot de passe sans l’ancien. Donnez votre adresse professionnelle, puis suivez "
        "le lien reçu par courriel. Ce lien ne sert qu’une fois."
    ),
    ("account_reauthenticate", "mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"): _(
        "Loge demande ici de confirmer votre identité. Utilisez votre clé, un code ou votre mot de passe. Vous revenez "
        "ensuite à la page demandée."
    ),
    ("locked",): _(
        "Votre session est verrouillée, et aucune donnée n’est visible. Déverrouillez-la avec votre clé ou votre mot "
        "de passe. Si ce n’est pas votre session, choisissez « Je suis une autre personne »."
    ),
    ("draft",): _(
        "Cette page rend le texte que vous aviez saisi avant de confirmer votre identité. Relisez-le, puis envoyez-le "
        "ou abandonnez-le. Rien n’est enregistré avant l’envoi."
    ),
}
