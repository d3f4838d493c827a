"""Questions that a nightly rule raises when somebody opens personal data without an apparent reason.

Tests who may read, explain, answer and judge a question, what a question must not reveal, and when a question expires.
"""

import re

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connections

from access.compartments import Compartment
from oversight.look_rules.rules import RULES
from oversight.look_rules.waiting import precision
from oversight.models import LookQuestion
from tests.architecture.source import ROOT, files
from tests.builders import OWNER, ask_about_look, assign, events, leave_line, paris_day, run
from tests.database.test_policies import as_role
from tests.resident_tables import PREFIXES

LIST = "/trace/questions/"
ALL = "SELECT id FROM oversight_lookquestion"


@pytest.fixture
def elise(landlord):
    return landlord.person("elise")


@pytest.fixture
def question(landlord, elise):
    """Create a question about Élise, who has opened an account without debt in the building Glycines A."""
    account = landlord.account("Calme-Glycines A")
    lines = [leave_line("account_opened", elise, account, -4, purpose="repair", seconds=s) for s in (-60, 0, 60)]
    event_id = lines[1]
    at = events(id=event_id)[0]["at"]
    return ask_about_look(elise, event=event_id, at=at, rule="surname", place=landlord.place("Glycines A"))


def fresh(question):
    return LookQuestion.objects.using(OWNER).get(pk=question.pk)


def test_question_is_put_to_the_manager_explained_and_judged(landlord, sign_in, question):
    ines, georges, elise = (sign_in(name) for name in ("ines", "georges", "elise"))
    assert "1 question sur une consultation" in ines.get("/trace/").content.decode()
    page = ines.get(LIST).content.decode()
    assert "porte le même nom" in page and "1 attend un avis" in page
    question_url = f"{LIST}{question.pk}/"
    page = ines.get(question_url).content.decode()
    assert "cette consultation" in page and page.count("le même foyer") == 2 and "Réparation ou sinistre" in page
    assert not re.search("Élise|Bernard|Calme", page)
    # The DPO must not judge a question as misuse before the employee has explained the opening, or seven days pass.
    assert "que si la personne a été entendue" in ines.post(question_url, {"verdict": "misuse"}).content.decode()
    assert ines.post(question_url, {"ask": "1"}).status_code == 302
    # The manager must see who opened an account, when and in which building, but not whose account it is, nor the rule.
    assert "1 question sur une consultation" in georges.get("/immeubles/").content.decode()
    page = georges.get(f"/reponses/{question.pk}/").content.decode()
    assert "Élise Bernard" in page and "Glycines A" in page and not re.search("nom que|Calme|repair|Réparation", page)
    assert georges.post(f"/reponses/{question.pk}/", {"answer": "nothing_known"}).status_code == 302
    # The employee who opened the account must see the nightly rule and the manager's answer, and may explain only once.
    assert "porte le même nom" in elise.get("/ma-trace/").content.decode()
    mine = f"/ma-trace/{question.pk}/"
    assert "Je ne sais pas" in elise.get(mine).content.decode()
    assert elise.post(mine, {"explanation": "no_reason"}).status_code == 302
    assert "jugée une seule fois" in elise.post(mine, {"explanation": "stand_in"}).content.decode()
    assert ines.post(question_url, {"verdict": "misuse"}).status_code == 302
    assert "Mésusage" in elise.get(mine).content.decode()
    stored = fresh(question)
    assert (stored.explanation, stored.answer, stored.verdict) == ("no_reason", "nothing_known", "misuse")
    kinds = ("look_put_to_manager", "look_answered", "look_explained", "look_judged")
    lines = [line for line in events() if line["kind"] in kinds and line["outcome"] == "changed"]
    assert [line["kind"] for line in lines] == list(kinds)
    assert {line["about"] for line in lines} == {question.pk}
    read_ids = {line["facts"]["question"] for line in events(kind="look_question_read", outcome="shown")}
    assert read_ids == {str(question.pk)}


