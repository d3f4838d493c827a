"""Reasons why a line or a file is refused. They never quote a cell: a report may be sent to whoever made the file."""

from dataclasses import dataclass, field

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

# Shown in French on a terminal, and in the reader's language on a page.
REASONS: dict[str, str] = {
    # The file
    "missing_file": _("aucun des fichiers attendus n’est dans ce dossier"),
    "empty_file": _("le fichier est vide\u00a0: il commence par la ligne des noms de colonnes"),
    "utf16": _("le fichier est en UTF-16\u00a0: enregistrez-le en «\u00a0CSV UTF-8\u00a0»"),
    "not_csv": _("ce n’est pas un fichier CSV, mais un classeur ou une archive\u00a0: enregistrez-le en CSV"),
    "nul": _("le fichier contient un octet nul\u00a0: ce n’est pas du texte"),
    "encoding": _("le fichier n’est ni en UTF-8 ni en Windows-1252"),
    "mixed_encoding": _("deux encodages dans un même fichier\u00a0: le début est en UTF-8, cette ligne n’en est pas"),
    "no_header": _("la première ligne ne porte pas les noms des colonnes"),
    "unknown_column": _("ce nom de colonne n’est pas dans la documentation"),
    "column_twice": _("cette colonne est nommée deux fois"),
    "missing_column": _("cette colonne manque"),
    "too_many": _("trop de lignes refusées\u00a0: la lecture s’est arrêtée là"),
    # The line
    "long_line": _("la ligne dépasse 64\u00a0ko"),
    "quote": _("un guillemet n’est pas fermé sur sa ligne, ou est mal placé"),
    "cells": _("le nombre de cellules n’est pas celui des colonnes (guillemet, séparateur en trop ou mélangé\u00a0?)"),
    "header_again": _("les noms des colonnes reviennent ici"),
    # The cell
    "required": _("la cellule est vide, et doit être remplie"),
    "long": _("la cellule est plus longue que la colonne ne l’admet"),
    "control": _("la cellule contient un caractère invisible ou de commande"),
    "named": _("un nom seul, avec ses majuscules\u00a0: ces mots disent d’une personne ce qui ne se note pas"),
    "formula": _("la cellule commence comme une formule de tableur"),
    "key": _("une clé s’écrit en lettres sans accent, chiffres et . _ / # : -, 64 signes au plus, sans espace"),
    "not_listed": _("ce code n’est pas dans la liste"),
    "day": _("un jour s’écrit 23/11/2026 ou 2026-11-23"),
    "month": _("un mois s’écrit 11/2026, 2026-11, ou par un de ses jours"),
    "signed": _("un montant s’écrit sans signe\u00a0: la colonne dit son sens"),
    "two_ways": _("ce montant se lit de deux façons\u00a0: sans séparateur de milliers, ou avec deux décimales"),
    "finer": _("un montant s’arrête au centime"),
    "not_a_sum": _("un montant s’écrit en chiffres\u00a0: 1\u202f051,80"),
    "zero": _("un montant n’est jamais zéro"),
    "too_large": _("un montant reste sous un million d’euros"),
    "surface": _("une surface s’écrit en chiffres, une décimale au plus\u00a0: 62,5"),
    "floor": _("un étage est un nombre entier de -9 à 99, 0 au rez-de-chaussée"),
    "yes_no": _("oui ou non"),
    "phone": _("ce numéro n’est pas complet\u00a0: dix chiffres, ou l’indicatif du pays"),
    "email": _("cette adresse électronique n’en est pas une"),
    "iban": _("cet IBAN est faux"),
    "reference": _("une référence de compte a douze signes\u00a0: K7QX-9M2D-4RTB"),
    "future": _("ce jour n’est pas encore venu"),
    # The line within itself
    "one_side": _("une écriture a un débit ou un crédit, l’un des deux"),
    "wrong_side": _("ce libellé se passe de l’autre côté"),
    "wrong_kind": _("ce libellé n’est pas de cette nature"),
    "needs_reason": _("une annulation a un motif, et une rectification aussi"),
    "no_reason": _("ce motif ne convient pas à cette nature d’écriture"),
    "needs_reversed": _(
        "une contre-passation nomme l’écriture qu’elle annule ; un rejet de la banque le peut, rien d’autre"
    ),
    "no_account": _("il faut le bail ou la référence du compte, l’un des deux"),
    "contact_name": _("la personne choisie a un nom"),
    "with_iban": _("l’IBAN et son titulaire vont ensemble"),
    "order": _("cette date précède celle du début"),
    "renewal": _("entre un jour et un an après la demande"),
    "ahead": _("une écriture prend effet dans les 31 jours au plus"),
    "alone": _("l’organisme n’est rattaché à rien, et tout le reste l’est"),
    "length": _("une affectation dure trois ans au plus"),
    # The line among others
    "twice": _("cette clé revient plus d’une fois dans le fichier"),
    "unknown": _("ce qui est nommé ici n’est ni connu, ni dans les fichiers (ou sa propre ligne est refusée)"),
    "not_building": _("ce lieu n’est pas un bâtiment"),
    "level": _("un lieu se rattache à un lieu d’un niveau supérieur"),
    "second_top": _("il y a déjà un organisme"),
    "no_top": _("il faut une agence\u00a0: il n’y a pas un organisme et un seul"),
    "taken": _("cette valeur est déjà celle d’une autre ligne connue"),
    "changed": _("cette clé est connue, et cette ligne dit autre chose\u00a0: cela ne se change pas par un fichier"),
    "entry_changed": _(
        "cette écriture est passée, et la ligne dit autre chose\u00a0: elle s’annule, elle ne change pas"
    ),
    "overlap": _("ces dates en chevauchent d’autres pour la même chose"),
    "before": _("l’écriture prend effet avant l’ouverture du compte"),
    "settled": _("ce compte est soldé\u00a0: il ne prend plus d’écriture"),
    "not_settled": _("un compte soldé a une fin de bail et un solde à zéro"),
    "not_opposite": _("une annulation reprend le même compte et le montant opposé, une seule fois"),
    "main_unit": _("le logement du bail n’est pas loué par lui"),
    "no_party": _("un bail a au moins un titulaire"),
    "other_house": _("ce logement n’est pas loué par ce bail"),
    "desk": _("un encaissement attend dans une agence, un secteur, une direction ou à l’organisme"),
    "resting": _("ce compte est soldé\u00a0: ses commentaires ne se reprennent pas"),
    "other_receipt": _("cet encaissement et cette écriture ne sont pas du même montant"),
}


