"""The command `demo` must load an invented landlord with each situation that the demonstration is meant to show.

The landlord is loaded once for all tests of this module.
"""

import io
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client, override_settings

from access.models import Person, RightsReview
from access.roles import ROLES
from demo.applications import OFFICERS
from demo.cast import HIGH, LOW, MEMBERS
from demo.load import PASSWORD, draw_iban
from demo.populate.numbers import Numbers
from formats.iban import valid_iban
from ledger.balances import balance_of, with_balance
from ledger.models import BankDetail
from privacy.encryption.signing import is_signed
from tenants.models import Account
from tests.builders import OWNER, events, make_place, run
from tests.clones import drop, run_as_super, stand_on
from tests.sign_in import let_in

pytestmark = pytest.mark.xdist_group("demo")
TEMPLATE = f"loge_demo_{uuid4().hex[:12]}"


def demo():
    output = io.StringIO()
    call_command("demo", stdout=output)
    return output.getvalue()


@pytest.fixture(scope="module")
def template(templates, django_db_blocker):
    """Return the name of a database into which the command `demo` was run, and the command's output.

    The command runs once, and each test gets a clone of this database.
    """
    with django_db_blocker.unblock(), override_settings(DEMO=True):
        run_as_super(f"CREATE DATABASE {TEMPLATE} TEMPLATE {templates['bare']} OWNER {settings.INSTANCE}_owner")
        stand_on(TEMPLATE)
        output = demo()
        stand_on("postgres")
        yield TEMPLATE, output
        drop(TEMPLATE)


@pytest.fixture
def demo_output(clones, template, django_db_blocker):
    name, output = template
    with override_settings(DEMO=True), django_db_blocker.unblock(), clones.one_of(name):
        yield output


def reached(name, compartment="card"):
    """Return the names of the places that a person may see today because of an assignment.

    `compartment` is the database role for one group of tables, such as the tables of the resident cards.
    """
    person = Person.objects.using(OWNER).get(name=name)
    reach = "SELECT access_reach(%s, %s, loge_today())"
    rows = run(f"SELECT p.name FROM access_place p WHERE p.id IN ({reach})", person.pk, compartment)
    return {place for (place,) in rows}


def owed(first, last):
    """Return the balance, in cents, of the account whose holder has this name."""
    names = {"lease__parties__tenant__first_name": first, "lease__parties__tenant__last_name": last}
    return balance_of(with_balance(Account.objects.using(OWNER).filter(**names)).get())


def enter(name):
    client = Client()
    person = Person.objects.using(OWNER).get(name=name)
    answer = client.post("/entrer/", {"login": person.email, "password": PASSWORD})
    return let_in(client, person), answer


