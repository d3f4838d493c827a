"""Generates docs/portfolio.md, which documents the portfolio files. `./dev docs` writes the page, and a test fails if
it is out of date."""

from pathlib import Path

from django.conf import settings

from exchange.portfolio.sheet import Sheet
from exchange.portfolio.sheets import DAILY, SHEETS

_HEAD = """# Les fichiers d’un organisme

Ce document est écrit par le code (`exchange/portfolio/document.py`)\u00a0; un test les compare.

    ./dev manage import_portfolio DIR --dry-run    essai\u00a0: contrôle tout, n’enregistre rien
    ./dev manage import_portfolio DIR              importe tout, ou rien
    ./dev manage import_entries FICHIER            les écritures du jour
    ./dev manage export_portfolio DIR --recipient age1… --by … --approved-by …

Sur un serveur, `loge-as jobs` à la place de `./dev manage` (`docs/operations/running.md`).
Dans un navigateur, le responsable des données importe les mêmes fichiers, 8\u00a0Mo à la fois, après un essai. Les
lieux, les personnes, les affectations et les foyers discrets n’y sont pas importés\u00a0: ils se décident à deux, ou
s’importent sur le serveur. L’administrateur des accès importe les lieux et les affectations par leurs propres pages.
Les demandes de logement ont leurs propres fichiers\u00a0: `docs/applications.md`.

- Il y a un fichier par sujet, dans un dossier, sous le nom indiqué ci-dessous. Un fichier absent ne change rien.
- Un fichier est au format CSV\u00a0: une ligne de noms de colonnes, dans un ordre libre, puis une ligne par objet.
  Le séparateur est `;` ou `,`, l’encodage UTF-8 ou Windows-1252. Dans un navigateur, un classeur xlsx ou ods d’une
  seule feuille remplie peut remplacer le fichier CSV du même nom. Donnez le format texte aux colonnes de clés et de
  numéros\u00a0: sinon, le tableur supprime leurs zéros de tête.
- Une valeur n’a pas de saut de ligne, et une ligne compte 64\u00a0ko au plus. Les lignes vides sont ignorées, ainsi
  que les colonnes vides et sans nom à la fin, et les séparateurs que le tableur omet en fin de ligne.
- Un jour s’écrit `23/11/2026` ou `2026-11-23`, un montant `1 051,80`, `1051.80` ou `1 051,80 €`, sans signe.
- Les clés sont celles de l’organisme. Loge les conserve à côté de ses propres identifiants et les rend à l’export.
  La même clé désigne toujours le même objet\u00a0: un second import du même fichier ne change rien.
- Pour une clé connue, l’import peut changer la fiche d’un locataire, sa date de naissance et ses coordonnées
  bancaires, la description d’un logement, une adresse, un congé et une date de fin. Toute autre différence est
  refusée. Une date de fin vide ne rouvre rien. Une écriture ne change jamais.
- Quand un bail connu reçoit une date de fin, ses locations, ses titulaires et ses occupants sans date de fin la
  reçoivent.
- Un refus indique le fichier, la ligne, la colonne (avec sa lettre dans le tableur), la raison et les valeurs
  admises. Il ne répète jamais le contenu de la cellule. Une seule ligne refusée suffit pour que rien ne soit écrit.
  La lecture s’arrête après 10\u202f000 refus.
- Dans un navigateur, les lignes refusées peuvent être téléchargées (`refus-locataires.csv`), avec une colonne
  `erreur` que l’import ignore. Un fichier vide de chaque sorte, CSV ou xlsx, est proposé à côté de ses colonnes.
- Un texte qui commence comme une formule (`=`, `+`, `-`, `@`) est refusé, sauf après l’apostrophe que l’export
  ajoute.
- L’export écrit ces mêmes fichiers, chacun chiffré pour un destinataire (age). Un objet sans clé en reçoit une,
  `loge-…`. L’export ne contient pas la trace, les mots de passe, les messages à transmettre, les programmes des
  données ouvertes, les machines et leurs jetons, les astreintes, les conflits d’intérêts, les faits, les notes, les
  anciens commentaires, les demandes des personnes, ni l’auteur d’une écriture. Aucun fichier ne crée ni ne change
  une machine ou une astreinte.
"""


def document() -> str:
    return "\n".join([_HEAD, *(section(sheet) for sheet in (*SHEETS, DAILY))]).rstrip() + "\n"


def write() -> None:
    (Path(settings.BASE_DIR) / "docs" / "portfolio.md").write_text(document(), encoding="utf-8")


def section(sheet: Sheet) -> str:
    """Return the section of the documentation about one kind of file: its columns and an example."""
    key = ", ".join(f"`{name}`" for name in sheet.key)
    parts = [
        f"## {sheet.file}\n\n{sheet.about}\n" + (f"\nUne ligne par\u00a0: {key}.\n" if key else ""),
        "| colonne | | ce qu’elle dit | ce qu’elle admet |\n| --- | --- | --- | --- |",
    ]
    for column in sheet.columns:
        codes = ", ".join(f"`{code}`" for code in column.kind.listed)
        admits = f"{column.kind.admits}\u00a0: {codes}" if codes else column.kind.admits
        required = "obligatoire" if column.required else ""
        parts.append(f"| `{column.name}` | {required} | {column.meaning} | {admits} |")
    parts.append("\n```\n" + "\n".join([";".join(sheet.names), *sheet.examples]) + "\n```\n")
    return "\n".join(parts)
