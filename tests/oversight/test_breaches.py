"""The register of personal data breaches.

Only the data protection officer may add entries. An entry consists of codes and days, and cannot be changed.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, connections, transaction

from access.compartments import Compartment
from oversight.actions.breaches import note_breach
from oversight.models import Breach
from tests.builders import OWNER, events, paris_day
from tests.form_values import typed

SAID = {"nature": "confidentiality", "touched": "contact", "people": "12", "consequence": "risk", "measure": "closed"}


def test_later_entry_keeps_the_number_of_the_breach(landlord, sign_in):
    ines = sign_in("ines")
    assert "/registre/violations/" in ines.get("/registre/").content.decode()
    assert "Aucune violation enregistrée" in ines.get("/registre/violations/").content.decode()
    assert ines.post("/registre/violations/", {**SAID, "known_on": typed(-2)}).status_code == 302
    later = {**SAID, "number": "1", "known_on": typed(-2), "notified_on": typed(-1), "measure": "corrected"}
    assert ines.post("/registre/violations/", later).status_code == 302
    assert ines.post("/registre/violations/", {**SAID, "known_on": typed(-1)}).status_code == 302
    rows = list(Breach.objects.using(OWNER).order_by("noted_at"))
    assert [(item.number, item.measure, item.hours_allowed) for item in rows] == [
        (1, "closed", False),
        (1, "corrected", True),
        (2, "closed", False),
    ]
    first, *_others = events(kind="breach_noted")
    assert first["facts"] == {"breach": 1, "nature": "confidentiality", "people": 12}
    page = sign_in("ines").get("/registre/violations/").content.decode()
    assert "notifiée le" in page and "non notifiée" in page


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"number": "7"}, "Aucune violation n’a ce numéro"),
        ({"known_on": typed}, "dans le futur"),
        ({"notified_on": lambda _days: typed(1)}, "dans le futur"),
        ({"told_on": lambda _days: typed(1)}, "dans le futur"),
        ({"notified_on": typed}, "date de notification doit être postérieure"),
    ],
)
def test_impossible_values_are_refused(landlord, sign_in, wrong, why):
    days = {"known_on": 1, "notified_on": -3, "told_on": 0}
    text = {**SAID, "known_on": typed(), **{k: v(days[k]) if callable(v) else v for k, v in wrong.items()}}
    assert why in sign_in("ines").post("/registre/violations/", text).content.decode()
    assert not Breach.objects.using(OWNER).exists() and events(kind="breach_noted") == []


def test_entries_cannot_be_changed_or_deleted(landlord, sign_in):
    sign_in("ines").post("/registre/violations/", {**SAID, "known_on": typed()})
    for statement in ("UPDATE oversight_breach SET people = 0", "DELETE FROM oversight_breach"):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(durable=True),
            connections["default"].cursor() as cursor,
        ):
            person = str(landlord.person("ines").pk)
            role = Compartment.INSPECTION.database_role
            cursor.execute("SELECT set_config('role', %s, true), set_config('loge.person', %s, true)", [role, person])
            cursor.execute(statement)
    assert Breach.objects.using(OWNER).get().people == 12


def test_concurrent_breaches_get_distinct_numbers(landlord):
    ines = landlord.person("ines")
    text = {**SAID, "people": 12, "known_on": paris_day(), "notified_on": None, "told_on": None}
    together = Barrier(2, timeout=20)

    def noted(_turn):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                worn = [Compartment.INSPECTION.database_role, str(ines.pk)]
                cursor.execute("SELECT set_config('role', %s, true), set_config('loge.person', %s, true)", worn)
                together.wait()
                made = note_breach(by=ines, number=None, fields=text).number
                time.sleep(0.3)
                return made
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(noted, range(2))) == [1, 2]
