"""The night after an application is closed, everything that identifies the applicant must be erased.

The test plants words, numbers and dates in all applications, and uses every page, form and API endpoint of allocations.
Then it closes each application for one of the motives, runs the nightly commands, and searches all stored data.
"""

import io
import re
from collections.abc import Iterator
from datetime import datetime, time
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.db import connections
from django.test import Client

from access.models import Person
from allocations.actions.closings import BY_HAND
from allocations.actions.scores import compute_scores
from allocations.models import Application, Candidacy, ClosingMotive, ClosingWarning, OwedExamination
from allocations.models.application import WARNED_FIRST
from allocations.urls import urlpatterns
from rights.disclosure.exclusions import MODELS_ABOUT_APPLICANTS
from tests.builders import OWNER, paris_day, run
from tests.clock import PARIS, stand
from tests.sample_objects import SampleObjects
from tests.text_inputs.stored import Log, opened
from tests.visits import Visit, visits

pytestmark = [
    pytest.mark.usefixtures("unkept"),
    pytest.mark.unwatched("what is stored is searched; other tests compare what these pages show with their events"),
]
# WORD is planted in data that must be erased. MOVED is planted in data that a signed lease takes over.
WORD, MOVED = "Zyxqwanary", "Vutsrmover"
PLANTED = ("zyxqw", "39987654", "13579246", "13579200", "1931-07-19", "2011-11-23", "2019-05-23")
FOLLOWED = ("vutsr", "39987321", "1932-08-21")
# Columns that the lease takes over from the application: names, contact, birth date and lease holder.
CARRIED = {
    "tenants_tenant.last_name",
    "tenants_tenant.first_name",
    "tenants_tenant.name_key",
    "tenants_tenant.phone",
    "tenants_tenant.email",
    "tenants_leaseparty.name_key",
    "tenants_residence.name_key",
    "tenants_searchkey.key",
    "tenants_identity.birth_date",
}
# Rows for the national register keep the application number until 31 days after sending, to be sent again if needed.
WAITING = {"allocations_registryrow.number"}
# Maps columns that may still have the id of a deleted row to the reason. No other row links this id to a person.
ORPHANS = {
    "audit_event.about": "the log of who viewed the application, until its own retention period ends",
    "audit_event.shown": "the same",
    "access_sentact.result": "what an API request with this idempotency key gave, so that it is not repeated",
    "allocations_shortlistline.pseudonym": "the sealed pseudonym, whose link to an application is deleted",
}
# Models whose rows outlive the deleted application, because the applicant may contest a decision of the commission.
FOR_A_CLAIM = ("Candidacy", "Sheet", "Decision", "Offer", "HandOver", "Vote", "ClaimReading", "Recusal", "Seat")
STAYING = ("ShortlistLine", "RegistryRow")
# Each pair is (pattern, replacement). Replacements are recognisable: the test later searches all stored data for them.
INSTEAD = (
    (re.compile(r"ABCDE$"), "ZYXQW"),
    (re.compile(r"^12/03/1987$"), "19/07/1931"),
    (re.compile(r"^1987-03-12$"), "1931-07-19"),
    (re.compile(r"^(01/09/2018)$"), "23/11/2011"),
    (re.compile(r"^2018-09-01$"), "2011-11-23"),
    (re.compile(r"^06 39 98 12 34$"), "06 39 98 76 54"),
    (re.compile(r"^18 400$"), "135 792"),
)
# LEASE is SQL that returns whether a hand-over still refers to its lease.
LEASE = "SELECT lease IS NOT NULL FROM allocations_handover WHERE candidacy_id = %s"
# DIGESTS is SQL that selects the stored results of API requests that contained names or numbers.
DIGESTS = (
    "SELECT result FROM access_sentact WHERE digest <> '' AND (result::text = ANY (%s)"
    " OR result IN (SELECT id FROM allocations_candidacy WHERE application_id IS NULL))"
)
# These pages end or withdraw objects that other pages need, so the test uses them last.
LAST = ("candidacy_withdraw", "vacancy_withdraw", "contingent_end", "application_close", "application_leave")
NIGHT = ("expire_notes", "compute_scores", "run_grid_lab", "measure_exposure", "measure_board", "check_balances")


