"""Reasons for which a line or file is refused. They never quote a cell, because the report may be sent to whoever made
the file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

if TYPE_CHECKING:  # The class Column is needed only in type annotations.
    from exchange.portfolio.sheet import Column

# Terminals show these French sentences as they are. Pages translate them into the reader's language with `gettext`.
REASONS: dict[str, str] = {
    # Reasons for refusing a whole file.
    "missing_file": _("aucun des fichiers attendus n’est dans ce dossier"),
    "empty_file": _("le fichier est vide : il doit commencer par la ligne des noms de colonnes"),
    "utf16": _("le fichier est en UTF-16\u00a0: enregistrez-le en «\u00a0CSV UTF-8\u00a0»"),
    "not_csv": _("ce n’est pas un fichier CSV, mais un classeur ou une archive\u00a0: enregistrez-le en CSV"),
    "nul": _("le fichier contient un octet nul\u00a0: ce n’est pas du texte"),
    "encoding": _("le fichier n’est ni en UTF-8 ni en Windows-1252 : enregistrez-le en UTF-8"),
    "mixed_encoding": _(
        "le fichier mélange deux encodages : il commence en UTF-8, mais cette ligne n’est pas en UTF-8"
    ),
    "no_header": _("la première ligne doit contenir les noms des colonnes"),
    "unknown_column": _("ce nom de colonne n’existe pas : voyez les noms attendus"),
    "column_twice": _("cette colonne figure deux fois"),
    "missing_column": _("cette colonne manque"),
    "too_many": _("trop de lignes refusées : la lecture s’est arrêtée à cette ligne"),
    # Reasons for refusing a whole line.
    "long_line": _("la ligne dépasse 64\u00a0ko"),
    "quote": _("un guillemet n’est pas fermé sur sa ligne, ou est mal placé"),
    "cells": _("le nombre de cellules diffère du nombre de colonnes : vérifiez les guillemets et les séparateurs"),
    "header_again": _("les noms des colonnes sont répétés à cette ligne"),
    # Reasons for refusing a line because of one cell.
    "required": _("la cellule est vide : elle est obligatoire"),
    "long": _("le texte est trop long pour cette colonne"),
    "control": _("la cellule contient un caractère invisible ou de commande"),
    "named": _("ce nom contient des mots qui décrivent une personne : écrivez seulement le nom, avec ses majuscules"),
    "formula": _("la cellule commence comme une formule de tableur"),
    "key": _(
        "une clé ne peut contenir que des lettres sans accent, des chiffres et . _ / # : -, sans espace, 64 "
        "caractères au plus"
    ),
    "not_listed": _("ce code n’est pas dans la liste"),
    "day": _("écrivez le jour sous la forme 23/11/2026 ou 2026-11-23"),
    "month": _("écrivez le mois sous la forme 11/2026 ou 2026-11, ou donnez l’un de ses jours"),
    "signed": _("écrivez le montant sans signe : la colonne indique le sens"),
    "two_ways": _(
        "ce montant peut se lire de deux façons : supprimez le séparateur de milliers ou écrivez deux décimales"
    ),
    "finer": _("écrivez deux décimales au plus"),
    "not_a_sum": _("écrivez le montant en chiffres, par exemple 1 051,80"),
    "zero": _("le montant ne peut pas être zéro"),
    "too_large": _("le montant doit être inférieur à un million d’euros"),
    "surface": _("écrivez la surface en chiffres, avec une décimale au plus, par exemple 62,5"),
    "degrees": _("écrivez un angle en degrés, par exemple 48,862253"),
    "ban_id": _("écrivez l’identifiant de la Base Adresse Nationale, par exemple 75119_0342_00012"),
    "position": _("la latitude et la longitude vont ensemble"),
    "floor": _("l’étage doit être un nombre entier de -9 à 99, 0 pour le rez-de-chaussée"),
    "yes_no": _("écrivez oui ou non"),
    "phone": _("ce numéro n’est pas complet : écrivez dix chiffres, ou l’indicatif du pays"),
    "email": _("cette adresse électronique n’est pas valide"),
    "iban": _("cet IBAN n’est pas valide"),
    "reference": _("une référence de compte comporte douze caractères, par exemple K7QX-9M2D-4RTB"),
    "future": _("ce jour est dans le futur"),
    # Reasons for refusing a line because of several of its cells.
    "one_side": _("indiquez un débit ou un crédit, mais pas les deux"),
    "wrong_side": _("ce libellé s’utilise pour l’autre sens (débit ou crédit)"),
    "wrong_kind": _("ce libellé ne correspond pas à cette nature"),
    "needs_reason": _("indiquez le motif de l’annulation ou de la rectification"),
    "no_reason": _("ce motif ne correspond pas à cette nature d’écriture"),
    "needs_reversed": _(
        "une annulation doit nommer l’écriture annulée ; seul un rejet bancaire peut aussi en nommer une"
    ),
    "no_account": _("indiquez le bail ou la référence du compte, mais pas les deux"),
    "contact_name": _("indiquez le nom de la personne choisie"),
    "with_iban": _("indiquez à la fois l’IBAN et son titulaire"),
    "terms": _(
        "indiquez le financement, la zone, le QPV, le jour de sa liste et le loyer, ou aucune condition de location"
    ),
    "order": _("cette date est antérieure à celle du début"),
    "renewal": _("cette date doit être entre un jour et un an après la demande"),
    "ahead": _("la date d’effet doit être dans les 31 jours au plus"),
    "alone": _("l’organisme ne doit être rattaché à aucun lieu, et tous les autres lieux doivent l’être"),
    "length": _("une affectation dure trois ans au plus"),
    # Reasons for refusing a line because of other lines of the files, or rows in the database.
    "twice": _("cette clé figure plusieurs fois dans le fichier"),
    "unknown": _("l’élément nommé ici n’existe ni dans Loge ni dans les fichiers (ou sa propre ligne est refusée)"),
    "not_building": _("ce lieu n’est pas un bâtiment"),
    "level": _("un lieu doit être rattaché à un lieu d’un niveau supérieur"),
    "second_top": _("il y a déjà un organisme"),
    "no_top": _("indiquez une agence : elle ne peut pas être déduite quand il n’y a pas exactement un organisme"),
    "taken": _("cette valeur appartient déjà à une autre ligne"),
    "changed": _("cette clé existe avec d’autres informations, et un fichier ne peut pas les modifier"),
    "entry_changed": _(
        "cette écriture est déjà passée avec d’autres informations : annulez-la, elle ne peut pas être modifiée"
    ),
    "overlap": _("ces dates chevauchent d’autres dates pour le même élément"),
    "before": _("l’écriture prend effet avant l’ouverture du compte"),
    "settled": _("ce compte est soldé : il n’accepte plus d’écriture"),
    "not_settled": _("un compte soldé doit avoir une fin de bail et un solde à zéro"),
    "not_opposite": _("une annulation doit avoir le même compte et le montant opposé, une seule fois"),
    "main_unit": _("le logement indiqué n’est pas loué par ce bail"),
    "no_party": _("indiquez au moins un titulaire pour ce bail"),
    "other_house": _("ce logement n’est pas loué par ce bail"),
    "desk": _("un encaissement en attente doit être rattaché à une agence, un secteur, une direction ou l’organisme"),
    "resting": _("ce compte est soldé : ses commentaires ne peuvent pas être repris"),
    "other_receipt": _("cet encaissement et cette écriture n’ont pas le même montant"),
    # Reasons for refusing files of housing applications.
    "xml_syntax": _("le fichier n’est pas un document XML bien formé"),
    "xml_dtd": _("le fichier contient une déclaration DOCTYPE ou une entité : elles sont interdites"),
    "xml_encoding": _("un fichier XML doit être en UTF-8 ou en ISO-8859-1, comme sa première ligne l’indique"),
    "xml_depth": _("les éléments du fichier sont imbriqués trop profondément"),
    "xml_size": _("le fichier, ou l’une de ses demandes, est trop volumineux"),
    "xml_root": _("ce fichier XML n’est pas un fichier de demandes du système national d’enregistrement"),
    "xml_version": _("cette version de l’interface n’est pas prise en charge"),
    "xml_kind": _("ce fichier ne contient pas de demandes à enregistrer, mais des radiations ou des copies"),
    "number": _(
        "un numéro de demande comporte 18 signes : trois chiffres, le mois et l’année, six chiffres, puis cinq lettres "
        "majuscules ou chiffres"
    ),
    "number_twice": _("ce numéro de demande figure déjà plus haut dans le fichier"),
    "not_together": _("ce numéro figure déjà plus haut : les lignes d’une même demande doivent se suivre"),
    "no_principal": _("la demande n’a pas de demandeur principal"),
    "two_principals": _("une demande a un seul demandeur principal"),
    "missing_element": _("cet élément manque ou est vide : il est obligatoire"),
    "element_twice": _("cet élément figure plusieurs fois"),
    "unknown_code": _("ce code n’est pas connu"),
    "too_old": _("cette date est antérieure à 1900"),
    "before_filing": _("le renouvellement est antérieur au dépôt de la demande"),
    "negative": _("un revenu ne peut pas être négatif"),
    "whole_euros": _("écrivez le revenu en euros entiers, neuf chiffres au plus"),
    "year": _("écrivez l’année sur quatre chiffres"),
    "year_twice": _("cette année figure deux fois"),
    "year_and_income": _("indiquez à la fois l’année et le revenu"),
    "rooms": _("écrivez un nombre de pièces de 1 à 9"),
    "rooms_order": _("le plus grand nombre de pièces est inférieur au plus petit"),
    "births": _("écrivez un nombre d’enfants à naître de 0 à 9"),
    "postcode": _("un code postal comporte cinq chiffres"),
    "address": _("cette adresse contient des mots qui décrivent une personne : écrivez seulement l’adresse postale"),
    "principal_only": _("cette colonne ne se remplit qu’à la ligne du demandeur principal"),
    "applicant_only": _("cette colonne ne se remplit que pour un demandeur, jamais pour une autre personne du foyer"),
    "member_only": _("cette colonne ne se remplit que pour une personne qui n’est pas demandeur"),
    "child_only": _("cette colonne ne se remplit que pour un enfant"),
}


# Reasons whose sentence does not say what the column accepts, so that the error must add it.
SAYING_WHAT_IS_ACCEPTED = frozenset({"required", "long", "not_listed", "key"})
# Errors with these reasons contain the position of a column, because an unknown column's name may be any text.
_BY_POSITION = frozenset({"unknown_column", "column_twice"})
MOST_CODES = 20  # maximum number of accepted codes that an error message lists


def letter_of(position: int) -> str:
    """Return the letters by which a spreadsheet names a column: 1 gives A and 28 gives AB."""
    letters = ""
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


class Unreadable(Exception):
    """Raised if a file cannot be read. `line` is 0 if the reason concerns the whole file."""

    def __init__(self, reason: str, line: int = 0, column: str = "") -> None:
        super().__init__(reason)
        self.reason, self.line, self.column = reason, line, column


class Stopped(Exception):
    """Raised to stop the run when too many lines are refused."""


@dataclass(frozen=True, order=True, slots=True)
class Reject:
    file: str
    line: int
    column: str
    reason: str
    # Position of the refused application in an XML file, and 0 for a CSV file.
    # For an XML file, `column` is the name of an element.
    application: int = 0
    # The letters by which a spreadsheet names the column of this file, if known.
    letter: str = ""
    # What the column accepts, in French as in the documentation of the files, and its codes if it has a list.
    admits: str = ""
    codes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        return gettext(REASONS[self.reason])

    @property
    def named_column(self) -> str:
        """Name of the column, or "" if the header has no known name there, so that only the letter identifies it."""
        return "" if self.reason in _BY_POSITION else self.column

    @property
    def accepted(self) -> str:
        """What the column accepts, in French, or "" if the sentence of the refusal reason already says it."""
        if not self.codes:
            return self.admits
        more = len(self.codes) - MOST_CODES
        rest = f" et {more} autres codes" if more > 0 else ""
        return f"{', '.join(self.codes[:MOST_CODES])}{rest}"

    @property
    def explanation(self) -> str:
        """Why the line is refused and what the column accepts, in French, for terminals and files."""
        accepted = f" (accepté\u00a0: {self.accepted})" if self.accepted else ""
        return f"{REASONS[self.reason]}{accepted}"

    def __str__(self) -> str:
        where = [self.file]
        where += [f"ligne {self.line}"] if self.line else []
        where += [f"demande n° {self.application}"] if self.application else []
        part = "balise" if self.file.endswith(".xml") else "colonne"
        if self.letter and self.named_column:
            where.append(f"{part} {self.letter} ({self.named_column})")
        elif self.column:
            where.append(f"{part} {self.letter or self.column}")
        return f"{', '.join(where)}\u00a0: {self.explanation}."


@dataclass
class Rejects:
    """The refused lines of an import, in the order of the files.

    After `most` refused lines, an item with the reason "too_many" ends the list.
    """

    most: int = 10_000
    listed: list[Reject] = field(default_factory=list)
    # Maps (file, column name) to the column's letters in a spreadsheet (such as AB) and to its definition.
    columns: dict[tuple[str, str], tuple[str, "Column"]] = field(default_factory=dict)

    def know_columns(self, file: str, columns: "Sequence[Column]", places: Sequence[int | None]) -> None:
        """Store the position of each column in a file, counted from 0, or None for a column that the file lacks."""
        for column, place in zip(columns, places, strict=True):
            self.columns[file, column.name] = ("" if place is None else letter_of(place + 1), column)

    def add(self, file: str, line: int, column: str, reason: str, application: int = 0) -> None:
        if not self.full:
            self.listed.append(
                Reject(file, line, column, reason, application, *self.about_column(file, column, reason))
            )
            if self.full:
                self.listed.append(Reject(file, line, "", "too_many"))

    def about_column(self, file: str, name: str, reason: str) -> tuple[str, str, tuple[str, ...]]:
        """Return a column's letters in a spreadsheet (such as AB), and what it accepts, in words and as codes.

        The last two are empty if the sentence of the refusal reason already says what the column accepts.
        """
        if reason in _BY_POSITION:
            return letter_of(int(name)), "", ()
        letter, column = self.columns.get((file, name), ("", None))
        if column is None or reason not in SAYING_WHAT_IS_ACCEPTED:
            return letter, "", ()
        return letter, column.kind.admits, column.kind.listed

    @property
    def full(self) -> bool:
        return len(self.listed) >= self.most

    def stop_if_full(self) -> None:
        if self.full:
            raise Stopped

    def by_reason(self) -> dict[tuple[str, str, str], int]:
        """Map (file, column, reason) to the number of refused lines, the most frequent first."""
        counted: dict[tuple[str, str, str], int] = {}
        for reject in self.listed:
            key = (reject.file, reject.column, reject.reason)
            counted[key] = counted.get(key, 0) + 1
        return dict(sorted(counted.items(), key=lambda item: -item[1]))
