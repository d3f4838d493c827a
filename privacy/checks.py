"""What Django's `check`, and every command that runs it, asks about the key ring."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from privacy import keys


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