def plant(moving: Application) -> None:
    """Write the planted words, numbers and dates into every row that can store them, with the owner's login."""
    for table in ("application", "ground", "priority"):
        run(f"ALTER TABLE allocations_{table} DISABLE TRIGGER USER")
    run("UPDATE allocations_application SET rooms_from = 2, rooms_to = 3, number = substr(number, 1, 13) || 'ZYXQW'")
    identity = (
        "UPDATE allocations_applicant SET last_name = %(word)s, first_name = %(word)s, name_key = lower(%(name)s),"
        " email = lower(%(word)s) || '@exemple.fr', phone = %(phone)s, birth_date = %(birth)s,"
        " street = '7 rue Zyxqwanary', postcode = '75998', city = 'Zyxqwanary', cmi = true"
        " WHERE (application_id = %(moving)s) = %(moves)s"
    )
    with connections[OWNER].cursor() as cursor:
        for word, phone, birth in ((WORD, "+33639987654", "1931-07-19"), (MOVED, "+33639987321", "1932-08-21")):
            values: dict[str, str | bool] = {"word": word, "name": f"{word} {word}", "phone": phone, "birth": birth}
            cursor.execute(identity, values | {"moving": str(moving.pk), "moves": word == MOVED})
    run("UPDATE allocations_householdmember SET birth_date = '2011-11-23'")
    run("UPDATE allocations_income SET rfr_cents = 13579246 WHERE proof = ''")
    run("UPDATE allocations_ground SET attested_on = '2019-05-23'")
    run("UPDATE allocations_priority SET attested_on = '2019-05-23'")
    for table in ("application", "ground", "priority"):
        run(f"ALTER TABLE allocations_{table} ENABLE TRIGGER USER")


