from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "access"

    def ready(self) -> None:
        # Importing these modules registers their system checks and signal receivers.
        from access import checks, deploy_checks, startup  # noqa: F401
        from access.grants import duty_holders  # noqa: F401
        from access.signin import signals  # noqa: F401
