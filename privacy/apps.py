from django.apps import AppConfig
from django.core import checks


class PrivacyConfig(AppConfig):
    name = "privacy"

    def ready(self) -> None:
        from privacy.checks import key_ring_is_ready, key_ring_opens_the_base

        checks.register(key_ring_is_ready, checks.Tags.security)
        checks.register(key_ring_opens_the_base, checks.Tags.database)
