"""The list of all kinds of audit event: views of data first, then changes.

Each kind of event has a sentence for readers, and declares the facts that its events may contain. Facts are ids, codes,
numbers and dates. They contain no names and no typed text, so that an event never has to be deleted early.
"""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from audit.kinds import KINDS as KINDS
from audit.kinds import Code as Code
from audit.kinds import Kind as Kind
from audit.kinds import Outcome as Outcome
from audit.kinds import change_kind as _change
from audit.kinds import require_code as require_code
from audit.kinds import view_kind as _look
from audit.kinds.allocation import *  # noqa: F403 - every kind is one of this list

ACCOUNT_OPENED = _look("account_opened", _("Compte ouvert"))
STATEMENT_PRINTED = _look("statement_printed", _("Décompte ou reçu préparé pour impression"))
CARD_OPENED = _look("card_opened", _("Fiche ouverte"))
IDENTITY_OPENED = _look("identity_opened", _("Identité et coordonnées bancaires ouvertes"))
BANK_DETAILS_SHOWN = _look("bank_details_shown", _("Coordonnées bancaires affichées en entier"), tenant=UUID)
LEASE_OPENED = _look("lease_opened", _("Bail ouvert"))
LIST_SHOWN = _look("list_shown", _("Liste affichée"), list=Code, filters=Code, order=Code)
SEARCH_RUN = _look("search_run", _("Recherche lancée"), scope=Code)
EXPORT_TAKEN = _look("export_taken", _("Export effectué"), format=Code, filters=Code, order=Code)
BOOKS_OPENED = _look("books_opened", _("Écritures consultées par référence"))
PATRIMONY_SHOWN = _look("patrimony_shown", _("Patrimoine consulté"))
RULES_SHOWN = _look("rules_shown", _("Règles d’accès consultées"))
RIGHTS_READ = _look("rights_read", _("Droits d’accès consultés"), question=Code, day=date)
RIGHTS_REVIEW_SHOWN = _look("rights_review_shown", _("Revue des droits consultée"))
OWN_LOOKS_READ = _look("own_looks_read", _("Sa propre trace consultée"))
HISTORY_READ = _look("history_read", _("Trace consultée"), scope=Code)
SEAL_SHOWN = _look("seal_shown", _("Sceau de la trace consulté"))
EVIDENCE_TAKEN = _look(
    "evidence_taken",
    _("Dossier de preuves exporté"),
    scope=Code,
    format=Code,
    reason=Code,
    person=UUID,
    first_day=date,
    last_day=date,
)
PERSON_LOOKS_READ = _look("person_looks_read", _("Trace d’une personne ouverte"), reason=Code, person=UUID)
BACKUP_TAKEN = _look("backup_taken", _("Copie entière de la base exportée"), encrypted=int)
REGISTER_SHOWN = _look("register_shown", _("Registre des traitements consulté"), scope=Code)
WORDS_COUNTED = _look("words_counted", _("Mots d’un contrôle comptés, sans affichage des lignes"), words=int)
INSPECTED_LINES_READ = _look(
    "inspected_lines_read", _("Lignes d’un contrôle lues, avec l’accord d’une seconde personne"), inspection=UUID
)
CONTROL_SHOWN = _look("control_shown", _("Pièces d’un contrôle énumérées"))
EXHIBIT_SHOWN = _look(
    "exhibit_shown", _("Pièce d’un contrôle établie"), exhibit=Code, format=Code, person=UUID, words=int, release=UUID
)
COPY_ASKED = _look("copy_asked", _("Copie d’un dossier demandée pour un contrôle"))
PERSON_MATCHED = _look("person_matched", _("Personne cherchée par l’annuaire"))
IMPORTS_SHOWN = _look("imports_shown", _("Imports en arrière-plan consultés"))
SHOWN_AS = _look("shown_as", _("Page d’un gardien affichée, avec des occupants masqués"), person=UUID, page=Code)
FACT_LETTER_PRINTED = _look("fact_letter_printed", _("Lettre au locataire préparée pour impression"), fact=Code)
SEALED_READ = _look("sealed_read", _("Phrase contestée lue"))
CERTIFICATE_SHOWN = _look("certificate_shown", _("Certificat de destruction consulté"), inheritance=UUID)
INHERITED_READ = _look("inherited_read", _("Ancien commentaire sous scellés lu"))
SUBJECT_REQUEST_READ = _look("subject_request_read", _("Demande d’une personne consultée"), request=UUID)
SUBJECT_LETTER_PRINTED = _look(
    "subject_letter_printed", _("Lettre de réponse à une personne préparée pour impression"), request=UUID
)
EMERGENCY_NOTICE_PRINTED = _look(
    "emergency_notice_printed", _("Lettre sur un accès d’urgence préparée pour impression"), emergency=UUID
)
SUBJECT_EXTENSION_PRINTED = _look(
    "subject_extension_printed", _("Lettre de prolongation à une personne préparée pour impression"), request=UUID
)
RESTRICTION_READ = _look("restriction_read", _("Limitation du traitement consultée"), request=UUID)
SUBJECT_SLIP_PRINTED = _look("subject_slip_printed", _("Récépissé d’une demande préparé pour impression"), request=UUID)
DISCLOSURE_SHOWN = _look("disclosure_shown", _("Relevé de données d’une personne établi"), format=Code)
ERASURE_LISTED = _look("erasure_listed", _("Données d’une personne énumérées pour un effacement"), request=UUID)
PORTABLE_FILE_MADE = _look("portable_file_made", _("Fichier des données fournies par une personne établi"), format=Code)
LOOK_QUESTION_READ = _look("look_question_read", _("Question sur une consultation lue"), question=UUID)
SENTENCE_REFUSED = _look(
    "sentence_refused", _("Phrase refusée par la vérification des textes, et non conservée"), categories=Code
)
FORM_SHOWN = _look("form_shown", _("Formulaire affiché"))
FORM_SUBMITTED = _look("form_submitted", _("Formulaire envoyé"))