def test_question_about_the_dpo_is_read_by_the_steward_only(landlord, sign_in):
    ines, paul = landlord.person("ines"), landlord.person("paul")
    hers = ask_about_look(ines, desk="steward", rule="trace_of_person", role="dpo")
    theirs = ask_about_look(landlord.person("elise"))
    assert sign_in("ines").get(f"{LIST}{hers.pk}/").status_code == 404
    assert sign_in("paul").get(f"{LIST}{hers.pk}/").status_code == 200
    assert sign_in("paul").get(f"{LIST}{theirs.pk}/").status_code == 404
    visible = {who: as_role(Compartment.REVIEWS, who, ALL) for who in (ines.pk, paul.pk, landlord.person("jules").pk)}
    assert visible == {ines.pk: [(theirs.pk,)], paul.pk: [(hers.pk,)], landlord.person("jules").pk: []}
    assert sign_in("paul").post(f"{LIST}{hers.pk}/", {"verdict": "explained"}).status_code == 302
    # Inès, the DPO, must not read the question about her own conduct, even if she is also a data steward.
    assign(ines, "data_steward", landlord.place("Office des Trois-Rives"))
    assert as_role(Compartment.REVIEWS, ines.pk, ALL) == [(theirs.pk,)]


def test_nightly_job_assigns_questions_about_the_dpo_to_the_steward(landlord):
    leave_line("limit_reached", landlord.person("ines"), None, -1, outcome="refused")
    leave_line("limit_reached", landlord.person("jules"), None, -1, outcome="refused")
    call_command("watch_looks", back=1)
    rows = LookQuestion.objects.using(OWNER).values_list("person__name", "desk")
    assert set(rows) == {("Inès Haddad", "steward"), ("Jules Moreau", "dpo")}


def test_database_refuses_each_act_by_the_wrong_person(landlord, elise, question):
    """If the wrong person explains, answers or judges a question about why data were opened, the database must refuse.

    The test runs SQL as the database owner, with the id of the wrong person in the setting that identifies the user.
    """
    attempts = {
        "explanation = 'stand_in', explained_on = loge_today()": "ines",
        "verdict = 'explained', judged_by_id = loge_person(), judged_on = loge_today()": "elise",
        "asked_by_id = loge_person(), asked_on = loge_today()": "paul",
        # Georges, the manager, must not answer the question, because the DPO has not asked him to.
        "answer = 'visit', answered_by_id = loge_person(), answered_on = loge_today()": "georges",
        "rule = 'burst'": "ines",
        "verdict = 'explained', judged_by_id = loge_person(), judged_on = loge_today() - 1": "ines",
    }
    for change, who in attempts.items():
        with pytest.raises(IntegrityError) as refused:
            as_owner_for(landlord.person(who).pk, f"UPDATE oversight_lookquestion SET {change}")
        assert refused.value.__cause__.diag.constraint_name == "look_judged_by_another", change
    as_owner_for(landlord.person("ines").pk, f"UPDATE oversight_lookquestion SET {list(attempts)[1]}")
    with pytest.raises(IntegrityError):  # Nobody may judge a question a second time.
        as_owner_for(landlord.person("ines").pk, f"UPDATE oversight_lookquestion SET {list(attempts)[1]}")


def as_owner_for(person, sql):
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT set_config('loge.person', %s, false)", [str(person)])
        try:
            cursor.execute(sql)
        finally:
            cursor.execute("SELECT set_config('loge.person', '', false)")


def test_manager_reads_neither_the_rule_nor_the_event(landlord, question):
    georges = landlord.person("georges").pk
    # Georges, the manager, must not see the question about Élise before the DPO asks him to answer.
    assert as_role(Compartment.ASSIGNMENTS, georges, ALL) == []
    as_owner_for(
        landlord.person("ines").pk,
        "UPDATE oversight_lookquestion SET asked_by_id = loge_person(), asked_on = loge_today()",
    )
    assert as_role(Compartment.ASSIGNMENTS, georges, ALL) == [(question.pk,)]
    for who in ("jules", "ines", "elise", "awa"):
        assert as_role(Compartment.ASSIGNMENTS, landlord.person(who).pk, ALL) == []
    for column in ("rule", "event", "explanation", "verdict"):
        with pytest.raises(Exception, match="permission denied"):
            as_role(Compartment.ASSIGNMENTS, georges, f"SELECT {column} FROM oversight_lookquestion")


def test_misuse_without_explanation_is_found_after_seven_days_only(landlord, sign_in, elise):
    early, late = ask_about_look(elise, found=6), ask_about_look(elise, found=7)
    ines = sign_in("ines")
    assert ines.post(f"{LIST}{early.pk}/", {"verdict": "misuse"}).status_code == 200
    assert ines.post(f"{LIST}{late.pk}/", {"verdict": "misuse"}).status_code == 302


