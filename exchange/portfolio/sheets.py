"""The list of portfolio files, in the order in which they are read. A file may refer to keys of earlier files."""

from uuid import UUID, uuid5

from access.grants.reasons import START_CHOICES, EndReason
from access.models import Level
from access.roles import ROLES
from buildings.models.terms import Financing, Zone
from buildings.models.unit import UnitKind
from buildings.vocabulary import EQUIPMENT
from exchange.portfolio import rules
from exchange.portfolio.sheet import Cells, Column, Drawn, Sheet
from exchange.portfolio.values import (
    AGENCY_PHONE,
    BAN_ID,
    DAY,
    EMAIL,
    EMAILS,
    EUROS,
    FLOOR,
    IBAN,
    KEY,
    KEYS,
    LATITUDE,
    LONGITUDE,
    MONTH,
    PHONE_NUMBER,
    REFERENCE,
    SURFACE,
    YES_NO,
    listed,
    name,
    several,
    text,
)
from formats.folding import folded
from ledger.models import BankDetail, EntryKind
from ledger.models.entry import Source
from ledger.vocabulary import ADJUSTMENTS, ENTRY_LABELS, REVERSALS
from privacy.encryption.values import seal
from tenants.models.account import new_reference
from tenants.models.help_code import AskedBy
from tenants.models.lease import Capacity
from tenants.models.tenant import Channel, Title
from tenants.vocabulary import HELP_CODES

EQUIPMENT_CODES = several(listed(list(EQUIPMENT.terms)), "codes de la liste, séparés par une espace")
# The UUID namespace in which `bank_id` derives the id of bank details from the key of their tenant.
_BANK = UUID("6f0f4c58-51f5-4c5c-9f8c-6c2f8d7d6a01")


def bank_id(key: str) -> UUID:
    """Derive the id for new bank details from the tenant's key.

    The encrypted values are bound to the id of their row, so the id must be known before the row is inserted.
    """
    return uuid5(_BANK, key)


def _sealed(column: str, cell: str) -> Drawn:
    def draw(cells: Cells) -> str | None:
        if not cells[cell]:
            return None
        return (
            "\\x" + seal(cells[cell], table=BankDetail._meta.db_table, column=column, row=bank_id(cells["cle"])).hex()
        )

    return Drawn(column, "bytea", draw)