EMERGENCY_TRIED = _look("emergency_tried", _("Foyer recherché en urgence, hors de ses lieux"))
PORTFOLIO_TRIED = _look("portfolio_tried", _("Fichier de l’organisme essayé, sans être importé"), sheet=Code)
IDENTITY_TRIED = _look("identity_tried", _("Nom saisi avec une référence ou une porte"))
IDENTITY_MISSED = _look("identity_missed", _("Nom saisi avec une référence ou une porte, et refusé"))
EVACUATION_SHOWN = _look("evacuation_shown", _("Liste d’évacuation affichée"))
WALL_MET = _look("wall_met", _("Conflit d’intérêts : dossier fermé demandé par cet agent"), reference=Code)
REFUSED = _look("refused", _("Accès refusé"), reference=Code)
LIMIT_REACHED = _look("limit_reached", _("Limite de consultations atteinte"))
SIGNED_IN = _look("signed_in", _("Connexion"), means=Code)
SIGN_IN_FAILED = _look("sign_in_failed", _("Échec de connexion"), means=Code)
SIGN_IN_SLOWED = _look("sign_in_slowed", _("Tentatives de connexion ralenties"))
TOKEN_FIRST_USED = _look("token_first_used", _("Jeton de machine utilisé pour la première fois"))
SIGNED_OUT = _look("signed_out", _("Déconnexion"))
PROVED_AGAIN = _look("proved_again", _("Identité confirmée de nouveau"), means=Code)
SESSION_LOCKED = _look("session_locked", _("Session verrouillée"), reason=Code)
SESSION_UNLOCKED = _look("session_unlocked", _("Session déverrouillée"), means=Code)
RECOVERY_CODE_USED = _look("recovery_code_used", _("Code de secours utilisé"))

