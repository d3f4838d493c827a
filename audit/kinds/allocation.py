"""The kinds of audit event about the allocation of dwellings: views first, then changes.

`audit.events` lists the kinds of audit event about all subjects.
"""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from audit.kinds import Code
from audit.kinds import change_kind as _change
from audit.kinds import view_kind as _look

APPLICATION_OPENED = _look("application_opened", _("Demande de logement ouverte"), occasion=Code)
APPLICATIONS_DUE_SHOWN = _look("applications_due_shown", _("Échéances des demandes de logement affichées, sans nom"))
APPLICANT_LETTER_PRINTED = _look(
    "applicant_letter_printed", _("Lettre à un demandeur préparée pour impression"), letter=Code
)
APPLICANT_REPORT_SHOWN = _look("applicant_report_shown", _("Relevé de données d’un demandeur établi"))
GROUND_CASES_SHOWN = _look("ground_cases_shown", _("Dossiers de motifs réservés énumérés, sans nom"))
GROUND_OPENED = _look("ground_opened", _("Dossier d’un motif réservé ouvert"))
VACANCIES_SHOWN = _look("vacancies_shown", _("Logements vacants énumérés"), filters=Code, order=Code)
VACANCY_SHOWN = _look("vacancy_shown", _("Logement vacant consulté"), vacancy=UUID)
SHORTLIST_SHOWN = _look("shortlist_shown", _("Présélection consultée, sans nom"), vacancy=UUID, eligible=int)
CANDIDACIES_SHOWN = _look("candidacies_shown", _("Candidatures d’un logement consultées, sans nom"), vacancy=UUID)
SESSIONS_SHOWN = _look("sessions_shown", _("Séances de la commission énumérées"))
SESSION_SHOWN = _look("session_shown", _("Séance de la commission consultée, sans nom"), session=UUID)
SHEET_SHOWN = _look("sheet_shown", _("Fiche numérotée lue en commission, sans nom"), session=UUID, number=int)
MINUTES_SHOWN = _look("minutes_shown", _("Procès-verbal de la commission consulté"), session=UUID)
CLAIM_READ = _look("claim_read", _("Fiche sans nom lue pour une réclamation"))
HAND_OVERS_SHOWN = _look("hand_overs_shown", _("Baux à signer après attribution énumérés, sans nom"))
HAND_OVER_OPENED = _look("hand_over_opened", _("Attributaire consulté pour signer le bail"))
STEERING_SHOWN = _look("steering_shown", _("Pilotage de l’attribution consulté"))
CONTINGENT_SHOWN = _look("contingent_shown", _("Logements d’un réservataire consultés"))
GRID_LAB_SHOWN = _look("grid_lab_shown", _("Essai d’un projet de grille consulté"))
GRID_SHOWN = _look("grid_shown", _("Grille de cotation consultée"))
LEGAL_FIGURES_SHOWN = _look("legal_figures_shown", _("Chiffres légaux de l’attribution consultés"))
APPLICATIONS_TRIED = _look("applications_tried", _("Fichier de demandes de logement essayé, sans être importé"))

