from django.apps import AppConfig


class BuildingsConfig(AppConfig):
    name = "buildings"

    def ready(self) -> None:
        from access.database.functions import registered
        from buildings.models import Building

        registered.guarded_model = Building
        registered.object_access = "buildings_threshold"
        registered.narrow["pk"] = "buildings_narrow_to"
        registered.building_of["rpls"] = "SELECT building_id FROM buildings_unit WHERE rpls_id = lower(%s)"
        registered.building_of["unit"] = "SELECT building_id FROM buildings_unit WHERE id::text = lower(%s)"