PASSWORD_CHANGED = _change("password_changed", _("Mot de passe changé"))
FACTOR_ADDED = _change("factor_added", _("Moyen de connexion ajouté"), means=Code)
FACTOR_REMOVED = _change("factor_removed", _("Moyen de connexion retiré"), means=Code)
KEY_COPIED = _change(
    "key_copied", _("Copie d’une clé détectée : la clé ne permet plus de se connecter"), means=Code, ended=int
)
RECOVERY_CODES_MADE = _change("recovery_codes_made", _("Codes de secours créés"))
DAILY_MAIL_WANTED = _change("daily_mail_wanted", _("Courriel du matin demandé"))
DAILY_MAIL_DECLINED = _change("daily_mail_declined", _("Courriel du matin arrêté"))
DAILY_MAILS_QUEUED = _change("daily_mails_queued", _("Courriels du matin prévus"), mails=int)
DAILY_MAILS_SENT = _change("daily_mails_sent", _("Courriels du matin envoyés"), mails=int, failed=int)
DAILY_MAILS_EXPIRED = _change("daily_mails_expired", _("Courriels des jours passés effacés"), mails=int)
SESSIONS_ENDED = _change("sessions_ended", _("Sessions fermées"), reason=Code, ended=int, person=UUID)
FACTORS_RESET = _change(
    "factors_reset", _("Moyens de connexion réinitialisés"), person=UUID, reason=Code, removed=int, ended=int
)
PERSON_ADDED = _change("person_added", _("Personne ajoutée"), person=UUID)
PERSON_CLOSED = _change("person_closed", _("Compte de connexion fermé"), person=UUID, ended=int)
DEPARTURE_REFUSED = _look(
    "departure_refused", _("Départ annoncé par l’annuaire, refusé : dernière administration des accès"), person=UUID
)
PERSON_REOPENED = _change("person_reopened", _("Compte de connexion rouvert"), person=UUID)
ASSIGNMENT_GRANTED = _change(
    "assignment_granted",
    _("Affectation donnée"),
    assignment=UUID,
    person=UUID,
    role=Code,
    first_day=date,
    last_day=date,
    reason=Code,
    from_minute=int,
    to_minute=int,
)
ASSIGNMENT_EXTENDED = _change(
    "assignment_extended", _("Affectation prolongée"), assignment=UUID, person=UUID, role=Code, last_day=date
)
ASSIGNMENT_ENDED = _change(
    "assignment_ended",
    _("Fin d’affectation enregistrée"),
    assignment=UUID,
    person=UUID,
    role=Code,
    ended_on=date,
    reason=Code,
)
RIGHT_KEPT = _change("right_kept", _("Affectation inutilisée conservée"), assignment=UUID, reason=Code)
RIGHTS_REVIEWED = _change("rights_reviewed", _("Revue des droits signée"), review=UUID, kept=int, ended=int)
ASSIGNMENTS_IMPORTED = _change(
    "assignments_imported", _("Affectations demandées par un fichier"), asked=int, refused=int
)
ACCESS_REQUESTED = _change(
    "access_requested",
    _("Accès demandé"),
    request=UUID,
    person=UUID,
    role=Code,
    first_day=date,
    last_day=date,
    reason=Code,
)
ACCESS_APPROVED = _change("access_approved", _("Accès approuvé"), request=UUID, person=UUID, role=Code)
ACCESS_REFUSED = _change("access_refused", _("Demande d’accès refusée"), request=UUID, role=Code, reason=Code)
ACCESS_WITHDRAWN = _change("access_withdrawn", _("Demande d’accès retirée"), request=UUID, role=Code)
TOKEN_MADE = _change("token_made", _("Jeton de machine créé"), person=UUID, request=UUID, last_day=date)
TOKEN_REVOKED = _change("token_revoked", _("Jeton de machine révoqué"), person=UUID)
PLACE_ADDED = _change("place_added", _("Lieu ajouté"), level=Code)
PLACE_CONTACT_SET = _change("place_contact_set", _("Contact d’un lieu mis à jour"))
BUILDING_RECUT = _change("building_recut", _("Bâtiment redécoupé"), units=int, into=UUID)
PROGRAMMES_IMPORTED = _change(
    "programmes_imported", _("Programmes importés"), lines=int, programmes=int, dwellings=int, refused=int
)

