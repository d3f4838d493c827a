"""Generates docs/applications.md, which documents the two kinds of application file. `./dev docs` writes the page, and
a test fails if it is out of date."""

from pathlib import Path

from django.conf import settings

from exchange.applications.codes import REGISTER_HOUSING
from exchange.applications.csv_sheet import APPLICATIONS
from exchange.applications.dropped import NAMES
from exchange.portfolio.document import section

_HEAD = """# Les fichiers de demandes de logement social

Ce document est écrit par le code (`exchange/applications/document.py`)\u00a0; un test les compare.

    ./dev manage import_applications FICHIER --place CODE --try    dit tout, n’écrit rien
    ./dev manage import_applications FICHIER --place CODE          tout, ou rien

Sur un serveur, `loge-as jobs` à la place de `./dev manage` (`docs/operations/running.md`).
Dans un navigateur, la responsable des données reprend un fichier de 8\u00a0Mo au plus, essai d’abord.
Le lieu est celui qui suit les demandes nouvelles\u00a0: l’organisme, une direction ou une agence. D’une demande connue,
il ne change pas. La durée de validité d’une demande est un chiffre légal, que le responsable du peuplement
enregistre d’abord. Le même fichier une seconde fois ne change rien.

Loge lit deux fichiers\u00a0: l’XML du système national d’enregistrement, et un fichier CSV à remplir dans un tableur.
Une seule erreur suffit\u00a0: tout le fichier est refusé, et chaque erreur est dite par sa place et sa raison, jamais
par ce que la cellule ou l’élément contenait. Séparateur, encodage, jours et montants du CSV\u00a0:
voyez `docs/portfolio.md`. Une colonne inconnue est refusée, et aucune colonne ne prend de texte libre.
"""
_REGISTER = """## L’XML du système national d’enregistrement

Interface NUU, versions 02.00 et 02.01, en UTF-8 ou en ISO-8859-1. Une déclaration DOCTYPE est refusée, comme les
fichiers de radiations (`RAD`), de suppressions (`SUP`) et de copies (`COP`).

- Sont lus\u00a0: le numéro, la date de dépôt, le demandeur et les cotitulaires (nom, prénom, naissance, lien,
  téléphone, courriel, adresse, revenus fiscaux), la naissance et le lien des personnes à charge, les naissances
  attendues, la garde des enfants, le modèle du logement actuel, les types de logement recherchés.
- Les revenus fiscaux des demandeurs s’additionnent par année.
- Le fichier ne dit pas quand une demande a été renouvelée, mais il ne contient que des demandes en vigueur, et une
  demande qui n’est pas renouvelée chaque année en sort. Loge retient donc comme dernier renouvellement le dernier
  anniversaire du dépôt avant la date du fichier.
- Les demandes de personnes morales sont laissées de côté et comptées, comme les revenus d’une autre année que les
  deux dernières.
- Tout le reste est laissé de côté et compté, sous le nom de l’élément s’il est connu\u00a0: {names}.
  Les autres éléments sont comptés ensemble. Le nom des enfants et des autres personnes à loger n’est jamais gardé.
- Un téléphone, un courriel ou une partie d’adresse inutilisables sont laissés vides et comptés.

| modèle du logement actuel | dans Loge |
| --- | --- |
"""


def document() -> str:
    register = _REGISTER.format(names=", ".join(f"`{name}`" for name in sorted(NAMES)))
    rows = "".join(f"| `{letters}` | `{code}` |\n" for letters, code in REGISTER_HOUSING.items())
    return f"{_HEAD}\n{section(APPLICATIONS)}\n{register}{rows}"


def write() -> None:
    (Path(settings.BASE_DIR) / "docs" / "applications.md").write_text(document(), encoding="utf-8")
