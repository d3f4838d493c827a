"""Help texts of the pages about accounts, entries, receipts and leases."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Maps names of URLs to the help text that their pages share.
TEXTS: dict[tuple[str, ...], Promise | str] = {
    ("work",): _(
        "Cette page réunit le travail du jour : contacts, encaissements, arrivées, départs et rectifications à "
        "décider. Ouvrez le premier compte d’une liste, puis passez au suivant depuis le compte. Le motif de la liste "
        "est enregistré à chaque ouverture."
    ),
    ("accounts",): _(
        "Cette page liste les comptes de vos immeubles. Filtrez la liste, triez-la, ou cherchez un compte dans le "
        "champ du haut. Les exports contiennent la liste filtrée, sauf les comptes dont le traitement est limité, et "
        "sont enregistrés."
    ),
    ("accounts_former",): _(
        "Cette page liste les comptes dont le bail est terminé et qui ne sont pas soldés. Commencez par les plus "
        "anciens. Un compte quitte la liste quand son solde est à zéro et que vous l’avez soldé."
    ),
    ("accounts_to_contact",): _(
        "Cette page liste les comptes en retard à contacter aujourd’hui, sauf ceux dont le traitement est limité. "
        "Ouvrez un compte, appelez, puis enregistrez le résultat. Un compte contacté revient à la date choisie."
    ),
    ("saved_filters",): _(
        "Cette page réunit les filtres que vous avez enregistrés pour une liste de comptes. Filtrez d’abord la liste, "
        "puis donnez un nom au filtre. Le nom est vérifié, et personne d’autre ne voit vos filtres."
    ),
    ("accounts_search",): _(
        "Cette page montre les comptes qui correspondent à votre recherche. Ouvrez-en un, ou précisez le nom, "
        "l’adresse ou la référence. La recherche est enregistrée, mais pas les mots saisis."
    ),
    ("account",): _(
        "Un compte réunit le solde, les écritures, le bail et les faits utiles. Lisez d’abord le solde, puis "
        "enregistrez un paiement, un contact ou un fait. L’ouverture est enregistrée avec son motif, et le locataire "
        "peut demander qui a ouvert son compte."
    ),
    ("account_purpose",): _(
        "Loge demande pourquoi vous ouvrez ce compte. Choisissez le travail que vous allez faire. Le motif est "
        "enregistré avec votre nom, et le locataire peut en demander la lecture."
    ),
    ("entry_payment", "entry_review"): _(
        "Vous enregistrez ici un paiement, un rejet ou un remboursement. Saisissez le montant et le moyen, relisez, "
        "puis confirmez. Une écriture ne se modifie pas : en cas d’erreur, elle est annulée par une écriture "
        "contraire."
    ),
    ("entry_charge",): _(
        "Vous facturez ici une somme au locataire. Choisissez le libellé, saisissez le montant, relisez, puis "
        "confirmez. L’écriture figure sur le décompte ; en cas d’erreur, elle est annulée par une écriture contraire."
    ),
    ("entry_adjustment",): _(
        "Vous corrigez ici le solde par une rectification. Choisissez la raison dans la liste, saisissez le montant, "
        "relisez, puis confirmez. Au-delà d’un certain montant, une rectification en moins attend la décision d’une "
        "autre personne."
    ),
    ("entry_reverse",): _(
        "Vous annulez ici une écriture par une écriture contraire. Vérifiez l’écriture affichée, choisissez la raison, "
        "puis confirmez. Les deux écritures restent dans le compte."
    ),
    ("write_off",): _(
        "Cette page montre une rectification en moins qui attend une décision. Vérifiez le montant et la raison, puis "
        "approuvez ou refusez. La personne qui l’a demandée ne peut que la retirer."
    ),
    ("account_settle",): _(
        "Vous soldez ici le compte d’un locataire parti. Vérifiez que le solde est à zéro, puis confirmez. Le compte "
        "quitte la liste des locataires partis."
    ),
    ("account_statement",): _(
        "Le décompte présente au locataire les écritures d’une période. Choisissez les mois, préparez le décompte, "
        "puis imprimez-le. Il ne contient ni fait ni note."
    ),
    ("cash_receipt",): _(
        "Le reçu prouve un paiement en espèces. Délivrez l’original et imprimez-le tout de suite ; la page ne donne "
        "ensuite qu’un duplicata. Les numéros se suivent sans lacune, et un reçu annulé reste enregistré."
    ),
    ("cash_receipts",): _(
        "Cette page liste les reçus du jour et leur total. Comptez la caisse et comparez. L’export est enregistré avec "
        "les comptes qu’il contient."
    ),
    ("receipts", "books_receipts"): _(
        "Cette page liste les paiements reçus sans compte identifié. Choisissez un paiement, puis donnez la référence "
        "complète du compte. L’affectation est enregistrée avec votre nom."
    ),
    ("books", "book"): _(
        "Cette page montre les écritures d’un compte à partir de sa référence. Saisissez au moins quatre caractères, "
        "puis ouvrez le compte. Vous n’y voyez ni nom, ni logement, ni adresse."
    ),
    ("account_facts", "account_fact"): _(
        "Vous notez ici un fait utile au bail, choisi dans une liste. Choisissez le fait, puis complétez les dates et "
        "les nombres demandés. Il est effacé à sa date de fin, et le locataire peut demander à le lire."
    ),
    ("account_notes",): _(
        "Une note est une phrase, à écrire seulement si aucun fait ne convient. Écrivez ce qui a été fait et quand, "
        "sans rien sur la santé, l’origine, la religion ou le caractère. La phrase est vérifiée avant d’être "
        "enregistrée, et le locataire peut la lire."
    ),
    ("account_contact",): _(
        "Vous enregistrez ici le résultat d’un appel. Choisissez le résultat et, pour un rappel ou un rendez-vous, sa "
        "date. Vous pouvez annuler votre saisie le jour même."
    ),
    ("lease",): _(
        "Cette page montre le bail : logement, titulaires, occupants et dates. Choisissez l’acte à enregistrer : "
        "arrivée, départ, congé ou mutation. Un acte peut être annulé jusqu’à minuit si aucun autre n’en dépend."
    ),
    ("lease_new",): _(
        "Vous créez ici le bail d’un logement libre. Remplissez la page, relisez ce que Loge a compris, puis "
        "confirmez. Le compte est ouvert en même temps, et le gardien voit les arrivées prévues."
    ),
    ("lease_notice",): _(
        "Vous enregistrez ici le congé et le dernier jour du bail. Saisissez la date, relisez, puis confirmez. Le bail "
        "prend fin le même jour pour tous ses occupants, et le gardien voit le départ prévu."
    ),
    ("lease_transfer",): _(
        "Vous enregistrez ici le changement de logement d’un foyer. Choisissez le nouveau logement et le jour, "
        "relisez, puis confirmez. L’ancien compte reste à solder, et un nouveau compte est ouvert."
    ),
    ("lease_undo",): _(
        "Vous annulez ici un acte enregistré aujourd’hui. Vérifiez de quel acte il s’agit, puis confirmez. L’acte et "
        "son annulation restent dans la trace."
    ),
    ("resident_in", "resident_out"): _(
        "Vous enregistrez ici l’arrivée ou le départ d’un occupant. Saisissez le jour et ce qui est demandé, relisez, "
        "puis confirmez. Un occupant ajouté ici ne devient pas titulaire du bail."
    ),
    ("representatives",): _(
        "Vous enregistrez ici la personne qui agit pour un locataire. Saisissez ce que demande le formulaire, avec les "
        "dates. N’indiquez ni la mesure ni son motif : ils ne sont pas utiles au bail."
    ),
    ("discreet",): _(
        "Un foyer discret n’est visible que des personnes nommées sur cette page. Choisissez-les, puis les dates, et "
        "prévenez-les. Aucun motif n’est enregistré ; la marque elle-même l’est."
    ),
    ("identity",): _(
        "Cette page contient l’identité et les coordonnées bancaires des titulaires. Ouvrez-la seulement si un acte "
        "l’exige. Chaque affichage d’un IBAN en entier est enregistré."
    ),
    ("name_correction",): _(
        "Vous corrigez ici le nom d’un occupant : une erreur de saisie, ou un changement d’état civil dont vous avez "
        "vu le document. Saisissez le nom exact et choisissez la raison. Après une erreur de saisie, l’ancien nom est "
        "effacé."
    ),
    ("birth_date",): _(
        "Vous corrigez ici la date de naissance d’un occupant. Recopiez-la depuis le document présenté, puis "
        "confirmez. L’ancienne date est effacée, et la correction est enregistrée sans les dates."
    ),
    ("bank_details",): _(
        "Vous enregistrez ici l’IBAN d’un titulaire. Recopiez-le depuis le document présenté, relisez, puis confirmez. "
        "Il remplace le précédent et il est conservé chiffré."
    ),
    ("hand_overs",): _(
        "Cette page liste les logements attribués dont le bail reste à signer. Ouvrez la première ligne pour préparer "
        "le bail. Aucun nom ne figure dans la liste."
    ),
    ("hand_over_lease",): _(
        "Vous enregistrez ici le bail d’un candidat qui a accepté le logement. Vérifiez les personnes et les dates "
        "transmises, puis confirmez. La demande de logement est radiée définitivement."
    ),
}
