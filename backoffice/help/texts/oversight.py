"""Help texts of the pages about the audit log, people’s rights, screening, imports and inspections."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Maps names of URLs to the help text that their pages share.
TEXTS: dict[tuple[str, ...], Promise | str] = {
    ("trace",): _(
        "Cette page donne une vue d’ensemble de la trace : consultations, refus, droits récents. Commencez par les "
        "refus et les questions sans réponse. Vos propres lectures de la trace sont enregistrées."
    ),
    ("trace_lines", "trace_event"): _(
        "Cette page liste les actions enregistrées : date, lieu, rôle et issue. Filtrez par jour, lieu ou action. Pour "
        "lire un nom, donnez un motif ; il est enregistré avec votre nom."
    ),
    ("trace_account",): _(
        "Cette page indique qui a ouvert un compte, sans ouvrir ce compte. Saisissez la référence complète. Votre "
        "recherche est enregistrée."
    ),
    ("trace_person",): _(
        "Cette page montre la trace d’un agent. Donnez d’abord un motif : il est enregistré avec votre nom, et la "
        "personne peut le demander. Aucun total ni horaire de travail n’est calculé."
    ),
    ("exposure",): _(
        "Cette page mesure la part des données accessibles et jamais consultées. Cherchez les rôles où elle est élevée "
        ": leurs droits sont peut-être trop larges. Le calcul est fait par rôle, jamais par personne."
    ),
    ("seal",): _(
        "Cette page prouve que la trace n’a été ni modifiée ni réduite : une feuille est l’empreinte d’une mention de "
        "la trace, sans nom. Vérifiez que la dernière signature des feuilles est récente et que les témoins l’ont "
        "reçue."
    ),
    ("evidence", "evidence_person"): _(
        "Vous exportez ici un dossier de preuves vérifiable sans Loge. Choisissez les comptes, la période ou la "
        "personne, et donnez le motif. L’export et son motif sont enregistrés."
    ),
    ("look_questions", "look_question"): _(
        "Cette page liste les consultations que les règles n’expliquent pas. Ouvrez une question, lisez ce qui "
        "l’entoure, interrogez un responsable si besoin, puis donnez votre avis. L’agent lit la question et l’avis ; "
        "aucun total n’est fait par personne."
    ),
    ("look_answers", "look_answer"): _(
        "On vous demande si un travail que vous connaissez explique la consultation d’un agent. Répondez ce que vous "
        "savez, ou que vous ne savez pas. L’agent peut lire votre réponse, et la question n’est pas un reproche."
    ),
    ("register",): _(
        "Cette page est le registre des traitements, établi à partir des règles en vigueur. Vérifiez les durées et les "
        "destinataires, puis exportez-le si besoin. Elle ne contient aucune donnée sur une personne."
    ),
    ("breaches",): _(
        "Vous inscrivez ici une violation de données. Décrivez-la par les listes proposées dès que vous la connaissez, "
        "puis complétez sous le même numéro. Une inscription ne peut pas être modifiée."
    ),
    ("texts",): _(
        "Cette page compte les textes que les agents peuvent écrire, sans leur contenu. Cherchez les champs dont le "
        "nombre ou la longueur augmente. De là, vous pouvez compter des mots."
    ),
    ("inspection", "inspection_ask"): _(
        "Vous comptez ici des mots dans les textes, sans lire les lignes. Saisissez les mots, puis demandez la lecture "
        "si le nombre le justifie. Les mots ne sont pas conservés, et la lecture attend l’accord d’une autre personne."
    ),
    ("inspection_lines",): _(
        "Cette page montre les lignes trouvées lors d’un contrôle, une fois la lecture accordée. Lisez seulement ce "
        "que le contrôle demande, puis décidez de la suite. La lecture est enregistrée avec les foyers concernés."
    ),
    ("inspections_agree", "inspection_agree"): _(
        "Le délégué à la protection des données demande à lire les lignes d’un contrôle. Demandez-lui la raison, puis "
        "donnez ou refusez votre accord. Vous voyez le nombre de lignes, pas leur texte."
    ),
    ("copies",): _(
        "Un agent de contrôle a demandé la copie d’un dossier. Ouvrez-la en sa présence, après avoir vérifié son "
        "mandat. Lui seul peut la lire, pendant vingt-quatre heures, et chaque lecture est enregistrée."
    ),
    ("subject_requests",): _(
        "Cette page liste les demandes des personnes sur leurs données. Commencez par celles dont le délai est le plus "
        "proche : la réponse est due dans le mois. Seul le délégué à la protection des données les lit."
    ),
    ("subject_request_new",): _(
        "Vous enregistrez ici une demande reçue par écrit. Indiquez ce qui est demandé et comment l’identité a été "
        "vérifiée. La réponse est due dans le mois."
    ),
    ("subject_request",): _(
        "Cette page suit une demande jusqu’à la réponse. Établissez le relevé si besoin, puis répondez et imprimez la "
        "lettre. Vous lisez les données de cette personne pendant dix minutes, et cette lecture figurera dans son "
        "prochain relevé."
    ),
    ("subject_letter", "subject_extension"): _(
        "Cette lettre répond à la personne ou l’informe d’un délai plus long. Relisez-la, imprimez-la, puis envoyez-la "
        "à temps. Loge ne l’envoie pas."
    ),
    ("erasure",): _(
        "Vous décidez ici pour chaque sorte de données qui n’a plus de motif : l’effacer, ou la conserver pour la "
        "raison que vous choisissez. La colonne de droite indique ce qui est conservé, pourquoi et jusqu’à quand."
    ),
    ("restriction_decide",): _(
        "Vous décidez ici de limiter le traitement des données d’une personne, ou de refuser. Choisissez l’un des "
        "quatre fondements, ou un motif de refus. La limitation commence aussitôt et la décision est enregistrée."
    ),
    ("restrictions",): _(
        "Cette liste donne les personnes dont les données sont seulement conservées, et depuis quand. Ouvrez une ligne "
        "pour informer la personne, puis lever la limitation. La liste affichée est enregistrée."
    ),
    ("restriction",): _(
        "Cette page suit une limitation. Imprimez la lettre, indiquez le jour où la personne a été informée, puis "
        "levez la limitation à partir du lendemain. Chaque étape est enregistrée."
    ),
    ("restriction_letter",): _(
        "Cette lettre informe la personne avant la levée de la limitation. Imprimez-la, puis remettez-la ou "
        "envoyez-la. Loge ne l’envoie pas."
    ),
    ("disclosure",): _(
        "Ce relevé donne à la personne ses données, leur durée et qui les a consultées. Relisez-le avant de l’imprimer "
        "ou de l’exporter. Son établissement est enregistré."
    ),
    ("look_defer",): _(
        "Vous demandez ici de ne communiquer une consultation qu’après une date. Choisissez la raison dans la liste et "
        "la date. Une seconde personne doit donner son accord, et la consultation figure dans les relevés dès le "
        "lendemain de cette date."
    ),
    ("deferrals",): _(
        "Un report laisse une consultation couverte par le secret hors des relevés de données jusqu’à une date. Le "
        "délégué à la protection des données le demande : vérifiez la raison et la date, puis donnez ou non votre "
        "accord. Vous ne savez pas qui est concerné."
    ),
    ("contests", "contest"): _(
        "Cette page traite les phrases refusées par la vérification des textes et contestées par leur auteur. "
        "Lisez la phrase, puis donnez votre avis ou proposez une issue sous deux jours ouvrés. Seuls le responsable "
        "des données et le délégué la lisent ; elle est effacée après trente jours."
    ),
    ("contests_agree", "contest_agree"): _(
        "Vous décidez ici d’une phrase refusée et contestée, sans la lire. Lisez la proposition et l’avis, puis "
        "acceptez ou renvoyez. La réponse est due sous deux jours ouvrés et enregistrée avec votre nom."
    ),
    ("inheritance",): _(
        "Cette page compte les anciens commentaires à trier, sans leur texte. Choisissez une agence et commencez par "
        "les plus anciens. Sans décision, une ligne est effacée à la date indiquée."
    ),
    ("inherited_line",): _(
        "Vous triez ici un ancien commentaire. Effacez-le ou remplacez-le par un fait ; le conserver demande l’accord "
        "d’une autre personne. Votre décision est enregistrée, sans le texte."
    ),
    ("certificate",): _(
        "Ce certificat atteste ce que sont devenus les anciens commentaires d’un fichier. Établissez-le quand toutes "
        "les lignes ont une décision, puis imprimez-le. Il contient des nombres, aucun texte."
    ),
    ("vocabulary", "vocabulary_add"): _(
        "Cette page tient la liste des faits que les agents peuvent noter. Vérifiez qu’aucun code n’existe déjà avant "
        "d’en ajouter un. Un code décrit un fait utile au bail, jamais une personne, et il est vérifié comme une "
        "phrase."
    ),
    ("intake",): _(
        "Vous importez ici les locataires, les baux et les écritures de l’organisme. Envoyez les fichiers pour un "
        "essai, corrigez les lignes refusées, puis importez. Tout est importé ou rien ne l’est, et l’import est "
        "enregistré."
    ),
    ("applications_import",): _(
        "Vous importez ici les demandes de logement. Envoyez le fichier pour un essai, lisez les erreurs et ce qui est "
        "laissé de côté, puis importez. L’import est enregistré."
    ),
    ("import_runs", "import_run"): _(
        "Cette page suit un import volumineux, qui se fait en arrière-plan. Quittez-la et revenez quand vous voulez ; "
        "le résultat y reste trente jours. Personne d’autre ne voit ce résultat, et chaque consultation est "
        "enregistrée."
    ),
    ("imports_watched",): _(
        "Cette page indique qui a importé des fichiers volumineux, quand, et avec quelle issue. Ni le contenu ni les "
        "erreurs des fichiers n’y figurent. Sa consultation est enregistrée."
    ),
    ("control",): _(
        "Cette page réunit les pièces d’un contrôle, par question. Ouvrez une pièce pour la lire ou l’exporter, datée "
        "et signée. Vous ne pouvez rien modifier, et chaque pièce ouverte est enregistrée."
    ),
    ("control_exhibit", "control_copy"): _(
        "Cette page est une pièce du contrôle. Remplissez les champs demandés, s’il y en a, puis lisez ou exportez. "
        "Son ouverture est enregistrée à votre nom."
    ),
    ("inherited_erase",): _(
        "Vous effacez ici toutes les lignes d’une catégorie dans une agence, sans les lire. Vérifiez la catégorie et "
        "le nombre, puis confirmez. Seul leur décompte est conservé ; les lignes proposées à la conservation restent."
    ),
}