APPLICATION_TAKEN = _change("application_taken", _("Demande de logement enregistrée"))
OCCASION_OPENED = _change("occasion_opened", _("Accès à une demande de logement ouvert"), reason=Code)
OCCASION_ENDED = _change("occasion_ended", _("Accès à une demande de logement refermé"))
APPLICATION_CHANGED = _change("application_changed", _("Demande de logement mise à jour"), part=Code)
APPLICATION_CERTIFIED = _change("application_certified", _("Attestation d’enregistrement remise"))
APPLICATION_REMINDED = _change("application_reminded", _("Rappel de renouvellement envoyé"), until=date)
APPLICATION_RENEWED = _change("application_renewed", _("Demande de logement renouvelée"), until=date)
APPLICATION_WARNED = _change("application_warned", _("Avertissement avant radiation envoyé"), motive=Code)
WARNING_DELIVERED = _change("warning_delivered", _("Remise d’un avertissement enregistrée"), delivered_on=date)
WARNING_WITHDRAWN = _change("warning_withdrawn", _("Avertissement avant radiation retiré"))
APPLICATION_CLOSED = _change("application_closed", _("Demande de logement radiée"), motive=Code)
DOCUMENT_ASKED = _change("document_asked", _("Pièce demandée"), supporting_document=Code, until=date)
DOCUMENT_SEEN = _change("document_seen", _("Pièce vue"), supporting_document=Code, until=date)
DOCUMENT_WITHDRAWN = _change("document_withdrawn", _("Demande de pièce retirée"), supporting_document=Code)
INCOME_ASSESSED = _change("income_assessed", _("Ressources vérifiées"), basis=Code, year=int)
LEGAL_FIGURE_SET = _change("legal_figure_set", _("Chiffre légal enregistré"), figure=Code, value=int, first_day=date)
PRIORITY_RECORDED = _change("priority_recorded", _("Priorité enregistrée"))
PRIORITY_REMOVED = _change("priority_removed", _("Priorité retirée"))
GROUND_REFERRED = _change("ground_referred", _("Demande transmise à l’examen des motifs réservés"))
GROUND_CASE_TAKEN = _change("ground_case_taken", _("Dossier d’un motif réservé pris"))
GROUND_DECIDED = _change("ground_decided", _("Réponse donnée sur un motif réservé"), answer=Code)
GROUND_SHORTENED = _change("ground_shortened", _("Fin d’un motif réservé avancée"))
UNIT_TERMS_SET = _change("unit_terms_set", _("Conditions de location d’un logement enregistrées"), unit=UUID)
VACANCY_DECLARED = _change("vacancy_declared", _("Logement vacant déclaré"), vacancy=UUID)
VACANCY_WITHDRAWN = _change("vacancy_withdrawn", _("Logement vacant retiré"), vacancy=UUID)
VACANCY_ORIENTED = _change(
    "vacancy_oriented", _("Logement vacant orienté"), vacancy=UUID, contingent=UUID, reason=Code, key_digest=Code
)
SHORTLIST_RUN = _change("shortlist_run", _("Présélection établie"), vacancy=UUID, grid=int, eligible=int)
CANDIDATE_DESIGNATED = _change("candidate_designated", _("Candidat désigné"), vacancy=UUID, number=int, rank=int)
CANDIDATE_WITHDRAWN = _change("candidate_withdrawn", _("Candidature retirée avant la commission"), vacancy=UUID)
SHEET_PREPARED = _change("sheet_prepared", _("Fiche préparée pour la commission"), vacancy=UUID, number=int)
VACANCY_CONVENED = _change(
    "vacancy_convened", _("Logement inscrit à une séance"), vacancy=UUID, session=UUID, reason=Code
)
VACANCY_TAKEN_OFF = _change("vacancy_taken_off", _("Logement retiré d’un ordre du jour"), vacancy=UUID, session=UUID)
VACANCY_RETURNED = _change(
    "vacancy_returned", _("Logement à attribuer de nouveau, faute d’attribution"), vacancy=UUID, session=UUID
)
VACANCY_CARRIED_OVER = _change(
    "vacancy_carried_over", _("Logement reporté par la commission"), vacancy=UUID, session=UUID, reason=Code
)
SESSION_CONVENED = _change("session_convened", _("Séance de la commission convoquée"), session=UUID)
SESSION_CANCELLED = _change("session_cancelled", _("Séance de la commission annulée"), session=UUID, dwellings=int)
SEAT_GIVEN = _change("seat_given", _("Siège à la commission attribué"), session=UUID, person=UUID, voice=Code)
SEAT_RELEASED = _change("seat_released", _("Siège à la commission retiré"), session=UUID, person=UUID, reason=Code)
CHAIR_TAKEN = _change("chair_taken", _("Présidence prise par un autre membre"), session=UUID, vacancy=UUID, reason=Code)
CANDIDATE_RECUSED = _change("candidate_recused", _("Récusation enregistrée"), session=UUID)
SESSION_OPENED = _change("session_opened", _("Séance de la commission ouverte"), session=UUID, present=int)
DECISION_PROPOSED = _change("decision_proposed", _("Décision proposée à la commission"), decision=Code, motive=Code)
VOTE_CAST = _change("vote_cast", _("Vote exprimé"), session=UUID)
DECISION_TAKEN = _change(
    "decision_taken", _("Décision de la commission"), decision=Code, motive=Code, rank=int, result=Code
)
SESSION_CLOSED = _change("session_closed", _("Séance de la commission close"), session=UUID)
MINUTES_SIGNED = _change("minutes_signed", _("Procès-verbal signé"), session=UUID, digest=Code)
OFFER_SENT = _change("offer_sent", _("Logement proposé"), vacancy=UUID)
OFFER_NOTIFIED = _change("offer_notified", _("Notification d’une proposition enregistrée"), delivery=Code, until=date)
OFFER_ANSWERED = _change("offer_answered", _("Réponse à une proposition enregistrée"), answer=Code)
OFFER_RENOUNCED = _change(
    "offer_renounced", _("Renonciation à un logement accepté enregistrée"), vacancy=UUID, renounced_on=date
)
HAND_OVER_CANCELLED = _change("hand_over_cancelled", _("Transmission pour la signature du bail annulée"), vacancy=UUID)
OFFERS_EXPIRED = _change("offers_expired", _("Délais de réponse passés"), offers=int, conditions=int)
FRAGILE_RESIDENCE_NAMED = _change(
    "fragile_residence_named", _("Résidence fragile nommée par la convention enregistrée"), first_day=date
)
FRAGILE_RESIDENCE_ENDED = _change("fragile_residence_ended", _("Fin d’une résidence fragile enregistrée"), until=date)
REGISTRY_EXPORTED = _change(
    "registry_exported",
    _("Décisions et radiations envoyées au système national d’enregistrement"),
    run=int,
    lines=int,
    digest=Code,
)
REGISTRY_EXPORT_REPEATED = _change(
    "registry_export_repeated", _("Envoi au système national d’enregistrement répété"), run=int, lines=int
)
REGISTRY_FILES_DELETED = _change(
    "registry_files_deleted", _("Fichiers envoyés au système national effacés du disque"), files=int
)
REGISTRY_ROWS_EXPIRED = _change(
    "registry_rows_expired", _("Lignes pour le système national d’enregistrement effacées"), lines=int
)
CANDIDACIES_EXPIRED = _change("candidacies_expired", _("Fiches sans nom effacées"), candidacies=int)
CLAIMS_LAPSED = _change("claims_lapsed", _("Demandes de lecture restées sans suite effacées"), claims=int)
CLAIM_ASKED = _change("claim_asked", _("Lecture d’une fiche demandée pour une réclamation"), source=Code)
CLAIM_AGREED = _change(
    "claim_agreed", _("Lecture d’une fiche accordée pour une réclamation, pour vingt-quatre heures"), person=UUID
)
LEASE_HANDED_OVER = _change("lease_handed_over", _("Attributaire transmis pour la signature du bail"), vacancy=UUID)
LEASE_OF_CANDIDATE_SIGNED = _change(
    "lease_of_candidate_signed", _("Bail signé après attribution, demande radiée"), lease=UUID
)
POOL_PREPARED = _change("pool_prepared", _("Vivier des demandes préparé, sans nom"), entries=int)
CONTINGENT_ADDED = _change("contingent_added", _("Réservataire enregistré"), contingent=UUID)
CONTINGENT_ENDED = _change("contingent_ended", _("Fin d’un réservataire enregistrée"), contingent=UUID)
CONVENTION_ADDED = _change("convention_added", _("Convention de réservation enregistrée"), contingent=UUID, until=date)
FLOW_SET = _change("flow_set", _("Flux annuel fixé"), year=int, contingent=UUID, value=int)
NOMINATOR_NAMED = _change("nominator_named", _("Personne d’un réservataire désignée"), contingent=UUID, person=UUID)
GRID_DRAFTED = _change("grid_drafted", _("Grille de cotation préparée"), grid=int)
GRID_CHANGED = _change("grid_changed", _("Projet de grille modifié"), grid=int)
GRID_ADOPTED = _change("grid_adopted", _("Grille de cotation adoptée"), grid=int)
GRID_LAB_ASKED = _change("grid_lab_asked", _("Essai d’un projet de grille demandé"), grid=int)
GRID_LAB_RUN = _change("grid_lab_run", _("Projet de grille essayé sur toutes les demandes"), grid=int, applications=int)
CEILING_SET = _change("ceiling_set", _("Plafond de ressources enregistré"), year=int, value=int)
SCORES_COMPUTED = _change("scores_computed", _("Cotation calculée"), grid=int, applications=int)
APPLICATIONS_IMPORTED = _change(
    "applications_imported", _("Demandes de logement importées"), added=int, updated=int, unchanged=int, dropped=int
)
APPLICATIONS_EXPIRED = _change(
    "applications_expired", _("Demandes radiées ou échues effacées"), applications=int, occasions=int
)
