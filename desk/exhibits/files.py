"""An exhibit to take away: CSV or JSON with the signature beside it in one archive, or paper with it at the foot.

Each is signed by the ring's key (privacy/signing.py) and is verified with OpenSSL alone: docs/evidence.md.
"""

import io
import json
from collections.abc import Iterable, Sequence
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from access.language import in_french
from access.sheets import sheet
from desk.exhibits.shape import Exhibit, plain
from privacy.signing import public_pem, sign_bytes

KEY_NAME = "loge.pem"


def json_bytes(exhibit: Exhibit) -> bytes:
    said = {**exhibit.statement, "content": exhibit.content}
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def csv_bytes(exhibit: Exhibit) -> bytes:
    """A sheet: who asked for what and when, then each table under its title."""
    head = (exhibit.number, exhibit.title)
    return sheet(head, _lines(exhibit))


def _lines(exhibit: Exhibit) -> Iterable[Sequence[object]]:
    for name, said in told(exhibit):
        yield [name, said]
    for table in exhibit.tables:
        yield []
        yield [table.title]
        yield from ([table.note] for _once in range(bool(table.note)))
        yield list(table.columns)
        yield from ([plain(cell) for cell in row] for row in table.rows)


def told(exhibit: Exhibit) -> list[tuple[str, str]]:
    """What stands at the head of each file."""
    at = timezone.localtime(exhibit.made_at)
    names = [
        (_("Organisme"), exhibit.landlord),
        (_("Établi le"), f"{at:%d/%m/%Y, %H:%M:%S}" if in_french() else f"{at:%Y-%m-%d, %H:%M:%S}"),
        (_("Demandé par"), exhibit.by),
        *((str(name), said) for name, said in exhibit.asked),
        (_("Empreinte du contenu (SHA-256)"), exhibit.digest),
        (_("Sceau de la trace"), " ".join(exhibit.checkpoint.split()) or _("aucun encore")),
    ]
    return names


def archive(exhibit: Exhibit, kind: str) -> bytes:
    """`kind`: csv or json. The file, its signature (64 bytes), the public key and how to verify."""
    name = f"{file_name(exhibit)}.{kind}"
    content = csv_bytes(exhibit) if kind == "csv" else json_bytes(exhibit)
    key_id, signature = sign_bytes(content)
    held = io.BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as packed:
        inside = {
            name: content,
            f"{name}.sig": signature,
            KEY_NAME: public_pem(key_id),
            _("LISEZ-MOI.txt"): _how(exhibit, name, key_id).encode(),
        }
        for called, body in inside.items():
            packed.writestr(ZipInfo(called, timezone.localtime(exhibit.made_at).timetuple()[:6]), body)
    return held.getvalue()


def _how(exhibit: Exhibit, name: str, key_id: str) -> str:
    command = f"openssl pkeyutl -verify -pubin -inkey {KEY_NAME} -rawin -in {name} -sigfile {name}.sig"
    return "\n".join(
        [
            f"{exhibit.number} · {exhibit.title}",
            *(f"{label} : {said}" for label, said in told(exhibit)),
            "",
            _("Signature Ed25519, clé %(key)s. Pour vérifier, sans Loge :") % {"key": key_id},
            command,
            _("La clé jointe ne prouve rien à elle seule : comparez-la à celle que l’organisme publie."),
            "",
        ]
    )


def file_name(exhibit: Exhibit) -> str:
    return f"{exhibit.number}-{timezone.localtime(exhibit.made_at):%Y-%m-%d-%H%M%S}"
