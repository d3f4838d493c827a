"""Labels that pages about the audit log display for the codes in events, if no other module has a label."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, Promise | str]

SUBJECTS: Words = {
    "access_request": _("demande d’accès"),
    "account": _("compte"),
    "application": _("demande de logement"),
    "assignment": _("affectation"),
    "breach": _("violation de données"),
    "building": _("immeuble"),
    "candidacy": _("candidature"),
    "event": _("mention de la trace"),
    "importrun": _("import en arrière-plan"),
    "inheritance": _("ancien commentaire"),
    "inspection": _("contrôle des textes"),
    "lease": _("bail"),
    "look_question": _("question sur une consultation"),
    "machine_token": _("jeton de programme"),
    "person": _("membre du personnel"),
    "place": _("lieu"),
    "receipt": _("encaissement"),
    "reminder": _("message à transmettre"),
    "reminder_door": _("message à transmettre à une porte"),
    "residence": _("occupation d’un logement"),
    "rights_review": _("revue des droits"),
    "session": _("séance de la commission"),
    "tenant": _("locataire"),
    "unit": _("logement"),
}
NAME_FIELDS: Words = {
    "title": _("civilité"),
    "last_name": _("nom"),
    "first_name": _("prénom"),
}
MEANS: Words = {
    "password": _("mot de passe"),
    "passkey": _("clé de sécurité"),
    "code": _("code de l’application"),
    "recovery": _("code de secours"),
    "directory": _("annuaire de l’organisme"),
    "assured": _("second facteur vérifié par l’annuaire"),
    "demonstration": _("démonstration, sans mot de passe"),
    "other": _("autre moyen"),
}
LISTS: Words = {
    "access_requests": _("demandes d’accès"),
    "accounts": _("comptes"),
    "accounts_former": _("comptes de locataires partis"),
    "accounts_to_contact": _("comptes à contacter"),
    "assignments": _("affectations"),
    "board": _("tableau de bord"),
    "books": _("écritures par référence"),
    "cash_receipts": _("reçus d’espèces du jour"),
    "claims": _("demandes de lecture"),
    "contests": _("réclamations"),
    "copies": _("copies de dossiers"),
    "deferrals": _("reports d’information"),
    "emergencies": _("accès d’urgence"),
    "evacuations": _("listes d’évacuation"),
    "inheritance": _("anciens commentaires"),
    "inspections": _("contrôles des textes"),
    "look_answers": _("réponses sur des consultations"),
    "look_questions": _("questions sur des consultations"),
    "machine_tokens": _("jetons de programmes"),
    "people": _("personnel"),
    "place": _("un lieu"),
    "places": _("lieux"),
    "receipts": _("encaissements à affecter"),
    "reminder": _("message à transmettre"),
    "residents": _("occupants"),
    "restrictions": _("limitations de traitement"),
    "stand_ins": _("remplacements"),
    "subject_requests": _("demandes de personnes"),
    "tasks": _("ce qui attend une personne"),
    "today": _("le jour d’un gardien"),
    "vacant": _("logements vacants"),
    "walls": _("conflits d’intérêts"),
    "work": _("la journée d’un gestionnaire"),
}
# FILTERS and ORDERS label the codes of list filters and sort orders. An event separates several codes by full stops.
FILTERS: Words = {
    "age": _("ancienneté de la dette"),
    "amount": _("somme"),
    "building": _("bâtiment"),
    "days": _("dates"),
    "place": _("lieu"),
    "right": _("droit"),
    "role": _("rôle"),
    "state": _("solde"),
    "status": _("état"),
}
ORDERS: Words = {
    "agence": _("agence"),
    "cloture": _("date de clôture du compte"),
    "connexion": _("dernière connexion"),
    "contact": _("dernier contact"),
    "decision": _("décision"),
    "demande": _("date de la demande"),
    "disponible": _("date de disponibilité"),
    "droit": _("droit"),
    "du": _("dû depuis plus d’un mois"),
    "due": _("date limite de réponse"),
    "etat": _("état"),
    "fin": _("date de fin"),
    "lieu": _("lieu"),
    "logement": _("logement"),
    "loyer": _("loyer"),
    "montant": _("montant"),
    "moyen": _("moyen de paiement"),
    "nom": _("titulaires"),
    "ouvert": _("date d’ouverture du compte"),
    "personne": _("nom de la personne"),
    "rattachement": _("rattachement"),
    "recu": _("date de réception"),
    "reference": _("référence"),
    "reservataire": _("réservataire"),
    "role": _("rôle"),
    "solde": _("solde"),
}
SCOPES: Words = {
    "account": _("un compte"),
    "accounts": _("comptes"),
    "agency": _("agence d’une référence"),
    "books": _("écritures par référence"),
    "breaches": _("violations de données"),
    "event": _("une mention"),
    "all": _("toutes les mentions"),
    "category": _("mentions d’une catégorie refusée"),
    "exposure": _("exposition des données"),
    "kind": _("mentions d’un événement"),
    "lines": _("mentions"),
    "number": _("mentions d’un numéro"),
    "outcome": _("mentions d’une issue"),
    "overview": _("vue d’ensemble"),
    "period": _("une période"),
    "person": _("une personne"),
    "place": _("mentions d’un lieu"),
    "register": _("registre des traitements"),
    "residents": _("occupants"),
    "role": _("mentions d’un rôle"),
    "subject": _("mentions d’un même sujet"),
    "texts": _("textes"),
    "whole": _("toute la trace"),
}
QUESTIONS: Words = {
    "coverage": _("qui couvre chaque immeuble"),
    "mine": _("ses propres droits"),
    "person": _("les droits d’une personne"),
    "reach": _("ce que chacun peut ouvrir"),
    "request": _("une demande d’accès"),
    "review": _("une revue des droits"),
    "reviews": _("revues des droits"),
    "unused": _("droits sans usage"),
}
OTHER_REASONS: Words = {
    "chair_absent": _("présidence absente"),
    "person": _("par la personne elle-même"),
    "quiet": _("sans activité"),
}
FORMATS: Words = {
    "csv": _("fichier CSV"),
    "json": _("fichier JSON"),
    "page": _("à l’écran"),
    "pdf": _("fichier PDF"),
    "xlsx": _("classeur Excel"),
    "zip": _("archive"),
}
# DETAILS: which audit events an evidence pack contains in full (audit/sealed/evidence_export.py).
DETAILS: Words = {
    "all": _("avec le détail de toutes les mentions"),
    "none": _("sans le détail des mentions"),
    "own": _("sans les mentions qui désignent d’autres personnes"),
}
LETTERS: Words = {
    "certificate": _("attestation d’enregistrement"),
    "closing": _("radiation"),
    "decision": _("décision de la commission"),
    "documents": _("pièces à fournir"),
    "ground": _("réponse sur un motif réservé"),
    "offer": _("proposition d’un logement"),
    "points": _("cotation de la demande"),
    "reminder": _("rappel de renouvellement"),
    "renunciation": _("renonciation à un logement"),
    "warning": _("avertissement avant radiation"),
}
PARTS: Words = {
    "applicant": _("demandeurs"),
    "household": _("foyer"),
    "income": _("ressources"),
    "wishes": _("souhaits"),
}
# Programs that act without a person: commands and nightly jobs.
MACHINES: Words = {
    "api": _("l’API"),
    "backup": _("sauvegarde de la base"),
    "demo": _("données de démonstration"),
    "forget_pseudonym": _("destruction d’un pseudonyme"),
    "import_applications": _("import de demandes de logement"),
    "import_entries": _("import d’écritures"),
    "import_notes": _("import d’anciens commentaires"),
    "import_portfolio": _("import des données de l’organisme"),
    "import_programmes": _("import de programmes"),
    "make_months": _("préparation des mois de trace"),
    "populate": _("données d’essai"),
    "prune_trace": _("effacement de la trace ancienne"),
    "simulate_misuse": _("simulation de mésusages"),
    "watch_looks": _("vérification des consultations"),
}
OLD = _("d’une version antérieure de Loge")
AUTOMATIC = _("tâche automatique")


def machine_name(code: str) -> Promise | str:
    """Return the name of a program that acted, or "" if a person did."""
    return MACHINES.get(code, AUTOMATIC) if code else ""
