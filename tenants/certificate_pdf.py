"""The certificate of destruction as a PDF."""

from collections.abc import Iterable
from textwrap import wrap

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from formats.language import in_french
from formats.pdf.document import Block, document, head, note, proof, table, text
from tenants.certificates import CertificateSummary


def certificate_pdf(certificate: CertificateSummary, landlord: str) -> bytes:
    return document(
        _("Certificat de destruction"), landlord, [*_opening(certificate), *_counts(certificate), *_proof(certificate)]
    )


def _opening(certificate: CertificateSummary) -> Iterable[Block]:
    sentence = _("Reprise lue le %(read)s. Plus aucune ligne n’attend. Établi le %(day)s par %(who)s.")
    days = {"read": date_format(certificate.read_on, "j F Y"), "day": date_format(certificate.issued_on, "j F Y")}
    yield text(sentence % {**days, "who": certificate.issued_by})
    yield text(_("Ce qui a été effacé n’existe plus dans la base, même chiffré. Ce certificat n’en dit que le nombre."))


def _counts(certificate: CertificateSummary) -> Iterable[Block]:
    yield head(_("Les lignes reprises"))
    yield table([(name.capitalize(), _figure(number)) for name, number in certificate.sums], (120, 34), numbers=True)
    if rows := [(row.agency, row.category, row.outcome, _figure(row.lines)) for row in certificate.rows]:
        yield head(_("Celles qui étaient sous scellés"))
        heads = (_("Agence"), _("Catégorie"), _("Devenir"), _("Lignes"))
        yield table(rows, (44, 38, 54, 18), heads, numbers=True)


def _figure(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0" if in_french() else ",")


def _proof(certificate: CertificateSummary) -> Iterable[Block]:
    yield head(_("Pour vérifier"))
    yield proof([part for line in certificate.proof for part in wrap(line, 64)])
    yield note(
        _("La signature porte sur les comptes, écrits comme le dit docs/inheritance.md ; sha256 : le fichier repris.")
    )
