from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "access"

    def ready(self) -> None:
        # Importing a module of system checks or signal receivers registers these checks and receivers.
        from access import checks, deploy_checks, startup  # noqa: F401
        from access.grants import duty_holders  # noqa: F401
        from access.signin import signals  # noqa: F401
