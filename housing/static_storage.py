"""Storage for static files. Each file's name contains a hash of its content, so that browsers may cache it for ever."""

from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Collected(CompressedManifestStaticFilesStorage):
    """Uses file names without hash as long as no manifest of `collectstatic` exists, as in tests and development."""

    def url(self, name: str | None, force: bool = False) -> str:
        if not self.hashed_files:
            return StaticFilesStorage.url(self, name)
        return str(super().url(name, force))