def test_questions_expire_by_verdict_and_age(landlord, elise):
    ines = landlord.person("ines")
    judged = {"judged_by": ines, "judged_on": paris_day(-93)}
    ask_about_look(elise, ago=200, verdict="explained", **judged)
    misuse = ask_about_look(elise, ago=200, verdict="misuse", **judged)
    recent = ask_about_look(elise, ago=200, verdict="mistake", judged_by=ines, judged_on=paris_day(-92))
    ask_about_look(elise, ago=367)
    call_command("expire_notes")
    assert set(run(ALL)) == {(misuse.pk,), (recent.pk,)}
    assert [line["facts"] for line in events(kind="look_questions_expired")] == [{"questions": 2}]


def test_precision_of_a_rule_is_shown_from_five_verdicts_on(landlord, elise):
    ines = landlord.person("ines")
    for verdict in ("misuse", "mistake", "explained", "rule_wrong"):
        ask_about_look(elise, rule="burst", verdict=verdict, judged_by=ines, judged_on=paris_day())
    rows = list(LookQuestion.objects.using(OWNER).all())
    worth = {figure.rule.code: figure for figure in precision(rows, paris_day())}
    assert (worth["burst"].verdicts, worth["burst"].share) == (4, None)
    ask_about_look(elise, rule="burst", verdict="mistake", judged_by=ines, judged_on=paris_day())
    rows = list(LookQuestion.objects.using(OWNER).all())
    assert {figure.rule.code: figure.share for figure in precision(rows, paris_day())}["burst"] == 60
    assert precision(rows, paris_day(200))[0].verdicts == 0


def test_everybody_can_read_the_rules(landlord, sign_in):
    page = sign_in("noel").get("/regles/consultations/").content.decode()
    assert all(str(rule.sentence) in page and str(rule.looks_at) in page for rule in RULES.values())
    assert "/regles/consultations/" in sign_in("awa").get("/regles/").content.decode()


# --- Never a measure of anybody's work -------------------------------------------------------------------------------

WHO = r"(?:\w+\.)?(?:actor|person|person_id|answered_by_id|judged_by_id)\b"
PEOPLE = re.compile(rf"GROUP BY\s+(?:[\w.]+\s*,\s*)*{WHO}", re.I)
IN_PYTHON = re.compile(
    r"values\([^)]*[\"'](actor|person|person_id)[\"'][^)]*\)\s*\.annotate|order_by\([^)]*[\"']-?count", re.I
)


def test_no_function_and_no_query_counts_events_per_person(landlord):
    """No query may count the events of each person, because such counts would measure the work of employees.

    The SQL function of a nightly rule may look for many events of one person in a short time, but must return these
    events and not their number.
    """
    functions = run(
        "SELECT proname, prosrc, pg_get_function_result(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    )
    ours = [row for row in functions if row[0].startswith((*PREFIXES, "audit_", "access_", "buildings_", "loge_"))]
    assert len(ours) > 100
    assert [name for name, source, _result in ours if PEOPLE.search(source)] == []
    rules = {name: result for name, _source, result in ours if name.startswith("oversight_rule_")}
    line = "TABLE(event uuid, at timestamp with time zone, kind text, person uuid, role text, place uuid)"
    assert len(rules) == len(RULES) and set(rules.values()) == {line}
    hours = [
        name
        for name, source, _result in ours
        if name in rules and re.search(r"extract\s*\(\s*(hour|dow)", source, re.I)
    ]
    assert hours == []
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in files()}
    assert len(texts) > 200
    assert [name for name, text in texts.items() if PEOPLE.search(text) or IN_PYTHON.search(text)] == []


@pytest.mark.parametrize(
    "wrong", ["SELECT actor, count(*) FROM audit_event GROUP BY actor", "x GROUP BY role, q.person_id"]
)
def test_search_for_counts_per_person_detects_them(wrong):
    assert PEOPLE.search(wrong) and not PEOPLE.search("GROUP BY role) SELECT person FROM x GROUP BY 3")
    assert IN_PYTHON.search('rows.values("person").annotate(n=Count("id"))')


def test_page_of_questions_neither_counts_nor_ranks_people(landlord, sign_in, elise):
    for name in ("elise", "elise", "elise", "fatou"):
        ask_about_look(landlord.person(name))
    page = sign_in("ines").get(LIST).content.decode()
    assert not re.search("Élise|Fatou|Bernard|Ndiaye", page) and "4 attendent un avis" in page
    assert set(re.findall(r"(\d+) (?:attendent|avis|question)", page)) <= {"4"}
