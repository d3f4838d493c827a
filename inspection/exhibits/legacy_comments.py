"""Part of exhibit E13: comments imported from an older system.

Tables show how many were erased, replaced or kept, which roles decided and how soon, and the destruction certificates.
"""

from typing import Any

from django.utils.translation import gettext as _

from access.guard.context import AccessContext
from casework.certificates import summarize
from casework.legacy_comment_queue import KINDS
from casework.models import DestructionCertificate, LegacyCommentFile, LegacyCommentTally
from casework.models.legacy_comments import Outcome
from casework.vocabulary import LEGACY_COMMENT_GROUNDS
from inspection.exhibits.answers import query_rows
from inspection.exhibits.shape import Row, Table
from oversight.audit_log.lines import place_names, role_name


def old_comments(access: AccessContext) -> list[Table]:
    files = list(access.rows(LegacyCommentFile).order_by("begun_on", "pk"))
    names = {file.pk: _short(file.fingerprint) for file in files}
    return [
        Table(
            _("Anciens commentaires, fichier par fichier"),
            [_("Fichier"), _("Commencé le"), _("Lu en entier le"), _("Reprises"), _("Devenues des notes"),
             _("Remplacées"), _("Effacées"), _("Conservées"), _("À trier")],
            [
                [names[file.pk], file.begun_on, file.finished_on, file.imported, file.noted, file.replaced,
                 file.erased, file.retained, file.waiting]
                for file in files
            ],
            _("Un fichier est désigné par le début de son empreinte. Les lignes à trier sont sous scellés."),
        ),
        table_of_decisions(access, names),
        table_of_waiting_lines(names),
        table_of_delays(names),
        table_of_certificates(access),
    ]  # fmt: skip


def _short(fingerprint: str) -> str:
    return fingerprint[:12]


def table_of_decisions(access: AccessContext, names: dict[Any, str]) -> Table:
    """Return the table of how many legacy comments were decided, by file, agency, category and decision.

    `names` maps ids of the imported files to their names.
    """
    tallies = list(access.rows(LegacyCommentTally).order_by("file", "category", "outcome", "pk"))
    places = place_names({tally.agency_id for tally in tallies})
    rows: list[Row] = [
        [names[tally.file_id], places.get(tally.agency_id, ""), str(KINDS[tally.category]),
         str(Outcome(tally.outcome).label),
         LEGACY_COMMENT_GROUNDS.label(tally.ground) if tally.ground else "", tally.lines]
        for tally in tallies
    ]  # fmt: skip
    heads = [_("Fichier"), _("Agence"), _("Catégorie"), _("Devenir"), _("Fondement"), _("Lignes")]
    return Table(
        _("Anciens commentaires triés"),
        heads,
        rows,
        _("La base de données compte chaque ligne au moment où elle est décidée."),
    )


def table_of_waiting_lines(names: dict[Any, str]) -> Table:
    counts = query_rows(
        "SELECT file, agency, category, waiting, proposed, next_end FROM inspection_exhibit_waiting_comments()"
    )
    places = place_names({row[1] for row in counts})
    rows: list[Row] = [
        [names[file], places.get(agency, ""), str(KINDS[category]), waiting, proposed, ends]
        for file, agency, category, waiting, proposed, ends in counts
    ]
    heads = [
        _("Fichier"),
        _("Agence"),
        _("Catégorie"),
        _("À trier"),
        _("Dont à conserver, avec l’accord d’une seconde personne"),
    ]
    note = _("Une ligne sans décision après six mois est effacée pendant la nuit.")
    return Table(_("Anciens commentaires à trier"), [*heads, _("Première date d’effacement")], rows, note)


def table_of_delays(names: dict[Any, str]) -> Table:
    """Return the table of which roles decided on legacy comments, and after how many days on average."""
    counts = query_rows(
        "SELECT file, office, answer, decided, first_on, last_on, mean_days FROM inspection_exhibit_sorted_comments()"
    )
    rows: list[Row] = [
        [names[file], str(role_name(office)), str(Outcome(answer).label), decided, first, last, days]
        for file, office, answer, decided, first, last, days in counts
    ]
    heads = [
        _("Fichier"),
        _("Rôle de la personne qui décide"),
        _("Devenir"),
        _("Lignes"),
        _("Première décision"),
        _("Dernière décision"),
    ]
    note = _(
        "D’après la trace, sur toute sa durée. La personne qui accorde une conservation n’est jamais celle qui "
        "l’a proposée."
    )
    days = _("Durée moyenne, en jours")
    return Table(_("Anciens commentaires : rôles et délais de décision"), [*heads, days], rows, note)


def table_of_certificates(access: AccessContext) -> Table:
    rows: list[Row] = []
    for row in access.rows(DestructionCertificate).select_related("issued_by").order_by("issued_on", "pk"):
        certificate = summarize(row)
        counts = ", ".join(f"{number} {name}" for name, number in certificate.sums)
        verified = _("oui") if certificate.is_signed else _("NON")
        rows.append([
            _short(certificate.file), certificate.issued_on, certificate.issued_by, counts, certificate.key_id,
            certificate.signature, verified,
        ])  # fmt: skip
    heads = [_("Fichier"), _("Établi le"), _("Par"), _("Comptes"), _("Clé"), _("Signature (Ed25519)"), _("Vérifiée")]
    return Table(_("Certificats de destruction"), heads, rows)