IDENTITY_CHECKED = _change("identity_checked", _("Identité vérifiée à l’accueil"), document=Code)
SUBJECT_REQUEST_TAKEN = _change(
    "subject_request_taken", _("Demande d’une personne enregistrée"), request=UUID, right=Code, until=date
)
DISCLOSURE_PREPARED = _change(
    "disclosure_prepared", _("Données d’une personne ouvertes pour dix minutes"), request=UUID
)
SUBJECT_REQUEST_EXTENDED = _change(
    "subject_request_extended", _("Délai d’une demande prolongé de deux mois"), request=UUID, reason=Code, until=date
)
SUBJECT_REQUEST_ANSWERED = _change(
    "subject_request_answered", _("Réponse donnée à la demande d’une personne"), request=UUID, answer=Code
)
DATA_ERASED = _change(
    "data_erased",
    _("Demande d’effacement décidée, et données effacées"),
    request=UUID,
    erased=Code,
    answer=Code,
)
PROCESSING_RESTRICTED = _change(
    "processing_restricted", _("Traitement des données d’une personne limité"), request=UUID
)
RESTRICTION_INFORMED = _change(
    "restriction_informed", _("Personne informée de la levée d’une limitation"), request=UUID, informed_on=date
)
RESTRICTION_LIFTED = _change("restriction_lifted", _("Limitation du traitement levée"), request=UUID)
LOOK_NAMED = _change(
    "look_named", _("Nom d’un agent indiqué dans un relevé"), request=UUID, look=UUID, person=UUID, reason=Code
)
LOOK_DEFERRED = _change(
    "look_deferred", _("Report d’une consultation couverte par le secret demandé"), look=UUID, ground=Code, until=date
)
DEFERRAL_AGREED = _change(
    "deferral_agreed", _("Report d’une consultation couverte par le secret accordé"), look=UUID, person=UUID, until=date
)
DEFERRALS_EXPIRED = _change(
    "deferrals_expired", _("Reports de consultations arrivés à leur terme effacés"), deferrals=int
)
SUBJECT_REQUESTS_EXPIRED = _change(
    "subject_requests_expired", _("Demandes répondues depuis trois ans effacées"), requests=int
)
RESTRICTIONS_EXPIRED = _change(
    "restrictions_expired", _("Limitations levées depuis trois ans effacées"), restrictions=int
)
TENANT_ADDED = _change("tenant_added", _("Locataire enregistré"))
NAME_CORRECTED = _change("name_corrected", _("Nom d’une personne corrigé"), fields=Code, reason=Code, document=Code)
BIRTH_DATE_CORRECTED = _change("birth_date_corrected", _("Date de naissance corrigée"))
FORMER_NAME_REMOVED = _change("former_name_removed", _("Ancien nom d’une personne retiré"))
CONTACT_CHANGED = _change("contact_changed", _("Contact choisi mis à jour"))
HELP_CODE_SET = _change("help_code_set", _("Aide demandée notée"), renew_by=date)
HELP_CODE_ENDED = _change("help_code_ended", _("Aide demandée retirée"))
EMERGENCY_OPENED = _change(
    "emergency_opened", _("Fiche ouverte en urgence, hors de ses lieux"), emergency=UUID, reason=Code
)
EVACUATION_OPENED = _change(
    "evacuation_opened", _("Liste d’évacuation d’un immeuble ouverte en urgence"), emergency=UUID, reason=Code
)
EMERGENCY_CLOSED = _change("emergency_closed", _("Fiche ouverte en urgence refermée"), emergency=UUID, reason=Code)
EVACUATION_CLOSED = _change("evacuation_closed", _("Liste d’évacuation refermée"), emergency=UUID)
EMERGENCY_REVIEWED = _change("emergency_reviewed", _("Accès d’urgence examiné"), emergency=UUID, answer=Code)
EMERGENCIES_EXPIRED = _change("emergencies_expired", _("Accès d’urgence de plus d’un an effacés"), emergencies=int)
LOOKS_WATCHED = _change("looks_watched", _("Consultations d’un jour vérifiées par les règles"), day=date, questions=int)
LOOK_PUT_TO_MANAGER = _change(
    "look_put_to_manager", _("Question sur une consultation posée à un responsable"), question=UUID
)
LOOK_ANSWERED = _change("look_answered", _("Réponse d’un responsable sur une consultation"), question=UUID, answer=Code)
LOOK_EXPLAINED = _change("look_explained", _("Consultation expliquée par son auteur"), question=UUID, answer=Code)
LOOK_JUDGED = _change("look_judged", _("Avis sur une consultation"), question=UUID, answer=Code)
LOOK_QUESTIONS_EXPIRED = _change(
    "look_questions_expired", _("Questions sur des consultations effacées à leur terme"), questions=int
)
WALL_SET = _change("wall_set", _("Conflit d’intérêts : dossier fermé à un agent"), person=UUID)
WALL_ENDED = _change("wall_ended", _("Dossier rouvert à un agent"), person=UUID)
REFUSAL_CONTESTED = _change("refusal_contested", _("Refus de la vérification des textes contesté"), contest=UUID)
CONTEST_WEIGHED = _change("contest_weighed", _("Réponse à un refus contesté proposée"), contest=UUID, answer=Code)
READING_ASKED = _change("reading_asked", _("Lecture des lignes d’un contrôle demandée"), inspection=UUID)
READING_AGREED = _change("reading_agreed", _("Lecture des lignes d’un contrôle accordée"), inspection=UUID, person=UUID)
COPY_RELEASED = _change(
    "copy_released",
    _("Copie d’un dossier ouverte pour un contrôle, pour vingt-quatre heures"),
    release=UUID,
    person=UUID,
)
INSPECTIONS_EXPIRED = _change("inspections_expired", _("Contrôles de plus de sept jours effacés"), inspections=int)
INHERITANCE_BEGUN = _change(
    "inheritance_begun", _("Reprise d’anciens commentaires commencée ou poursuivie"), inheritance=UUID, line=int
)
INHERITANCE_TAKEN = _change(
    "inheritance_taken",
    _("Anciens commentaires repris"),
    inheritance=UUID,
    noted=int,
    sealed=int,
    refused=int,
)
INHERITED_PROPOSED = _change(
    "inherited_proposed", _("Conservation d’un ancien commentaire proposée"), inheritance=UUID, ground=Code
)
INHERITED_DECIDED = _change(
    "inherited_decided", _("Décision prise sur un ancien commentaire"), inheritance=UUID, answer=Code, ground=Code
)
CERTIFICATE_ISSUED = _change("certificate_issued", _("Certificat de destruction établi"), inheritance=UUID, lines=int)
INHERITED_EXPIRED = _change("inherited_expired", _("Lignes sous scellés effacées à leur terme"), lines=int)
CONTEST_DECIDED = _change("contest_decided", _("Décision prise sur un refus contesté"), contest=UUID, answer=Code)
CONTEST_SENT_BACK = _change("contest_sent_back", _("Proposition renvoyée, sans accord"), contest=UUID, answer=Code)
CONTEST_SUSPENDED = _change("contest_suspended", _("Refus contesté suspendu"), contest=UUID)
CONTEST_RESUMED = _change("contest_resumed", _("Refus contesté remis en cours"), contest=UUID)
CONTEST_ADVISED = _change("contest_advised", _("Avis donné sur un refus contesté"), contest=UUID, advice=Code)
CONTESTS_EXPIRED = _change("contests_expired", _("Phrases contestées effacées après trente jours"), contests=int)
FACT_CODE_ADDED = _change("fact_code_added", _("Code de fait ajouté à la liste"), fact=Code)
FACT_CODE_RETIRED = _change("fact_code_retired", _("Code de fait retiré de la liste"), fact=Code)
BREACH_NOTED = _change("breach_noted", _("Violation de données enregistrée"), breach=int, nature=Code, people=int)
CONTACT_RECORDED = _change(
    "contact_recorded", _("Contact avec le locataire enregistré"), contact=UUID, result=Code, until=date
)
CONTACT_TAKEN_BACK = _change("contact_taken_back", _("Contact annulé le jour même"), contact=UUID, result=Code)
CONTACTS_EXPIRED = _change("contacts_expired", _("Contacts de plus d’un an effacés"), contacts=int)
NOTE_WRITTEN = _change("note_written", _("Note écrite"), fact=Code, reason=Code, until=date)
NOTE_REPLACED = _change("note_replaced", _("Note remplacée"), fact=Code, reason=Code, until=date)
NOTE_WITHDRAWN = _change("note_withdrawn", _("Note retirée"), fact=Code)
NOTES_EXPIRED = _change("notes_expired", _("Notes échues ou retirées effacées"), notes=int)
FACT_RECORDED = _change("fact_recorded", _("Fait noté"), fact=Code, until=date)
FACT_REPLACED = _change("fact_replaced", _("Fait remplacé"), fact=Code, until=date)
FACT_WITHDRAWN = _change("fact_withdrawn", _("Fait retiré"), fact=Code)
FACT_CONTESTED = _change("fact_contested", _("Fait contesté par le locataire"), fact=Code)
CHALLENGE_DECIDED = _change("challenge_decided", _("Réponse donnée à un fait contesté"), fact=Code, answer=Code)
FACTS_EXPIRED = _change("facts_expired", _("Faits échus ou retirés effacés"), facts=int)
REPRESENTATIVE_SET = _change("representative_set", _("Représentant noté"), first_day=date)
DISCREET_SET = _change("discreet_set", _("Discrétion demandée"), people=int)
DISCREET_ENDED = _change("discreet_ended", _("Fin de la discrétion"))
LEASE_SIGNED = _change("lease_signed", _("Bail enregistré"), lease=UUID, starts_on=date)
NOTICE_GIVEN = _change("notice_given", _("Congé enregistré"), lease=UUID, ends_on=date)
RESIDENT_MOVED = _change("resident_moved", _("Occupant arrivé ou parti"), residence=UUID, day=date)
LEASE_CHANGE_UNDONE = _change("lease_change_undone", _("Acte du jour annulé sur un bail"), lease=UUID, change=Code)
BANK_DETAILS_SET = _change("bank_details_set", _("Coordonnées bancaires enregistrées"))
CHARGE_POSTED = _change("charge_posted", _("Somme facturée"), entry=UUID, label=Code, cents=int)
PAYMENT_TAKEN = _change("payment_taken", _("Paiement enregistré"), entry=UUID, label=Code, cents=int)
ADJUSTMENT_POSTED = _change(
    "adjustment_posted", _("Rectification passée"), entry=UUID, label=Code, cents=int, reason=Code
)
ENTRY_REVERSED = _change("entry_reversed", _("Écriture annulée"), entry=UUID, reverses=UUID, cents=int, reason=Code)
WRITE_OFF_ASKED = _change(
    "write_off_asked", _("Somme en moins demandée"), write_off=UUID, label=Code, cents=int, reason=Code
)
WRITE_OFF_APPROVED = _change("write_off_approved", _("Somme en moins approuvée"), write_off=UUID, person=UUID)
WRITE_OFF_REFUSED = _change("write_off_refused", _("Somme en moins refusée"), write_off=UUID, reason=Code)
WRITE_OFF_WITHDRAWN = _change("write_off_withdrawn", _("Demande de somme en moins retirée"), write_off=UUID)
ACCOUNT_SETTLED = _change("account_settled", _("Compte soldé"))
REMINDER_GIVEN = _change("reminder_given", _("Message à transmettre confié"), units=int, last_day=date)
REMINDER_DONE = _change("reminder_done", _("Message transmis"))
REMINDER_TAKEN_BACK = _change("reminder_taken_back", _("Transmission d’un message annulée"))