PLACES = Sheet(
    "lieux.csv",
    "stage_places",
    "L’organisme et ce qui s’y rattache, jusqu’aux bâtiments. Un lieu connu ne change pas par un fichier.",
    ("code",),
    (
        Column("code", text(32), "votre code du lieu, unique dans tout l’organisme", required=True),
        Column("niveau", listed(Level.values), "du plus haut au plus bas", required=True),
        Column("code_parent", text(32), "le lieu dont il dépend ; vide pour l’organisme seul"),
        Column("nom", text(120), "comme les collègues le lisent", required=True),
        Column("telephone", AGENCY_PHONE, "celui d’une agence, que l’accueil donne", fallback=""),
        Column("courriel", EMAIL, "celui d’une agence, que l’accueil donne", fallback=""),
    ),
    (
        "ORG;organisation;;Office des Trois-Rives;;",
        "AG-EST;agency;ORG;Agence Belleville;01 99 00 10 01;belleville@trois-rives.example",
        "B-0012;building;AG-EST;Glycines A;;",
    ),
    (rules.top_alone,),
)
ADDRESSES = Sheet(
    "adresses.csv",
    "stage_addresses",
    "Les adresses des bâtiments ; un bâtiment d’angle en a deux.",
    ("code_lieu", "numero", "voie"),
    (
        Column("code_lieu", text(32), "code du bâtiment", required=True),
        Column("numero", text(16), "numéro, bis ou ter compris", fallback=""),
        Column("voie", text(120), "nom de la voie", required=True),
        Column("code_postal", text(5), "code postal", fallback=""),
        Column("commune", text(60), "commune", fallback=""),
        Column("ban", BAN_ID, "identifiant de la Base Adresse Nationale ; vide, il ne change pas", fallback=""),
        Column("latitude", LATITUDE, "pour la carte du patrimoine ; vide, elle ne change pas"),
        Column("longitude", LONGITUDE, "avec la latitude"),
    ),
    ("B-0012;3 bis;allée des Glycines;75019;Paris;75119_0342_00003_bis;48,882100;2,387400",),
    (rules.whole_position,),
    drawn=(
        Drawn(
            "search_key",
            "text",
            lambda c: folded(f"{c['numero']} {c['voie']} {c['code_postal']} {c['commune']}")[:160],
        ),
    ),
)
UNITS = Sheet(
    "logements.csv",
    "stage_units",
    "Ce qui se loue : logements, annexes, stationnements, locaux. Tout change, sauf le bâtiment et la nature."
    " Les colonnes de financement à premiere_location vont ensemble : toutes vides, elles ne changent rien ; sinon,"
    " celles de financement à loyer sont obligatoires, et le fichier dit vrai pour toutes.",
    ("cle",),
    (
        Column("cle", KEY, "votre clé du logement", required=True),
        Column("code_lieu", text(32), "code de son bâtiment", required=True),
        Column("nature", listed(UnitKind.values), "logement si vide", fallback=UnitKind.DWELLING.value),
        Column("rpls", text(20), "identifiant RPLS, s’il en a un"),
        Column("type", text(4), "T1, T2, T3…", fallback=""),
        Column("surface_m2", SURFACE, "surface habitable"),
        Column("escalier", text(8), "escalier", fallback=""),
        Column("etage", FLOOR, "étage"),
        Column("porte", text(8), "porte", fallback=""),
        Column("financement", listed(Financing.values), "prêt qui a financé le logement : il fixe les plafonds"),
        Column("zone", listed(Zone.values), "zone des plafonds de ressources"),
        Column("qpv", YES_NO, "en quartier prioritaire de la politique de la ville"),
        Column("liste_qpv_du", DAY, "jour de la liste des quartiers prioritaires qui a été lue"),
        Column("loyer", EUROS, "loyer mensuel, sans les charges"),
        Column("charges", EUROS, "provision mensuelle pour charges ; aucune si vide"),
        Column("equipements", EQUIPMENT_CODES, "ce qui rend le logement accessible ; rien si vide"),
        Column("premiere_location", YES_NO, "jamais loué auparavant ; non si vide"),
    ),
    ("L-00451;B-0012;dwelling;7500000123;T3;62,5;A;2;21;PLUS;paris;non;2024-12-28;451,20;85,00;lift shower;non",),
    (rules.whole_terms,),
)
PEOPLE = Sheet(
    "personnes.csv",
    "stage_people",
    "Le personnel qui se connecte. Chacun choisit son mot de passe par « Mot de passe oublié ? », à l’entrée.",
    ("courriel",),
    (
        Column("courriel", EMAIL, "adresse professionnelle", required=True),
        Column("nom", name(120), "nom affiché", required=True),
        Column("code_lieu", text(32), "lieu de rattachement", required=True),
        Column("ouvert", YES_NO, "peut se connecter ; oui si vide", fallback=True),
    ),
    ("awa.diakite@trois-rives.example;Awa Diakité;AG-EST;oui",),
)
ASSIGNMENTS = Sheet(
    "affectations.csv",
    "stage_assignments",
    "Qui est chargé de quoi, où, de quel jour à quel jour. Une affectation connue se change dans Loge.",
    ("courriel", "role", "code_lieu", "premier_jour"),
    (
        Column("courriel", EMAIL, "la personne", required=True),
        Column("role", listed([role.code for role in ROLES.values() if not role.hours]), "le rôle", required=True),
        Column("code_lieu", text(32), "le lieu", required=True),
        Column("premier_jour", DAY, "premier jour, inclus", required=True),
        Column("dernier_jour", DAY, "dernier jour, inclus ; trois ans au plus", required=True),
        Column("motif", listed([code for code, _words in START_CHOICES]), "pourquoi elle commence", required=True),
        Column("fin_le", DAY, "premier jour sans elle, si elle a pris fin avant"),
        Column("motif_fin", listed(EndReason.values), "pourquoi elle a pris fin", fallback=""),
    ),
    ("awa.diakite@trois-rives.example;caretaker;B-0012;2026-01-05;2027-12-31;posting;;",),
    (rules.assignment_days,),
)
TENANTS = Sheet(
    "locataires.csv",
    "stage_tenants",
    "Les personnes. Le dernier fichier dit vrai pour la fiche ; naissance et banque vides ne changent rien.",
    ("cle",),
    (
        Column("cle", KEY, "votre clé du locataire", required=True),
        Column(
            "civilite", listed([code for code in Title.values if code]), "civilité, si elle est demandée", fallback=""
        ),
        Column("nom", name(80), "nom", required=True),
        Column("prenom", name(80), "prénom", fallback=""),
        Column("contact", listed(Channel.values), "moyen choisi ; phone si vide", fallback=Channel.PHONE.value),
        Column("telephone", PHONE_NUMBER, "téléphone", fallback=""),
        Column("courriel", EMAIL, "adresse électronique", fallback=""),
        Column("personne_choisie", name(80), "nom de la personne choisie", fallback=""),
        Column("naissance", DAY, "date de naissance, rangée à part"),
        Column("iban", IBAN, "IBAN, chiffré dès sa lecture"),
        Column("titulaire", name(80), "titulaire du compte bancaire, chiffré de même"),
    ),
    ("T-78112;mrs;d’Hérouville;Anne-Aël;text;06 39 98 12 34;anne@exemple.example;;12/03/1981;;",),
    (rules.name_fits, rules.whole_name, rules.chosen_contact, rules.iban_and_holder),
    (
        Drawn("name_key", "text", lambda c: folded(f"{c['nom']} {c['prenom']}")),
        Drawn("bank", "uuid", lambda c: bank_id(c["cle"]) if c["iban"] else None),
        _sealed("iban", "iban"),
        _sealed("holder", "titulaire"),
    ),
    frozenset({"iban", "titulaire"}),
)
LEASES = Sheet(
    "baux.csv",
    "stage_leases",
    "Un bail et son compte. D’un bail connu, le congé et la fin peuvent changer.",
    ("cle",),
    (
        Column("cle", KEY, "votre clé du bail", required=True),
        Column("logement", KEY, "clé de son logement", required=True),
        Column("signe_le", DAY, "signature"),
        Column("debut", DAY, "prise d’effet", required=True),
        Column("conge_le", DAY, "congé reçu"),
        Column("fin", DAY, "dernier jour"),
        Column("compte", REFERENCE, "référence du compte ; Loge en tire une si vide"),
        Column("ouvert_le", DAY, "ouverture du compte ; le début du bail si vide"),
        Column("solde_le", DAY, "jour où le compte a été soldé"),
    ),
    ("BX-2019-0311;L-00451;2019-02-18;01/03/2019;;;;;",),
    (rules.lease_days,),
    (Drawn("drawn", "text", lambda c: c["compte"] or new_reference()),),
)
LETTINGS = Sheet(
    "locations.csv",
    "stage_lettings",
    "Ce que loue chaque bail, annexes comprises. Sans ce fichier, un bail loue son logement du début à la fin.",
    ("bail", "logement", "premier_jour"),
    (
        Column("bail", KEY, "clé du bail", required=True),
        Column("logement", KEY, "clé de ce qui est loué", required=True),
        Column("premier_jour", DAY, "premier jour", required=True),
        Column("dernier_jour", DAY, "dernier jour"),
    ),
    ("BX-2019-0311;L-00451;2019-03-01;",),
    (rules.span,),
)
PARTIES = Sheet(
    "titulaires.csv",
    "stage_parties",
    "Qui est partie au bail.",
    ("bail", "locataire", "premier_jour"),
    (
        Column("bail", KEY, "clé du bail", required=True),
        Column("locataire", KEY, "clé du locataire", required=True),
        Column("qualite", listed(Capacity.values), "titulaire si vide", fallback=Capacity.HOLDER.value),
        Column("premier_jour", DAY, "premier jour", required=True),
        Column("dernier_jour", DAY, "dernier jour"),
    ),
    ("BX-2019-0311;T-78112;holder;2019-03-01;",),
    (rules.span,),
)
RESIDENCES = Sheet(
    "occupations.csv",
    "stage_residences",
    "Qui habite où. Sans ce fichier, les titulaires d’un bail de logement y habitent le temps du bail.",
    ("bail", "locataire", "premier_jour"),
    (
        Column("bail", KEY, "clé du bail", required=True),
        Column("locataire", KEY, "clé du locataire", required=True),
        Column("logement", KEY, "clé du logement, loué par ce bail", required=True),
        Column("premier_jour", DAY, "entrée", required=True),
        Column("dernier_jour", DAY, "dernier jour"),
        Column("mutation", YES_NO, "parti pour un autre logement de l’organisme ; non si vide", fallback=False),
    ),
    ("BX-2019-0311;T-78112;L-00451;2019-03-01;;non",),
    (rules.span,),
)
REPRESENTATIVES = Sheet(
    "representants.csv",
    "stage_representatives",
    "Qui agit pour un locataire, sans la mesure ni son motif.",
    ("locataire", "nom", "premier_jour"),
    (
        Column("locataire", KEY, "clé du locataire", required=True),
        Column("nom", name(120), "personne ou organisme", required=True),
        Column("telephone", PHONE_NUMBER, "téléphone", fallback=""),
        Column("premier_jour", DAY, "premier jour", required=True),
        Column("dernier_jour", DAY, "dernier jour"),
    ),
    ("T-78112;Odile Rey;06 39 98 00 11;2026-01-01;2026-12-31",),
    (rules.span,),
)
HELP = Sheet(
    "aides.csv",
    "stage_help",
    "Les aides demandées par un locataire, un an au plus.",
    ("locataire", "aide", "demandee_le"),
    (
        Column("locataire", KEY, "clé du locataire", required=True),
        Column("aide", listed(list(HELP_CODES.terms)), "l’aide", required=True),
        Column("demandee_par", listed(AskedBy.values), "par qui ; tenant si vide", fallback=AskedBy.TENANT.value),
        Column("demandee_le", DAY, "jour de la demande", required=True),
        Column("a_redemander", DAY, "à redemander avant ce jour", required=True),
        Column("retiree_le", DAY, "jour où elle a été retirée"),
    ),
    ("T-78112;knock_loudly;tenant;2026-03-01;2027-02-28;",),
    (rules.renewal,),
)
DISCREET = Sheet(
    "discretions.csv",
    "stage_discreet",
    "Les foyers hors des listes et de la recherche, sauf pour les personnes nommées.",
    ("bail", "premier_jour"),
    (
        Column("bail", KEY, "clé du bail", required=True),
        Column("premier_jour", DAY, "premier jour", required=True),
        Column("dernier_jour", DAY, "dernier jour, un an au plus", required=True),
        Column("personnes", EMAILS, "qui voit encore ce foyer", required=True),
    ),
    ("BX-2019-0311;2026-06-01;2027-05-31;elise.bernard@trois-rives.example",),
    (rules.discreet_days,),
)
_ENTRY = (
    Column("cle", KEY, "votre clé de l’écriture", required=True),
    Column("bail", KEY, "clé du bail, ou"),
    Column("compte", REFERENCE, "référence du compte"),
    Column("nature", listed(EntryKind.values), "nature", required=True),
    Column("libelle", listed(list(ENTRY_LABELS.terms)), "libellé, de cette nature", required=True),
    Column("origine", listed(Source.values), "d’où elle vient ; reprise si vide", fallback=Source.TAKEN_OVER.value),
    Column(
        "motif", listed([*REVERSALS.terms, *ADJUSTMENTS.terms]), "d’une annulation ou d’une rectification", fallback=""
    ),
    Column("debit", EUROS, "ce qui augmente la dette du locataire, ou"),
    Column("credit", EUROS, "ce qui la diminue"),
    Column("date_effet", DAY, "le jour du locataire", required=True),
    Column("date_comptable", DAY, "le jour des livres ; la date d’effet si vide"),
    Column("periode", MONTH, "le mois concerné ; celui de la date d’effet si vide"),
    Column("annule", KEY, "clé de l’écriture annulée, pour une contre-passation ou un rejet de la banque"),
)
ENTRIES = Sheet(
    "ecritures.csv",
    "stage_entries",
    "Les écritures des comptes. Une écriture passée ne change jamais : elle s’annule par une autre.",
    ("cle",),
    _ENTRY,
    (
        "E-000001;BX-2019-0311;;charge;rent;rent_run;;616,00;;2026-11-30;;;",
        "E-000002;BX-2019-0311;;payment;direct_debit;bank;;;616,00;05/12/2026;;;",
    ),
    (rules.one_account, rules.entry),
)
RECEIPTS = Sheet(
    "attente.csv",
    "stage_receipts",
    "Les encaissements sans compte connu, et les écritures qui les ont affectés.",
    ("cle",),
    (
        Column("cle", KEY, "votre clé de l’encaissement", required=True),
        Column("agence", text(32), "code de l’agence qui le cherche ; l’organisme si vide"),
        Column("libelle", listed(rules.RECEIVED), "le moyen de paiement", required=True),
        Column("origine", listed(Source.values), "d’où il vient ; banque si vide", fallback=Source.BANK.value),
        Column("credit", EUROS, "le montant reçu", required=True),
        Column("date_effet", DAY, "reçu le", required=True),
        Column("date_comptable", DAY, "le jour des livres ; la date d’effet si vide"),
        Column("ecritures", KEYS, "clés des écritures qui l’ont affecté", fallback=""),
    ),
    ("R-20261123-17;AG-EST;bank_transfer;bank;512,30;23/11/2026;;",),
)
# Ledger entries of one day. The column `agence` names the agency that looks for the account of a payment without one.
DAILY = Sheet(
    "ecritures du jour",
    "stage_entries",
    "Le même fichier qu’ecritures.csv, et l’agence. Un encaissement sans compte connu y est permis : il attend.",
    ("cle",),
    (
        *_ENTRY,
        Column("agence", text(32), "code de l’agence qui cherche un encaissement sans compte ; l’organisme si vide"),
    ),
    (
        "E-000003;BX-2019-0311;;charge;rent;rent_run;;616,00;;2026-12-31;;;;",
        "R-20261123-18;;;payment;bank_transfer;bank;;;512,30;23/11/2026;;;;AG-EST",
    ),
    (rules.entry,),
)
SHEETS = (
    PLACES,
    ADDRESSES,
    UNITS,
    PEOPLE,
    ASSIGNMENTS,
    TENANTS,
    LEASES,
    LETTINGS,
    PARTIES,
    RESIDENCES,
    REPRESENTATIVES,
    HELP,
    DISCREET,
    ENTRIES,
    RECEIPTS,
)
