"""Writes an exhibit as a zip archive: a CSV or JSON file with its detached signature. `paper.py` makes the PDF.

The signature can be verified with OpenSSL alone (docs/evidence.md). The signing key is derived from the server's
encryption keys by privacy/encryption/signing.py.
"""

import io
import json
from collections.abc import Sequence
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from formats.language import in_french
from formats.spreadsheets import sheet
from inspection.exhibits.shape import Exhibit, plain
from privacy.encryption.signing import public_pem, sign_bytes

KEY_NAME = "loge.pem"


def json_bytes(exhibit: Exhibit) -> bytes:
    document = {**exhibit.statement, "content": exhibit.content}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def csv_bytes(exhibit: Exhibit) -> bytes:
    """Return the CSV file: first who asked for the exhibit, when and with which inputs, then each table."""
    lines: list[Sequence[object]] = [list(pair) for pair in file_head(exhibit)]
    for table in exhibit.tables:
        lines += [[], [table.title]]
        if table.note:
            lines.append([table.note])
        lines.append(list(table.columns))
        lines += ([plain(cell) for cell in row] for row in table.rows)
    return sheet((exhibit.number, exhibit.title), lines)


def file_head(exhibit: Exhibit) -> list[tuple[str, str]]:
    """Return the (name, value) pairs at the beginning of an exhibit's CSV, PDF and readme.

    The pairs say who asked for the exhibit, when and how. The digest identifies the exhibit's content. The
    checkpoint, a signature over the audit log, identifies the state of the log.
    """
    at = timezone.localtime(exhibit.made_at)
    return [
        (_("Organisme"), exhibit.landlord),
        (_("Établi le"), f"{at:%d/%m/%Y, %H:%M:%S}" if in_french() else f"{at:%Y-%m-%d, %H:%M:%S}"),
        (_("Demandé par"), exhibit.by),
        *((str(name), value) for name, value in exhibit.inputs),
        (_("Empreinte du contenu (SHA-256)"), exhibit.digest),
        (_("Sceau de la trace"), " ".join(exhibit.checkpoint.split()) or _("aucun encore")),
    ]


def archive(exhibit: Exhibit, kind: str) -> bytes:
    """Return a zip archive with the exhibit as `kind` ("csv" or "json"), its signature, the public key and a readme."""
    name = f"{file_name(exhibit)}.{kind}"
    content = csv_bytes(exhibit) if kind == "csv" else json_bytes(exhibit)
    key_id, signature = sign_bytes(content)
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as packed:
        inside = {
            name: content,
            f"{name}.sig": signature,
            KEY_NAME: public_pem(key_id),
            _("LISEZ-MOI.txt"): readme(exhibit, name, key_id).encode(),
        }
        for member, body in inside.items():
            packed.writestr(ZipInfo(member, timezone.localtime(exhibit.made_at).timetuple()[:6]), body)
    return buffer.getvalue()


def readme(exhibit: Exhibit, name: str, key_id: str) -> str:
    """Return the archive's readme, with the OpenSSL command that verifies the signature of the file `name`."""
    command = f"openssl pkeyutl -verify -pubin -inkey {KEY_NAME} -rawin -in {name} -sigfile {name}.sig"
    return "\n".join(
        [
            f"{exhibit.number} · {exhibit.title}",
            *(f"{label} : {value}" for label, value in file_head(exhibit)),
            "",
            _("Signature Ed25519, clé %(key)s. Pour vérifier, sans Loge :") % {"key": key_id},
            command,
            _("La clé jointe ne suffit pas comme preuve : comparez-la à celle que l’organisme publie."),
            "",
        ]
    )


def file_name(exhibit: Exhibit) -> str:
    return f"{exhibit.number}-{timezone.localtime(exhibit.made_at):%Y-%m-%d-%H%M%S}"