class Unreadable(Exception):
    """A file that cannot be read. `line`: 0 when the reason concerns the whole file."""

    def __init__(self, reason: str, line: int = 0, column: str = "") -> None:
        super().__init__(reason)
        self.reason, self.line, self.column = reason, line, column


class Stopped(Exception):
    """Too many lines are refused: the run stops reading."""


@dataclass(frozen=True, order=True, slots=True)
class Reject:
    file: str
    line: int
    column: str
    reason: str

    @property
    def sentence(self) -> str:
        return gettext(REASONS[self.reason])

    def __str__(self) -> str:
        where = [self.file]
        where += [f"ligne {self.line}"] if self.line else []
        where += [f"colonne {self.column}"] if self.column else []
        return f"{', '.join(where)}\u00a0: {REASONS[self.reason]}."


@dataclass
class Rejects:
    """Refusals so far, in the order of the files. At most `most`, followed by one with the reason "too_many"."""

    most: int = 10_000
    listed: list[Reject] = field(default_factory=list)

    def add(self, file: str, line: int, column: str, reason: str) -> None:
        if not self.full:
            self.listed.append(Reject(file, line, column, reason))
            if self.full:
                self.listed.append(Reject(file, line, "", "too_many"))

    @property
    def full(self) -> bool:
        return len(self.listed) >= self.most

    def stop_if_full(self) -> None:
        if self.full:
            raise Stopped

    def by_reason(self) -> dict[tuple[str, str, str], int]:
        """(file, column, reason) -> number of lines, the most frequent first."""
        counted: dict[tuple[str, str, str], int] = {}
        for reject in self.listed:
            key = (reject.file, reject.column, reject.reason)
            counted[key] = counted.get(key, 0) + 1
        return dict(sorted(counted.items(), key=lambda item: -item[1]))
