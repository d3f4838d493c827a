from django.apps import AppConfig


class AllocationsConfig(AppConfig):
    name = "allocations"

    def ready(self) -> None:
        from access.database.functions import registered
        from allocations.models import Application

        registered.occasion_model = Application
