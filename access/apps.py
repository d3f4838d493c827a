from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "access"

    def ready(self) -> None:
        from access.signin import signals  # noqa: F401  (registers checks; hears sign-in and sign-out)
