"""System checks of the key ring, the file with the encryption keys."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import connections
from django.utils.translation import gettext as _

from privacy.encryption import keys
from privacy.encryption.resealing import sealed_fields
from privacy.encryption.values import Unreadable, open_


def key_ring_is_ready(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """System check that the key ring, the file of encryption keys, exists. If it is missing, the check gives an error
    in production, and a warning in a demonstration or an unconfigured clone.

    The web process does not run this check; it calls `keys.ring()` when it starts.
    """
    try:
        keys.ring()
    except keys.KeyRingRefused as refusal:
        kind = Warning if settings.DEBUG or settings.DEMO or settings.UNCONFIGURED else Error
        return [kind(str(refusal), id="privacy.E003")]
    # A key file inside the code's folder might be committed. Only the local state folder, which git ignores, is safe.
    code, place = Path(settings.BASE_DIR).resolve(), keys.ring_path().resolve()
    if not place.is_relative_to(code) or place.is_relative_to(code / ".local"):
        return []
    return [Error("LOGE_KEYS names a file inside the code's own folder: move it out.", id="privacy.E004")]


def key_ring_opens_the_base(databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:
    """Check that the key ring can decrypt the values in the database (`manage.py check --database owner`).

    A key ring created to replace a lost one has the same key ids but other keys. Without this check, the mistake would
    be noticed only when a page fails to show an encrypted value.
    """
    if "owner" not in (databases or ()):
        return []
    try:
        keys.ring()
    except keys.KeyRingRefused:
        # Skip this check without a key ring, because the check `key_ring_is_ready` reports a missing key ring.
        return []
    # `places` lists the columns with encrypted values, each as (table, column, primary key of the table).
    places = [("audit_pseudonym", "key", "whose"), ("audit_salt", "key", "month")]
    places += [(*field.place, str(field.model._meta.pk.column)) for field in sealed_fields(apps.get_models())]
    unreadable = False
    with connections["owner"].cursor() as cursor:
        existing = set(connections["owner"].introspection.table_names(cursor))
        for table, column, row in (place for place in places if place[0] in existing):
            query = f"SELECT {row}::text, {column} FROM {table} WHERE {column} IS NOT NULL LIMIT 1"  # noqa: S608 - names of models
            cursor.execute(query)
            for whose, sealed in cursor.fetchall():
                try:
                    open_(bytes(sealed), table=table, column=column, row=whose)
                    return []
                except Unreadable:
                    unreadable = True
    if not unreadable:
        return []
    message = _(
        "Le trousseau de clés %(path)s n’ouvre aucune donnée chiffrée de la base : il appartient à une autre base. "
        "Remettez celui de cette base. Pour une démonstration, effacez les données : « python -m "
        "housing.database.embedded status » indique où elles sont."
    )
    return [Error(message % {"path": keys.ring_path()}, id="privacy.E005")]
