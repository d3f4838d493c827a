"""The invented landlord, loaded once; then who one can be there."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from access.models import Assignment, Person
from access.roles import ROLES
from desk.demo.cast import MEMBERS, Member
from desk.demo.load import PASSWORD, NotEmpty, load, loaded
from desk.populate.copying import JOBS
from privacy.keys import KeyRingRefused


class Command(BaseCommand):
    help = (
        "Charge un organisme inventé, une seule fois, et dit qui l’on peut y être. Pour une machine de démonstration."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "Ceci n’est pas une machine de démonstration\u00a0: un mot de passe connu de tous n’y entre pas. "
                "LOGE_DEMO=1 dit le contraire, et « ./dev demo » le met."
            )
        try:
            if not loaded():
                self.stdout.write("Chargement de l’organisme inventé…")
                load(by="demo")
        except NotEmpty as error:
            raise CommandError(
                "La base contient déjà un organisme\u00a0: la démonstration veut une base vide."
            ) from error
        except KeyRingRefused as error:
            raise CommandError(str(error)) from error
        self.present()

    def present(self) -> None:
        """One screen: name, address to sign in with, roles and places, what to look for."""
        for member in MEMBERS:
            person = Person.objects.using(JOBS).filter(name=member.name, is_active=True).first()
            if person:
                self.stdout.write(f"{person.name:<18} {person.email:<36} {_posts(person)}{_note(member)}")
        self.stdout.write(self.style.SUCCESS(f"\nMot de passe de chacun\u00a0: {PASSWORD}"))


def _posts(person: Person) -> str:
    rows = Assignment.objects.using(JOBS).filter(person=person).select_related("place").order_by("first_day", "pk")
    return "\u202f; ".join(f"{ROLES[row.role].name}, {row.place.name}" for row in rows) or "aucune affectation"


def _note(member: Member) -> str:
    return f" ({member.story})" if member.story else ""