def written_so_far():
    """Return the number of rows and the newest transaction id of each table. Any write changes one of the two."""
    tables = run("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
    return {table: run(f"SELECT count(*), max(xmin::text::bigint) FROM {table}") for (table,) in tables}


def test_second_run_changes_nothing(demo_output):
    before = written_so_far()
    assert demo().strip() in demo_output
    assert written_so_far() == before
    assert len(events(kind="populated")) == 1


def test_landlord_has_a_plausible_size(demo_output):
    levels = dict(run("SELECT level, count(*) FROM access_place GROUP BY 1"))
    assert (levels["directorate"], levels["agency"], levels["sector"], levels["building"]) == (1, 3, 6, 40)
    [(dwellings,)] = run("SELECT count(*) FROM buildings_unit WHERE kind = 'dwelling'")
    [(empty,)] = run("SELECT count(*) FROM buildings_unit u WHERE kind = 'dwelling' AND NOT EXISTS"
                     " (SELECT FROM tenants_leaseunit l WHERE l.unit_id = u.id AND l.last_day IS NULL)")  # fmt: skip
    assert 1_100 < dwellings < 1_300 and 0.01 < empty / dwellings < 0.12
    assert run("SELECT count(DISTINCT period) FROM ledger_entry WHERE label = 'rent'") == [(14,)]


def test_two_households_were_called_and_one_is_called_again_today(demo_output):
    attempts = run(
        "SELECT outcome, loge_today() - made_on, back_on - loge_today() FROM casework_contactattempt ORDER BY 1"
    )
    assert attempts == [("appointment", 1, 1), ("no_answer", 1, 0)]
    client, _answer = enter("Élise Bernard")
    late = client.get("/comptes/a-contacter/").content.decode()
    assert "Madeleine Aubert" in late and "Rakotomalala" not in late


def test_tower_has_one_address_and_two_separate_caretakers(demo_output):
    there = "JOIN access_place p ON p.id = x.building_id WHERE p.name IN (%s, %s)"
    assert run(f"SELECT count(DISTINCT number || street) FROM buildings_address x {there}", LOW, HIGH) == [(1,)]
    lowest_and_highest = f"SELECT p.name, min(floor) || '-' || max(floor) FROM buildings_unit x {there} GROUP BY 1"
    floors = dict(run(lowest_and_highest, LOW, HIGH))
    assert floors == {LOW: "1-16", HIGH: "17-29"}
    assert reached("Samuel Okafor") == {LOW} and reached("Teresa Da Silva") == {HIGH}


def test_stand_in_reaches_both_estates_and_caretaker_keeps_hers(demo_output):
    assert {name.split(",")[0] for name in reached("Bruno Lefèvre")} == {"Le Clos des Lilas", "Les Glycines"}
    assert {name.split(",")[0] for name in reached("Awa Diakité")} == {"Les Glycines"}


def test_two_people_are_on_call_and_one_review_is_signed(demo_output):
    nights = run(
        "SELECT p.name, q.name, m.name, a.from_hour::text, a.to_hour::text FROM access_assignment a"
        " JOIN access_person p ON p.id = a.person_id JOIN access_person m ON m.id = a.given_by_id"
        " JOIN access_place q ON q.id = a.place_id"
        " WHERE a.role = 'on_call' AND a.nightly AND loge_today() BETWEEN a.first_day AND a.last_day - 1 ORDER BY 1"
    )
    assert nights[0] == ("Bruno Lefèvre", "Secteur Télégraphe", "Georges Petit", "20:00:00", "07:00:00")
    assert len(nights) == 2
    review = RightsReview.objects.using(OWNER).get()
    assert is_signed(review.statement, review.key_id, review.signature)
    names = {right["person"] for right in review.statement["rights"]}
    assert review.signed_by.name == "Georges Petit" and {"Awa Diakité", "Nadège Aubry"} <= names
    client, _answer = enter("Inès Haddad")
    page = client.get("/acces/revues/").content.decode()
    assert "Georges Petit" in page
    assert "Signature vérifiée" in client.get(f"/acces/revues/{review.pk}/").content.decode()
    assert "Bruno Lefèvre" in enter("Georges Petit")[0].get("/acces/remplacements/").content.decode()


def test_person_who_left_yesterday_reaches_nothing(demo_output):
    assert not reached("Chloé Martin") and len(reached("Olga Brun")) == 2 and not reached("Noël Caron")


def test_two_roles_in_two_places_do_not_mix(demo_output):
    cards, accounts = reached("Denis Roux"), reached("Denis Roux", "account")
    assert LOW in accounts and not any("Tonneliers" in name for name in accounts)
    assert sum("Tonneliers" in name for name in cards) == 4


def test_households_of_the_story_exist(demo_output):
    rows = run("SELECT t.last_name, r.moved_in - loge_today(), r.moved_out - loge_today() FROM tenants_residence r"
               " JOIN tenants_tenant t ON t.id = r.tenant_id JOIN access_place p ON p.id = r.building_id"
               " WHERE p.name = 'Les Glycines, bâtiment A'")  # fmt: skip
    days = {name: (arrived, left) for name, arrived, left in rows}
    assert days["Castaing"][1] == 6 and days["Herbin"][1] == -3 and days["Camara"][0] == 5
    # A month's rent is owed from the day on which it is charged until it is paid on the eighth.
    rent = ("SELECT sum(e.amount_cents) FROM ledger_entry e JOIN tenants_account a ON a.id = e.account_id"
            " JOIN tenants_leaseparty l ON l.lease_id = a.lease_id JOIN tenants_tenant t ON t.id = l.tenant_id"
            " WHERE t.last_name = 'Aubier' GROUP BY e.period ORDER BY e.period DESC LIMIT 1")  # fmt: skip
    [(called,)] = run(rent)
    assert owed("Marguerite", "Aubier") == called and owed("Madeleine", "Aubert") > 100_000
    assert run("SELECT count(*) FROM tenants_helpcode h JOIN tenants_tenant t ON t.id = h.tenant_id"
               " WHERE t.last_name = 'Le Bihan' AND t.first_name = 'Andrée'")[0][0] >= 3  # fmt: skip
    assert run("SELECT count(*) FROM tenants_representative") == [(1,)]
    assert run("SELECT count(*) FROM tenants_reminderdoor") == [(3,)]
    assert run("SELECT count(*) FROM tenants_leaseunit l JOIN buildings_unit u ON u.id = l.unit_id"
               " WHERE u.kind = 'parking'") == [(1,)]  # fmt: skip


def test_discreet_household_names_two_employees(demo_output):
    rows = run("SELECT p.name FROM tenants_discreetname n JOIN access_person p ON p.id = n.person_id"
               " JOIN tenants_discreetmark m ON m.id = n.mark_id JOIN tenants_residence r ON r.lease_id = m.lease_id"
               " JOIN tenants_tenant t ON t.id = r.tenant_id WHERE t.name_key = 'sauvage camille'")  # fmt: skip
    assert {name for (name,) in rows} == {"Élise Bernard", "Awa Diakité"}


def test_vacancies_wait_at_every_step(demo_output):
    steps = ("declared", "oriented", "shortlisted", "convened", "decided", "offered")
    counts = dict(run("SELECT state, count(*) FROM allocations_vacancy GROUP BY 1"))
    assert counts == {**dict.fromkeys(steps, 6), "let": 3}
    assert run("SELECT count(*) FROM allocations_vacancy WHERE state = 'oriented' AND eligible IS NULL") == [(0,)]


def test_sessions_were_signed_one_is_open_today_and_one_is_convened(demo_output):
    sessions = run("SELECT state, held_at::date - loge_today() FROM allocations_session ORDER BY held_at")
    assert [state for state, _days in sessions] == ["signed", "signed", "open", "convened"]
    assert sessions[0][1] < sessions[1][1] < sessions[2][1] == 0 and 4 <= sessions[3][1] <= 7
    decisions = run("SELECT coalesce(d.outcome, ''), count(*) FROM allocations_session n"
                    " JOIN allocations_agendaitem i ON i.session_id = n.id"
                    " JOIN allocations_candidacy c ON c.item_id = i.id"
                    " JOIN allocations_sheet s ON s.candidacy_id = c.id"
                    " LEFT JOIN allocations_decision d ON d.candidacy_id = c.id"
                    " WHERE n.state = 'open' GROUP BY 1")  # fmt: skip
    assert dict(decisions) == {"adopted": 4, "proposed": 1, "": 4}
    seats = "SELECT p.name FROM allocations_seat s JOIN access_person p ON p.id = s.person_id WHERE s.session_id ="
    present = run(f"{seats} (SELECT id FROM allocations_session WHERE state = 'open') AND present")
    assert {name for (name,) in present} == {"Camille Roux", "Mehdi Saïdi", "Marion Blanc"}


def test_city_nominated_candidates_at_every_step(demo_output):
    nominated = run("SELECT DISTINCT v.state FROM allocations_candidacy c"
                    " JOIN allocations_vacancy v ON v.id = c.vacancy_id"
                    " JOIN allocations_contingent t ON t.id = c.contingent_id"
                    " WHERE t.holder = 'Ville de Paris'")  # fmt: skip
    assert {state for (state,) in nominated} == {"shortlisted", "convened", "decided", "offered", "let"}


def test_figures_of_the_commission_are_marked_as_examples(demo_output):
    sources = dict(run("SELECT code, source_number FROM allocations_legalfigure"))
    wanted = {"committee_quorum", "offer_delay_days", "answer_post_days", "claim_retention_years"}
    wanted |= {"effort_rate_limit_permille"}
    assert wanted | {f"persons_most_in_{rooms}_rooms" for rooms in range(1, 7)} <= set(sources)
    assert all(sources[code] == "2025-EXEMPLE" for code in wanted)


def test_refusal_in_a_fragile_residence_owes_an_examination_that_an_officer_reads(demo_output):
    [(ended, current)] = run("SELECT count(*) FILTER (WHERE last_day < loge_today()), count(*) FILTER (WHERE"
                             " last_day IS NULL) FROM allocations_fragileresidence")  # fmt: skip
    [(motives,)] = run("SELECT count(*) FROM allocations_decision WHERE motive = 'fragile_residence'")
    assert (ended, current, motives) == (1, 1, 1)
    [(open_,)] = run("SELECT count(*) FROM allocations_owedexamination WHERE met_on IS NULL")
    pages = [enter(name)[0].get("/attribution/logements/").content.decode() for name in OFFICERS.values()]
    assert open_ == 1 and any("à examiner en premier" in page for page in pages)
    assert "en vigueur" in enter("Rosa Lopes")[0].get("/attribution/residences/").content.decode()


def test_candidate_renounced_and_the_next_rank_has_an_offer(demo_output):
    rows = run("SELECT n.answer, n.renounced_on < loge_today(), v.state, h.candidacy_id, s.sent_on > n.renounced_on"
               " FROM allocations_offer n JOIN allocations_candidacy c ON c.id = n.candidacy_id"
               " JOIN allocations_vacancy v ON v.id = c.vacancy_id"
               " LEFT JOIN allocations_handover h ON h.candidacy_id = c.id"
               " JOIN allocations_candidacy o ON o.vacancy_id = v.id AND o.state = 'offered'"
               " JOIN allocations_offer s ON s.candidacy_id = o.id WHERE c.state = 'renounced'")  # fmt: skip
    assert rows == [("accepted", True, "offered", None, True)]


def test_manager_sees_a_run_for_the_register_and_decisions_that_wait(demo_output):
    [(sent, waiting)] = run("SELECT count(run_id), count(*) - count(run_id) FROM allocations_registryrow")
    assert sent == run("SELECT rows FROM allocations_registryrun")[0][0] > 20 and waiting > 10
    page = enter("Rosa Lopes")[0].get("/attribution/exports/").content.decode()
    assert f"{waiting} lignes partiront" in page and "Clé du destinataire manquante" in page


def test_new_tenants_have_the_names_of_the_applicants(demo_output):
    signed = run("SELECT p.name_key, a.state FROM allocations_handover h"
                 " JOIN allocations_candidacy c ON c.id = h.candidacy_id"
                 " JOIN allocations_application a ON a.id = c.application_id"
                 " JOIN allocations_applicant p ON p.application_id = a.id AND p.tie = 'principal'"
                 " JOIN tenants_leaseparty t ON t.lease_id = h.lease AND t.name_key = p.name_key")  # fmt: skip
    assert len(signed) == 3 and {state for _name, state in signed} == {"closed"}


def test_bank_details_are_encrypted(demo_output):
    detail = BankDetail.objects.using(OWNER).first()
    assert valid_iban(detail.iban.reveal()) and BankDetail.objects.using(OWNER).count() > 300
    assert detail.iban.reveal() not in str(run("SELECT encode(iban, 'escape') FROM ledger_bankdetail"))


def test_printed_people_and_password_sign_in(demo_output):
    assert PASSWORD in demo_output and all(member.name in demo_output for member in MEMBERS if member.story)
    printed = demo_output[demo_output.index(MEMBERS[0].name) :].splitlines()
    assert len(printed) <= 32 and max(map(len, printed)) <= 120, "one screen"
    output = {member.posts[0].role for member in MEMBERS if member.story and member.posts}
    assert output == set(ROLES) - {"on_call"}, "one of each role at least; nights are in the story of a caretaker"
    client, answer = enter("Awa Diakité")
    assert answer.status_code == 302 and client.get("/", follow=True).status_code == 200
    assert len({row for (row,) in run("SELECT password FROM access_person")}) == 1


@override_settings(DEMO=True)
def test_demo_does_not_use_the_web_logins(bare):
    for alias in ("default", "trace"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = "nowhere"
    assert PASSWORD in demo()


@override_settings(DEMO=False)
def test_demo_is_refused_outside_a_demonstration(bare):
    with pytest.raises(CommandError, match="LOGE_DEMO=1"):
        demo()
    assert run("SELECT count(*) FROM access_person") == [(0,)]


@override_settings(DEMO=True)
def test_demo_is_refused_in_a_database_with_a_landlord(bare):
    make_place("organisation", "Un autre organisme")
    with pytest.raises(CommandError, match="base vide"):
        demo()


def test_invented_ibans_are_valid():
    assert all(valid_iban(draw_iban(Numbers(seed, "").rng)) for seed in range(200))
