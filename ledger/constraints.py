"""Messages for violations of database constraints that Django's models do not declare."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise | str] = {
    "entry_stands_in_its_account": _("L’écriture doit être dans le bâtiment de son compte."),
    "balance_stands_in_its_account": _("Le solde doit être dans le bâtiment de son compte."),
    "entry_on_an_open_account": _("Ce compte est soldé : il n’accepte plus d’écriture."),
    "account_settled_once": _("Ce compte est déjà soldé."),
    "account_settled_after_its_lease": _("Ce compte ne peut pas être soldé : le bail n’est pas terminé."),
    "account_settled_at_zero": _("Ce compte ne peut pas être soldé : il reste une somme due ou en avance."),
    "receipt_cleared_once": _("Cet encaissement est déjà affecté."),
    "ledger_entry_reverses_id_key": _("Cette écriture est déjà annulée."),
    "entry_takes_two": _(
        "Sur trente jours, les sommes en moins de ce compte dépassent ce qu’une personne peut enregistrer "
        "seule. Faites une demande sur la page du compte dans Loge : une autre personne chargée de la "
        "gestion locative de ce lieu doit l’approuver."
    ),
    "write_off_decided_by_another": _(
        "Une somme en moins doit être approuvée ou refusée une fois, sous quatorze jours, par une autre "
        "personne chargée de la gestion locative du lieu."
    ),
    "cash_within_the_legal_limit": _(
        "Un compte ne peut pas recevoir plus de 1 000 € en espèces par jour : au-delà, la loi impose un autre moyen de "
        "paiement."
    ),
    "bulk_load_ended": _("Un chargement en masse doit recréer ses index et ses contraintes avant de se terminer."),
    "write_off_stands_in_its_account": _("La demande doit être dans le bâtiment du compte."),
    "entry_reversal_cancels_to_the_cent": _(
        "Une annulation doit avoir le même compte et le même montant que l’écriture, au centime près."
    ),
}
