"""Part of E13: what became of an older system's comments: sorted, by which office, in how many days, and certified."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from access.look import Look
from desk.exhibits.answers import asked_of
from desk.exhibits.shape import Row, Table
from desk.trace_lines import place_names, role_name
from tenants.certificates import told
from tenants.models import DestructionCertificate, Inheritance, InheritanceTally
from tenants.models.inheritance import Outcome
from tenants.triage import KINDS
from tenants.vocabulary import INHERITED_GROUNDS


def old_comments(look: Look) -> list[Table]:
    files = list(look.rows(Inheritance).order_by("begun_on", "pk"))
    names = {one.pk: _short(one.fingerprint) for one in files}
    return [
        Table(
            _("Anciens commentaires, fichier par fichier"),
            [_("Fichier"), _("Commencé le"), _("Lu en entier le"), _("Reprises"), _("Devenues des notes"),
             _("Remplacées"), _("Effacées"), _("Conservées"), _("À trier")],
            [
                [names[one.pk], one.begun_on, one.finished_on, one.imported, one.noted, one.replaced, one.erased,
                 one.kept, one.waiting]
                for one in files
            ],
            _("Un fichier est dit par le début de son empreinte. Une ligne à trier est sous scellés."),
        ),
        _sorted(look, names),
        _waiting(names),
        _delays(names),
        _certificates(look),
    ]  # fmt: skip


def _short(fingerprint: str) -> str:
    return fingerprint[:12]


def _sorted(look: Look, names: dict[Any, str]) -> Table:
    found = list(look.rows(InheritanceTally).order_by("inheritance", "category", "outcome", "pk"))
    places = place_names({one.agency_id for one in found})
    rows: list[Row] = [
        [names[one.inheritance_id], places.get(one.agency_id, ""), str(KINDS[one.category]),
         str(Outcome(one.outcome).label), INHERITED_GROUNDS.label(one.ground) if one.ground else "", one.lines]
        for one in found
    ]  # fmt: skip
    heads = [_("Fichier"), _("Agence"), _("Catégorie"), _("Sort"), _("Fondement"), _("Lignes")]
    return Table(_("Anciens commentaires triés"), heads, rows, _("Comptés par la base quand chacun s’en va."))


def _waiting(names: dict[Any, str]) -> Table:
    found = asked_of(
        "SELECT inheritance, agency, category, waiting, proposed, next_end FROM tenants_inspected_waiting()"
    )
    places = place_names({row[1] for row in found})
    rows: list[Row] = [
        [names[file], places.get(agency, ""), str(KINDS[category]), waiting, proposed, ends]
        for file, agency, category, waiting, proposed, ends in found
    ]
    heads = [_("Fichier"), _("Agence"), _("Catégorie"), _("À trier"), _("Dont à conserver, si un autre l’accorde")]
    note = _("Ce que personne ne décide en six mois est effacé par la nuit.")
    return Table(_("Anciens commentaires à trier"), [*heads, _("Les premières effacées le")], rows, note)


def _delays(names: dict[Any, str]) -> Table:
    found = asked_of(
        "SELECT inheritance, office, answer, decided, first_on, last_on, mean_days FROM tenants_inspected_sorted()"
    )
    rows: list[Row] = [
        [names[file], str(role_name(office)), str(Outcome(answer).label), decided, first, last, days]
        for file, office, answer, decided, first, last, days in found
    ]
    heads = [_("Fichier"), _("Décidé en qualité de"), _("Sort"), _("Lignes"), _("La première le"), _("La dernière le")]
    note = _("Dit par la trace, aussi loin qu’elle remonte. Qui accorde une conservation ne l’a pas proposée.")
    days = _("Jours depuis le début, en moyenne")
    return Table(_("Anciens commentaires : qui décide, en combien de jours"), [*heads, days], rows, note)


def _certificates(look: Look) -> Table:
    heads = [_("Fichier"), _("Établi le"), _("Par"), _("Comptes"), _("Clé"), _("Signature (Ed25519)"), _("Vérifiée")]
    return Table(_("Certificats de destruction"), heads, list(_certified(look)))


def _certified(look: Look) -> Iterable[Row]:
    for one in look.rows(DestructionCertificate).select_related("issued_by").order_by("issued_on", "pk"):
        said = told(one)
        counts = ", ".join(f"{number} {name}" for name, number in said.sums)
        signed = _("oui") if said.is_signed else _("NON")
        yield [_short(said.file), said.issued_on, said.issued_by, counts, said.key_id, said.signature, signed]
