"""Renders the certificate of destruction of a file of legacy comments as a PDF."""

from textwrap import wrap

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from casework.certificates import CertificateSummary
from formats.language import in_french
from formats.pdf.document import document, head, note, proof, table, text


def certificate_pdf(certificate: CertificateSummary, landlord: str) -> bytes:
    sentence = _(
        "Reprise lue le %(read)s. Toutes les lignes ont fait l’objet d’une décision. Établi le %(day)s par %(who)s."
    )
    days = {"read": date_format(certificate.read_on, "j F Y"), "day": date_format(certificate.issued_on, "j F Y")}
    sums = [(name.capitalize(), _figure(number)) for name, number in certificate.sums]
    blocks = [
        text(sentence % {**days, "who": certificate.issued_by}),
        text(
            _(
                "Les lignes effacées n’existent plus dans la base, même chiffrées. Ce certificat n’en indique que le "
                "nombre."
            )
        ),
        head(_("Lignes reprises")),
        table(sums, (120, 34), numbers=True),
    ]
    if rows := [(row.agency, row.category, row.outcome, _figure(row.lines)) for row in certificate.rows]:
        heads = (_("Agence"), _("Catégorie"), _("Devenir"), _("Lignes"))
        blocks += [head(_("Lignes sous scellés")), table(rows, (44, 38, 54, 18), heads, numbers=True)]
    blocks += [
        head(_("Pour vérifier")),
        proof([part for line in certificate.proof for part in wrap(line, 64)]),
        note(
            _(
                "La signature porte sur les nombres de lignes, écrits comme l’indique docs/legacy-comments.md ; sha256 "
                "est l’empreinte du fichier repris."
            )
        ),
    ]
    return document(_("Certificat de destruction"), landlord, blocks)


def _figure(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0" if in_french() else ",")
