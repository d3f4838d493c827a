"""`manage.py demo`: loads the invented landlord, unless it is loaded already, and lists the people to sign in as."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from access.models import Person
from demo.cast import MEMBERS
from demo.load import PASSWORD, NotEmpty, load, loaded
from formats.bulk_copy import JOBS
from privacy.encryption.keys import KeyRingRefused


class Command(BaseCommand):
    help = (
        "Charge l’organisme inventé, sauf s’il l’est déjà, et affiche ses employés. Pour une machine de démonstration."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "Ceci n’est pas une machine de démonstration\u00a0: un mot de passe connu de tous n’y entre pas. "
                "LOGE_DEMO=1 dit le contraire, et « ./dev demo » le met."
            )
        try:
            if not loaded():
                self.stdout.write("Chargement de l’organisme fictif…")
                load(by="demo")
        except NotEmpty as error:
            raise CommandError(
                "La base contient déjà un organisme\u00a0: utilisez une base vide pour la démonstration."
            ) from error
        except KeyRingRefused as error:
            raise CommandError(str(error)) from error
        self.present()

    def present(self) -> None:
        """Print the password, and the employees who can be chosen on the demonstration's sign-in page: at least one for
        each role."""
        people = {p.name: p for p in Person.objects.using(JOBS).filter(is_active=True)}
        listed = [(people[member.name], member) for member in MEMBERS if member.story and member.name in people]
        for person, member in listed:
            sign_in = person.email.split("@")[0]
            self.stdout.write(f"{person.name:<16} {sign_in:<16} {member.first_role} ({member.story})")
        domain, others = person.email.split("@")[1], len(people) - len(listed)
        self.stdout.write(f"Les {others} autres\u00a0: prenom.nom, sans accents. À chaque nom\u00a0: @{domain}.")
        self.stdout.write(self.style.SUCCESS(f"Mot de passe de chacun\u00a0: {PASSWORD}"))
        self.stdout.write(
            "Choisissez une personne à la page de connexion. Avec un mot de passe, Loge demande ensuite une clé\n"
            "ou une application de codes, comme partout. Les clés veulent l’adresse http://localhost, pas 127.0.0.1."
        )