PORTFOLIO_IMPORTED = _change(
    "portfolio_imported",
    _("Données de l’organisme importées"),
    places=int,
    dwellings=int,
    people=int,
    assignments=int,
    tenants=int,
    bank_details=int,
    leases=int,
    entries=int,
    receipts=int,
    changed=int,
)
IMPORT_QUEUED = _change("import_queued", _("Import en arrière-plan déposé"), scope=Code, lines=int)
IMPORT_STOPPED = _change("import_stopped", _("Import en arrière-plan arrêté, rien n’est enregistré"), result=Code)
IMPORTS_EXPIRED = _change("imports_expired", _("Imports de plus de trente jours effacés"), imports=int)
PORTFOLIO_EXPORTED = _change(
    "portfolio_exported", _("Données de l’organisme exportées"), lines=int, files=int, person=UUID, approved_by=UUID
)
CASH_RECEIPT_ISSUED = _change("cash_receipt_issued", _("Reçu d’espèces remis"), entry=UUID, year=int, number=int)
FILTER_SAVED = _change("filter_saved", _("Filtre d’une liste enregistré"), list=Code, filters=Code)
FILTER_RENAMED = _change("filter_renamed", _("Filtre d’une liste renommé"), list=Code)
FILTER_DELETED = _change("filter_deleted", _("Filtre d’une liste supprimé"), list=Code)
RECEIPT_CLEARED = _change("receipt_cleared", _("Encaissement en attente affecté"), receipt=UUID, entry=UUID, cents=int)

