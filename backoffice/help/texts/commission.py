"""Help texts of the pages about vacancies, reserving bodies, meetings of the commission and steering."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Maps names of URLs to the help text that their pages share.
TEXTS: dict[tuple[str, ...], Promise | str] = {
    ("vacancies", "vacancy"): _(
        "Cette page suit les logements à attribuer dans vos lieux. Ouvrez un logement pour voir l’étape suivante. "
        "Aucun locataire ni candidat n’y est nommé."
    ),
    ("vacancy_declare",): _(
        "Vous déclarez ici un logement libre ou qui va le devenir. Indiquez le jour où un nouveau locataire peut "
        "entrer. Le logement entre alors dans la liste des logements à attribuer."
    ),
    ("vacancy_withdraw",): _(
        "Vous retirez ici un logement de la liste : le congé est annulé, ou il ne sera pas reloué. Vérifiez le "
        "logement, puis confirmez. Le retrait est enregistré avec votre nom."
    ),
    ("unit_terms",): _(
        "Vous enregistrez ici les conditions de location : financement, loyer, charges. Saisissez les valeurs de la "
        "convention, puis enregistrez. Elles servent au classement et à la proposition."
    ),
    ("shortlist",): _(
        "Cette page classe les demandes pour un logement, sans nom ni numéro. Établissez la présélection, puis "
        "désignez les candidats dans l’ordre. Le dossier d’un candidat s’ouvre une fois qu’il est désigné."
    ),
    ("vacancy_convene",): _(
        "Vous inscrivez ici le logement à une séance de la commission, ou vous l’en retirez. Préparez d’abord toutes "
        "les fiches, puis choisissez la séance. Après l’inscription, les fiches ne changent plus."
    ),
    ("orientation", "vacancy_orient"): _(
        "Vous décidez ici quel réservataire propose des candidats pour un logement. Lisez le conseil de Loge, puis "
        "choisissez le réservataire ou « hors du flux ». La décision et sa raison sont enregistrées."
    ),
    ("contingents", "contingent"): _(
        "Cette page gère les réservataires, leurs conventions et leur part de l’année. Saisissez d’abord les logements "
        "à louer dans l’année, puis la part de chacun. Une personne désignée ne voit que les logements orientés vers "
        "son organisme."
    ),
    ("contingent_end",): _(
        "Vous mettez fin ici à un réservataire, dès aujourd’hui. Lisez les conséquences affichées, puis confirmez. Ses "
        "personnes désignées ne voient plus rien."
    ),
    ("sessions",): _(
        "Cette page liste les séances de la commission. Convoquez une séance, puis donnez les sièges. Les chargés "
        "d’attribution y inscrivent ensuite les logements."
    ),
    ("session_convene",): _(
        "Vous convoquez ici une séance de la commission. Choisissez le jour et l’heure, puis confirmez. Une séance "
        "convoquée ne change plus de date : elle peut seulement être annulée."
    ),
    ("session_seats",): _(
        "Cette page réunit les sièges et l’ordre du jour d’une séance. Donnez un siège à chaque membre avant "
        "l’ouverture. Un membre lit les fiches des séances où il siège, et de nulle autre."
    ),
    ("session_cancel", "seat_release", "agenda_remove"): _(
        "Vous modifiez ici une séance qui n’est pas ouverte : annulation, siège ou ordre du jour. Lisez ce que la page "
        "annonce, puis confirmez. Les membres et les logements concernés sont libérés pour une autre séance."
    ),
    ("own_sessions", "own_session"): _(
        "Cette page réunit les séances où vous siégez. Ouvrez la prochaine séance, puis signalez les fiches dont vous "
        "devez vous récuser. Les fiches sont numérotées, sans nom, et chaque lecture est enregistrée."
    ),
    ("session_recuse",): _(
        "Vous vous récusez ici d’un logement ou d’une demande. Indiquez ce qui vous concerne ; aucun motif n’est "
        "demandé. La fiche ne vous est plus montrée, vous ne votez pas, et la récusation ne peut pas être retirée."
    ),
    ("session_open",): _(
        "Vous ouvrez ici la séance que vous présidez. Marquez les membres présents, puis confirmez : Loge vérifie le "
        "quorum. Ensuite, la composition et l’ordre du jour ne changent plus."
    ),
    ("session_preside",): _(
        "Vous prenez ici la présidence si la personne qui devait présider est absente. Confirmez après l’accord des "
        "membres présents. Le procès-verbal indique qui a présidé."
    ),
    ("item_sheets", "decision_vote"): _(
        "Cette page montre les fiches numérotées d’un logement. Lisez-les avant la séance, puis votez quand une "
        "décision est proposée. Aucun nom n’est affiché, et chaque lecture est enregistrée."
    ),
    ("decision_propose", "decision_count"): _(
        "Vous menez ici la décision sur une fiche. Proposez la décision et son motif, puis comptez les voix quand les "
        "membres ont voté. Une décision adoptée est définitive à la clôture de la séance."
    ),
    ("item_carry_over",): _(
        "Vous reportez ici un logement que la séance ne décide pas. Choisissez la raison dans la liste, puis "
        "confirmez. Ses candidats peuvent être inscrits à une autre séance."
    ),
    ("session_close",): _(
        "Vous closez ici la séance. Vérifiez que chaque fiche a une décision ou un report, puis confirmez. Ensuite, "
        "aucune décision ne change, et le procès-verbal joint les noms aux fiches."
    ),
    ("minutes_sign",): _(
        "Cette page est le procès-verbal de la séance. Relisez-le, imprimez-le, puis signez-le. Le texte signé ne "
        "contient aucun nom de candidat."
    ),
    ("quotas", "fairness", "allocation_report"): _(
        "Cette page donne les chiffres de l’année : quotas, équité et bilan. Choisissez l’année, puis comparez avec "
        "les objectifs de la loi. Les petits nombres n’y figurent pas, pour que personne ne soit reconnu."
    ),
    ("fairness_review",): _(
        "Cette page montre l’équité des attributions, telle que le responsable du peuplement la lit. Comparez les "
        "étapes de chaque groupe. Elle ne contient que des nombres arrondis, et les petits groupes sont réunis."
    ),
    ("registry_runs",): _(
        "Cette page suit les envois au système national d’enregistrement. Vérifiez que rien n’attend depuis trop "
        "longtemps, sinon prévenez l’exploitation. Elle ne montre que des nombres."
    ),
    ("grids",): _(
        "Cette page montre la grille de cotation en vigueur et ses versions. Lisez les critères et leurs points avant "
        "de préparer un projet. Une grille adoptée ne se modifie plus."
    ),
    ("grid_draft", "grid_trial", "grid_adopt"): _(
        "Vous préparez ici une nouvelle grille de cotation. Modifiez le projet, demandez un essai, puis faites-le "
        "adopter par une autre personne. Rien ne change pour les demandes avant l’adoption."
    ),
    ("fragile_residences", "fragile_residence_end"): _(
        "Cette page liste les résidences que la convention intercommunale nomme. Ajoutez une résidence avec sa source "
        "et sa date, ou mettez-y fin. Une commission ne peut invoquer ce motif que pour elles."
    ),
    ("ceilings", "legal_figures"): _(
        "Cette page contient les chiffres que Loge applique aux demandes. Ajoutez une valeur avec sa source et la date "
        "où elle s’applique. Sans valeur en vigueur, Loge ne calcule pas et le signale."
    ),
    ("claims", "claim"): _(
        "Vous lisez ici la fiche d’une décision contestée, sans nom. Saisissez la référence imprimée sur la lettre, "
        "puis attendez l’accord du responsable du peuplement. La lecture est ouverte vingt-quatre heures et "
        "enregistrée."
    ),
    ("claims_to_agree",): _(
        "Le délégué à la protection des données demande ici à lire une fiche sans nom. Vérifiez la raison avec lui, "
        "puis donnez votre accord ou laissez la demande s’effacer. Un accord ne peut pas être repris."
    ),
}
