"""`manage.py check_phones`: lists the rows whose stored telephone number cannot exist."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from access.models import Place
from formats.telephone import validate_agency_phone, validate_phone
from tenants.models import Representative, Tenant

CHECKED = ((Place, validate_agency_phone), (Tenant, validate_phone), (Representative, validate_phone))


class Command(BaseCommand):
    help = "Affiche les identifiants des lignes dont le numéro de téléphone est impossible, sans afficher le numéro."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for model, validate in CHECKED:
            rows = model._default_manager.using("owner").exclude(phone="").values_list("pk", "phone")
            for pk, phone in rows.iterator(chunk_size=5_000):
                try:
                    validate(phone)
                except ValidationError:
                    wrong += 1
                    self.stdout.write(f"{model._meta.db_table} {pk}")
        self.stdout.write(_("Numéros de téléphone non valides : %(count)s.") % {"count": wrong})