def planted(value: Any, name: str = "") -> Any:
    """Replace the sample applicants' data in a posted value by the planted words, numbers and dates."""
    if isinstance(value, dict):
        return {key: planted(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [planted(part) for part in value]
    if name == "rfr_cents" and isinstance(value, int):
        return 13_579_246
    if not isinstance(value, str):
        return value
    if name.endswith(("last_name", "first_name")):
        return WORD
    for pattern, other in INSTEAD:
        value = pattern.sub(other, value)
    return value


def ways() -> list[Visit]:
    """Return all pages and API endpoints of allocations, and the page of an applicant's access report."""
    names = {pattern.name for pattern in urlpatterns} | {"applicant_report"}
    own = [
        visit for visit in visits() if visit.name in names or visit.name.startswith(("api_appl", "api_doc", "api_vac"))
    ]
    return sorted(own, key=lambda visit: visit.name in LAST)


def use_every_page(sample_objects: SampleObjects, sign_in) -> tuple[dict[str, Client], dict[str, int]]:
    """Open every page and send every form.

    Returns two dicts: URL of a page -> client that opened it, and name of a page -> response status of its form.
    """
    clients = {name: sign_in(name) for name in {visit.who for visit in ways()}}
    pages: dict[str, Client] = {}
    statuses: dict[str, int] = {}
    for visit in ways():
        client, url = clients[visit.who], visit.url(sample_objects)
        if "GET" in visit.methods and client.get(url).status_code == 200:
            pages[url] = client
        if visit.posts:
            more = {"content_type": "application/json", "headers": {"Idempotency-Key": str(uuid4())}}
            answer = client.post(url, planted(visit.post(sample_objects)), **more if visit.door.api else {})
            statuses[visit.name] = answer.status_code
    return pages, statuses


def close_all(by: Person, inadmissible: Candidacy) -> set[str]:
    """Close the open applications, each for one of the motives. Returns the motives.

    One expired application is left open for the nightly command.
    """
    run("ALTER TABLE allocations_decision DISABLE TRIGGER USER")
    refused = "kind = 'e', motive = 'over_every_ceiling', rank = NULL"
    run(f"UPDATE allocations_decision SET {refused} WHERE candidacy_id = %s", inadmissible.pk)
    run("ALTER TABLE allocations_decision ENABLE TRIGGER USER")
    rows = Application.objects.using(OWNER).exclude(state="closed")
    expired, *others = sorted(rows, key=lambda row: (row.pk == inadmissible.application_id, row.filed_on, row.pk))
    run("UPDATE allocations_application SET renew_by = loge_today() - 40 WHERE id = %s", expired.pk)
    motives = cycle(motive.value for motive in BY_HAND if motive is not ClosingMotive.INADMISSIBLE)
    for application in others:
        motive = "inadmissible" if application.pk == inadmissible.application_id else next(motives)
        if motive in WARNED_FIRST:
            run(
                "UPDATE allocations_closingwarning SET withdrawn_on = loge_today() WHERE application_id = %s",
                application.pk,
            )
            days = {"sent_on": paris_day(-50), "delivered_on": paris_day(-45), "delivery": "received"}
            ClosingWarning(application=application, motive=motive, sent_by=by, **days).save(using=OWNER)
        if motive == ClosingMotive.NOT_RENEWED and application.filed_on == paris_day():
            # An application filed today cannot be closed as not renewed: its renewal date has not come.
            motive = next(motives)
        late = ", renew_by = loge_today() - 1" if motive == ClosingMotive.NOT_RENEWED else ""
        run(
            f"UPDATE allocations_application SET state = 'closed', closed_on = loge_today(), closing_motive = %s{late}"
            " WHERE id = %s",
            motive,
            application.pk,
        )
    return set(Application.objects.using(OWNER).values_list("closing_motive", flat=True)) - {""}


def cells(*words: str) -> set[str]:
    """Return the columns, as `table.column`, in which a value contains one of the words in any case or as bytes."""
    pattern = "|".join(words)
    tables = run(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    queries = " UNION ".join(
        f"SELECT '{table}.' || c.key FROM {table} t, jsonb_each_text(to_jsonb(t)) c"
        f" WHERE t::text ~* %(pattern)s AND c.value ~* %(pattern)s"
        for (table,) in tables
    )
    # The audit log has one table for each month, so the month is removed from the table's name.
    columns = run(queries.replace("%(pattern)s", f"'{pattern}'"))
    return {re.sub(r"_[0-9]{6}(?=[.])", "", name) for (name,) in columns}


def in_bytes(words: tuple[str, ...]) -> list[str]:
    """Return the words as PostgreSQL prints them inside a binary column, in hexadecimal.

    The first letter is left out, because it may be upper or lower case.
    """
    return [word[1:].encode().hex() for word in words]


def ids_of_applicants() -> list[str]:
    """Return the ids of all applications, and of all rows that are deleted with an application."""
    ids = [pk for (pk,) in run("SELECT pseudonym::text FROM allocations_poollink")]
    for name in set(MODELS_ABOUT_APPLICANTS) - {*FOR_A_CLAIM, "PoolEntry", "PoolLink", "ApplicationUserPermission"}:
        model = apps.get_model("allocations", name)
        if name != "ShortlistLine" and isinstance(model._meta.pk, type(Application._meta.pk)):
            ids += [str(pk) for pk in model.objects.using(OWNER).values_list("pk", flat=True)]
    return ids


def files() -> Iterator[str]:
    """Yield the contents of the files in the folder of the keys, such as the lists of erasures and of keys."""
    for path in Path(settings.KEY_FILE).parent.rglob("*"):
        if path.is_file():
            yield path.read_bytes().decode("utf-8", "replace")


def send_long_ago() -> None:
    """Mark the rows for the national register as sent 32 days ago."""
    run("INSERT INTO allocations_registryrun (number, made_on, rows, digest) VALUES (1, loge_today() - 32, 1, '')")
    run("ALTER TABLE allocations_registryrow DISABLE TRIGGER USER")
    run("UPDATE allocations_registryrow SET run_id = 1, sent_on = loge_today() - 32")
    run("ALTER TABLE allocations_registryrow ENABLE TRIGGER USER")


def counts() -> dict[str, int]:
    names = [name for name in MODELS_ABOUT_APPLICANTS if name != "ApplicationUserPermission"]
    return {name: apps.get_model("allocations", name).objects.using(OWNER).count() for name in names}


def test_nothing_identifies_an_applicant_after_the_night(sample_objects: SampleObjects, sign_in, monkeypatch):
    log, moving = Log(monkeypatch), sample_objects.waiting_hand_over.candidacy.application
    assert moving and cells(*PLANTED, *FOLLOWED) == set()
    OwedExamination(application=sample_objects.application, owed_since=paris_day(-3)).save(using=OWNER)
    plant(moving)
    compute_scores(by="compute_scores")
    pages, statuses = use_every_page(sample_objects, sign_in)
    accepted = {name for name, status in statuses.items() if status in ((200, 201) if name[:4] == "api_" else (302,))}
    assert len(pages) > 60 and len(statuses) > 50
    # Other pages and endpoints have already changed the same vacancy, so these three forms are refused.
    assert statuses.keys() - accepted == {"vacancy_withdraw", "api_vacancy_orient", "api_vacancy_convene"}
    plant(moving)
    before, ids = counts(), ids_of_applicants()
    handed = sample_objects.waiting_hand_over.pk
    assert run(LEASE, handed) == [(True,)] and run(DIGESTS, ids)
    assert [name for name, count in before.items() if not count] == []
    for word in (*PLANTED, *FOLLOWED):
        assert cells(word), f"{word} is planted nowhere"
    assert close_all(sample_objects.landlord.person("aline"), sample_objects.claimable) == set(ClosingMotive.values)
    stand(datetime.combine(paris_day(1), time(3), PARIS))
    for command in NIGHT:
        call_command(command, stdout=io.StringIO())
    assert {name: count for name, count in counts().items() if count}.keys() <= {*FOR_A_CLAIM, *STAYING}
    assert cells(*PLANTED) == WAITING and cells(*in_bytes((*PLANTED, *FOLLOWED))) == set()
    send_long_ago()
    call_command("expire_notes", stdout=io.StringIO())
    assert cells(*PLANTED) == set()
    assert cells(*FOLLOWED) == CARRIED
    assert cells(*ids) <= ORPHANS.keys()
    assert run(LEASE, handed) == [(False,)] and run(DIGESTS, ids) == []
    elsewhere = [client.get(url).content.decode() for url, client in pages.items()]
    elsewhere += [opened(), log.written.getvalue(), *(str(vars(letter)) for letter in mail.outbox), *files()]
    assert [text for text in elsewhere if re.search("|".join((*PLANTED, *FOLLOWED)), text, re.IGNORECASE)] == []
