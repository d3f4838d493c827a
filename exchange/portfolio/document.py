"""Generates docs/portfolio.md, which documents the portfolio files. `./dev docs` writes the page, and a test fails if
it is out of date."""

from pathlib import Path

from django.conf import settings

from exchange.portfolio.sheet import Sheet
from exchange.portfolio.sheets import DAILY, SHEETS

_HEAD = """# Les fichiers d’un organisme

Ce document est écrit par le code (`exchange/portfolio/document.py`)\u00a0; un test les compare.

    ./dev manage import_portfolio DIR --dry-run    dit tout, n’écrit rien
    ./dev manage import_portfolio DIR              tout, ou rien
    ./dev manage import_entries FICHIER            les écritures du jour
    ./dev manage export_portfolio DIR --recipient age1… --by … --approved-by …

Sur un serveur, `loge-as jobs` à la place de `./dev manage` (`docs/operations/running.md`).
Dans un navigateur, la responsable des données reprend les mêmes fichiers, 8\u00a0Mo à la fois, essai d’abord.
Sauf lieux, personnes, affectations et discrétions, qui se décident à deux ou se reprennent sur le serveur.
L’administrateur des accès y reprend lieux et affectations par leurs propres pages.
Les demandes de logement ont leurs propres fichiers\u00a0: `docs/applications.md`.

- Un fichier par sujet, dans un dossier, sous le nom dit ici. Ceux qui manquent ne changent rien.
- Du CSV\u00a0: une ligne de noms de colonnes, dans l’ordre qu’on veut, puis une ligne par chose.
  Séparateur `;` ou `,`, encodage UTF-8 ou Windows-1252.
- Une valeur tient sur une ligne, et une ligne en 64\u00a0ko. Une ligne vide est passée.
  Un tableur peut écrire des colonnes vides et sans nom au bout, ou taire les séparateurs au bout de lignes.
- Un jour s’écrit `23/11/2026` ou `2026-11-23`, un montant `1 051,80`, `1051.80` ou `1 051,80 €`, sans signe.
- Les clés sont les vôtres\u00a0: Loge les garde à côté de ses propres identifiants, et les rend à l’export.
  La même clé désigne toujours la même chose\u00a0: relancer ne change rien, et un fichier plus petit, plus tard,
  parle des mêmes.
- D’une clé connue, peuvent changer\u00a0: la fiche d’un locataire, sa naissance, sa banque\u00a0; la description
  d’un logement, une adresse\u00a0; le congé et les fins. Le reste est refusé. Une fin vide ne rouvre rien.
  Une écriture ne change jamais.
- Un bail connu dont la fin arrive entraîne ses locations, ses titulaires et ses occupants qui n’en ont pas.
- Une ligne refusée est dite par son fichier, sa ligne, sa colonne (avec la lettre du tableur), sa raison et ce que la
  colonne admet, jamais par ce que la cellule contenait. Une seule suffit\u00a0: rien n’est écrit. Au-delà de
  10\u202f000, la lecture s’arrête.
- Dans un navigateur, les lignes refusées reviennent dans un fichier (`refus-locataires.csv`), avec une colonne `erreur`
  que l’import ignore. Un fichier vide de chaque sorte, CSV ou xlsx, est à côté de ses colonnes.
- Un texte qui commence comme une formule (`=`, `+`, `-`, `@`) est refusé, sauf derrière l’apostrophe que
  l’export y met.
- L’export écrit ces mêmes fichiers, chacun chiffré pour un destinataire (age). Ce qui n’avait pas de clé en
  reçoit une, `loge-…`. N’y sont pas\u00a0: la trace, les mots de passe, les messages à transmettre, les
  programmes des données ouvertes, les machines et leurs jetons, les astreintes, les cloisons, les faits, les notes
  et les anciens commentaires, les demandes des personnes, ni qui a passé une écriture. Aucun fichier n’amène ni
  ne change une machine ou une astreinte.
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
