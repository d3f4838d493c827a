from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"

    def ready(self) -> None:
        from access.database.functions import registered
        from privacy.retention_periods import HIDDEN_BY

        registered.hidden_by_conflict = "tenants_walled_here"
        registered.narrow["reference"] = "tenants_narrow_to_account"
        registered.residents_reached = "tenants_reached"
        registered.building_of["account"] = "SELECT building FROM tenants_account_place(upper(%s))"
        HIDDEN_BY.update(residence="tenants_residence", until_settled="tenants_account")
