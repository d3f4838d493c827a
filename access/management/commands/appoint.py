"""Appoints a landlord's first two access administrators. Later ones need an access request and its approval."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import connections, transaction

from access.grants.actions.assignments import record_granted
from access.grants.grant_rules import must_have_staff_address
from access.grants.grant_terms import LONGEST
from access.grants.reasons import StartReason
from access.models import Assignment, Level, Person, Place
from access.roles import ACCESS_ADMINISTRATOR
from audit import events
from audit.record import Subject, record

OWNER = "owner"
# The command appoints two access administrators at most: one can then request a third, and the other approve it.
ENOUGH = 2


class Command(BaseCommand):
    help = (
        "Nomme, depuis le serveur, l’un des deux premiers administrateurs des accès. "
        "Refuse d’en nommer un troisième : cet accès se demande dans Loge."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="adresse électronique professionnelle de la personne")
        parser.add_argument("name", help="nom de la personne, affiché à ses collègues")
        parser.add_argument(
            "--by", required=True, help="identifiant de la personne qui lance la commande, inscrit dans la trace"
        )

    def handle(self, *args: Any, email: str, name: str, by: str, **options: Any) -> None:
        try:
            with transaction.atomic(using=OWNER):
                person = appoint(email.strip().lower(), name.strip(), f"appoint:{by}")
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except TypeError as error:
            raise CommandError("--by veut un identifiant : lettres, chiffres, points et tirets.") from error
        self.stdout.write(
            self.style.SUCCESS(
                f"{person.name} administre les accès. Mot de passe : « Mot de passe oublié ? », page de connexion."
            )
        )


def appoint(email: str, name: str, machine: str) -> Person:
    """Add the person, grant the role, and write both audit events in one transaction, as the database owner.

    Raises ValidationError.
    """
    must_have_staff_address(email, ACCESS_ADMINISTRATOR.code)
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('loge appoint')), loge_today()")
        day = cursor.fetchone()[1]
    assignments = Assignment.objects.using(OWNER).filter(role=ACCESS_ADMINISTRATOR.code, person__is_active=True)
    if assignments.in_force(day).values("person").distinct().count() >= ENOUGH:
        raise ValidationError("Deux personnes administrent déjà les accès : demandez l’accès suivant dans Loge.")
    top = Place.objects.using(OWNER).filter(parent=None).first()
    if top is None:
        top = Place(level=Level.ORGANISATION, code="ORGANISME", name=settings.HOUSE_NAME)
        top.save(using=OWNER)
        top.refresh_from_db(using=OWNER)
    person: Person | None = Person.objects.using(OWNER).filter(email=email).first()
    if person is None:
        person = Person(email=email, name=name, employed_at=top)
        person.set_unusable_password()
        person.clean_fields()
        person.save(using=OWNER)
        about = Subject("person", person.pk)
        record(events.PERSON_ADDED, by=machine, using=OWNER, about=about, place=top.pk, person=person.pk)
    assignment = Assignment(person=person, role=ACCESS_ADMINISTRATOR.code, place=top, reason=StartReason.POSTING)
    assignment.first_day, assignment.last_day = day, day + LONGEST - timedelta(days=1)
    assignment.save(using=OWNER)
    record_granted(by=machine, assignment=assignment, using=OWNER)
    return person
