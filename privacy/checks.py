"""What Django's `check`, and every command that runs it, asks about the key ring."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import connections
from django.utils.translation import gettext as _

from privacy import keys
from privacy.encryption import Unreadable, open_
from privacy.resealing import sealed_fields


def key_ring_is_ready(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """No ring: an error in production, a warning elsewhere. The web process runs no check: it calls `keys.ring()`."""
    try:
        keys.ring()
    except keys.KeyRingRefused as refusal:
        kind = Warning if settings.DEBUG or settings.DEMO else Error
        return [kind(str(refusal), id="privacy.E003")]
    return _kept_outside(keys.ring_path())


def _kept_outside(path: Path) -> list[CheckMessage]:
    """The local state folder is never committed; anywhere else in the code's folder, a key would be one day."""
    code = Path(settings.BASE_DIR).resolve()
    place = path.resolve()
    if not place.is_relative_to(code) or place.is_relative_to(code / ".local"):
        return []
    return [Error("LOGE_KEYS names a file inside the code's own folder: move it out.", id="privacy.E004")]


def key_ring_opens_the_base(databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:
    """`manage.py check --database owner`. A ring made anew beside a base that is still there has the names of its keys
    and none of its keys: nobody would know before a page failed."""
    if "owner" not in (databases or ()) or not _ring_is_there():
        return []
    with connections["owner"].cursor() as cursor:
        there = set(connections["owner"].introspection.table_names(cursor))
        opened = [one for place in _places() if place[0] in there for one in _opens(cursor, *place)]
    if any(opened) or not opened:
        return []
    said = _(
        "Le trousseau %(path)s n’ouvre rien de ce que la base tient sous clé : ce n’est pas le sien. Remettez celui "
        "qui va avec elle. D’une démonstration, effacez les données : « python -m housing.embedded status » dit où "
        "elles sont."
    )
    return [Error(said % {"path": keys.ring_path()}, id="privacy.E005")]


def _ring_is_there() -> bool:
    """Without one a check of its own says so, and nothing opens."""
    try:
        keys.ring()
    except keys.KeyRingRefused:
        return False
    return True


def _places() -> Iterator[tuple[str, str, str]]:
    """Table, sealed column, and the column that says of which row: of every model, and of the sealed log beneath."""
    yield from (("audit_pseudonym", "key", "whose"), ("audit_salt", "key", "month"))
    yield from ((*one.place, str(one.model._meta.pk.column)) for one in sealed_fields(apps.get_models()))


def _opens(cursor: Any, table: str, column: str, row: str) -> Iterator[bool]:
    """Of one value, if there is any."""
    asked = f"SELECT {row}::text, {column} FROM {table} WHERE {column} IS NOT NULL LIMIT 1"  # noqa: S608 - names of ours
    cursor.execute(asked)
    for whose, sealed in cursor.fetchall():
        try:
            open_(bytes(sealed), table=table, column=column, row=whose)
            yield True
        except Unreadable:
            yield False
