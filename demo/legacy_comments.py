"""Imports invented comments about tenants, as if they came from an older system. Some comments become notes; the others
wait until an employee decides about them."""

from pathlib import Path
from tempfile import TemporaryDirectory

from exchange.legacy_comments.importing import import_notes
from formats.bulk_copy import Copying

# The texts in COMMENTS are invented. They resemble comments that the French data protection authority has criticised.
COMMENTS = (
    "Rappelle le 5 pour fixer la date du second versement.",
    "Clés de la cave remises à l’agence le 12.",
    "Sous chimiothérapie depuis mars, règle quand il peut.",
    "Alcoolique, ne pas y aller seul.",
    "Demande un délai pour l’attestation d’assurance.",
    "D’après la voisine il serait séropositif.",
    "Famille de gens du voyage, à surveiller.",
    "Fuite au plafond de la salle de bains, entreprise prévenue.",
    "Dépressive, hospitalisée en psychiatrie l’an dernier.",
    "Sort de prison, sous bracelet.",
    "Femme voilée, ne serre pas la main.",
    "Échéancier accepté, trois fois le même montant.",
    "Homosexuel, vit avec un homme plus jeune.",
    "Ancien SDF avec addiction à la boisson.",
    "Se plaint pour un rien, caractérielle.",
    "Interphone changé, badge à reprogrammer.",
    "Militant syndical, prévenir la direction.",
    "Enfant placé par les services sociaux.",
)
LONG = (
    "Visite faite avec l’entreprise : la fenêtre du séjour ferme mal, le joint de la baignoire est à refaire, la VMC "
    "de la cuisine est encrassée, le radiateur de la chambre est froid en haut, la prise près de l’évier est à fixer ; "
    "devis demandé pour l’ensemble, l’entreprise rappelle la semaine prochaine pour prendre rendez-vous un matin."
)
# _ACCOUNTS selects account references sorted by agency, so that every n-th reference covers all agencies.
_ACCOUNTS = """
    SELECT a.reference FROM tenants_account a JOIN access_place p ON p.id = a.building_id
    WHERE a.settled_on IS NULL ORDER BY split_part(p.path, '/', 5), a.reference"""


def take_over(copying: Copying, by: str) -> None:
    """Write the invented comments to a CSV file, each with the reference of a tenant's account. Import the file in the
    same way as a landlord's own file."""
    references = [reference for (reference,) in copying.ask(_ACCOUNTS)]
    step = max(1, len(references) // (3 * len(COMMENTS)))
    lines = ["compte;date;auteur;texte"]
    for number, reference in enumerate(references[::step][: 3 * len(COMMENTS)]):
        text = LONG if number % 17 == 9 else COMMENTS[number % len(COMMENTS)]
        lines.append(f'{reference};{1 + number % 28:02d}/{1 + number % 12:02d}/2011;AGT{number % 7};"{text}"')
    with TemporaryDirectory() as folder:
        path = Path(folder) / "commentaires.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        import_notes(path, by=by)