POPULATED = _change("populated", _("Patrimoine rempli de données d’essai"), leases=int, seed=int)
EXPOSURE_MEASURED = _change("exposure_measured", _("Exposition mesurée, par rôle"), rows=int)
BOARD_MEASURED = _change("board_measured", _("Nombres du tableau de bord comptés"), rows=int)
BALANCES_CHECKED = _change("balances_checked", _("Soldes des comptes comparés aux écritures"), differing=int)
BALANCES_CORRECTED = _change("balances_corrected", _("Soldes des comptes recalculés"), differing=int)
PARTITIONS_MADE = _change("partitions_made", _("Mois de trace préparés"), months=int)
PSEUDONYM_DESTROYED = _change("pseudonym_destroyed", _("Clé d’un pseudonyme détruite"), erasure=Code)
TRACE_PRUNED = _change("trace_pruned", _("Trace ancienne effacée"), months=int, before=date)

# OF_WORDS lists the kinds of event about sentences that employees wrote, such as a refusal by the screening.
# Row-level security limits the inspection pages to audit events of the kinds in OF_WORDS.
OF_WORDS = tuple(
    kind.code
    for kind in (SENTENCE_REFUSED, REFUSAL_CONTESTED, CONTEST_DECIDED, NOTES_EXPIRED, FACTS_EXPIRED, CONTESTS_EXPIRED)
)
