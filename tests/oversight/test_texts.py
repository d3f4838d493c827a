"""The inventory of texts, and an inspector's words: counted without a line shown, read by two, and kept nowhere."""

import io
import logging
import re

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connections

from access.compartments import Compartment
from audit.events import Outcome
from formats.folding import folded
from tenants.models import Inspection
from tests.builders import OWNER, events, make_inspection, paris_day, run, seal_sentence, write_note
from tests.database.test_locks import as_role
from tests.tenants.test_notes import tables_containing

AT_A, AT_Q = "Calme-Glycines A", "Calme-Quai 9"
SAID = "Rappelle le 5 : Dépôt versé par l’œuvre, reçu n° 12."
# A word of the inspector's own, which nothing may hold afterwards.
CANARY = "qxzwcanari"
WORDS = f"dépôt\nŒUVRE, introuvable; {CANARY}"


@pytest.fixture
def written(house):
    """A note in each of two agencies, and a sealed sentence."""
    notes = [write_note(house.account(AT_A), SAID), write_note(house.account(AT_Q), "Dépôt à rendre le 12.")]
    seal_sentence(house.account(AT_A), house.person("elise"), "Le dépot est fait, dit la voisine.")
    return notes


def words(answer) -> str:
    return answer.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def counted(client, said: str = WORDS):
    return client.post("/registre/controle/", {"words": said})


# --- The inventory ----------------------------------------------------------------------------------------------------


def test_the_inventory_counts_and_measures_without_a_word(house, sign_in, written):
    told = words(sign_in("ines").get("/registre/textes/"))
    row = told.split("Notes sur un compte")[1].split("</tr>")[0]
    assert "vérifié par le crible" in row and 'data-told="Nombre">2</td>' in row and f"{paris_day():%d.%m.%Y}" in row
    assert 'data-told="Longueur maximale">–</td>' in row  # of fewer than five texts, a length is one text's
    sealed = told.split("Phrases contestées</th>")[1].split("</tr>")[0]
    assert "sous scellés" in sealed and 'data-told="Nombre">1</td>' in sealed
    assert "Dépôt" not in told and "Glycines" not in told
    assert [event["facts"] for event in events(kind="register_shown")] == [{"scope": "texts"}]


def test_what_is_past_its_day_is_said_and_the_nights_job_brings_it_to_nothing(house, sign_in):
    ines = sign_in("ines")
    write_note(house.account(AT_A), SAID, written=-90, ends=-1)
    make_inspection(house.person("ines"), [], asked=-8)
    assert "1 texte devait être effacé" in words(ines.get("/registre/textes/"))
    call_command("expire_notes", stdout=io.StringIO())
    told = words(ines.get("/registre/textes/"))
    assert "devait être effacé" not in told and "1 note effacée" in told
    assert not Inspection.objects.using(OWNER).exists()
    assert [event["facts"] for event in events(kind="inspections_expired")] == [{"inspections": 1}]


def refuse(house, person: str, place: str, categories: str, times: int = 1) -> None:
    """As the door of a note writes it, weeks ago or today."""
    for _number in range(times):
        run(
            "INSERT INTO audit_event (id, kind, outcome, actor, machine, role, permission, route, about_kind, about,"
            " place, shown, count, request, facts) VALUES (gen_random_uuid(), 'sentence_refused', 'shown', %s, '',"
            " 'officer', 'notes_write', 'account_notes', '', NULL, %s, '{}', 1, NULL,"
            " jsonb_build_object('categories', %s::text))",
            house.person(person).pk,
            house.building(place).pk,
            categories,
        )


def test_refusals_are_counted_by_category_agency_and_month_and_never_under_five_people(house, sign_in):
    five = ("elise", "fatou", "denis", "georges", "awa")
    for name in five:
        refuse(house, name, "Glycines A", "health.origin", 2)
    refuse(house, "elise", "Quai 9", "religion", 3)
    told = words(sign_in("ines").get("/registre/textes/"))
    by_category = told.split("Refus par catégorie")[1].split("Refus par agence")[0]
    # Religion is one person's: it is merged with one of the two others, so that no difference gives it away.
    assert "Origine" in by_category and '<td class="num">10</td>' in by_category
    assert "Religion" not in by_category and "Santé" not in by_category
    assert "Autres catégories, ensemble" in by_category and '<td class="num">13</td>' in by_category
    by_agency = told.split("Refus par agence")[1].split("Refus par mois")[0]
    assert "Agence Bercy" not in by_agency and "Agence Belleville" not in by_agency  # together they are five people
    assert '<td class="num">13</td>' in told.split("Refus par mois")[1].split("Inventaire")[0]
    for name in five:
        assert house.person(name).name not in told


def test_a_figure_leads_to_its_lines_in_the_trace_and_a_merged_one_to_none(house, sign_in):
    for name in ("elise", "fatou", "denis", "georges", "awa"):
        refuse(house, name, "Glycines A", "health.origin", 2)
        refuse(house, name, "Quai 9", "religion")
    refuse(house, "elise", "Quai 9", "politics", 3)
    ines = sign_in("ines")
    told = words(ines.get("/registre/textes/"))
    health, month = links(told, "category=health"), links(told, f"first={paris_day().replace(day=1)}")
    agency = links(told, f"place={house.place('Agence Belleville').pk}")
    assert [len(found) for found in (health, agency, month)] == [1, 1, 1]
    assert links(told, "category=politics") == [] and "Opinions" not in told.split("Refus par agence")[0]
    for address, lines in ((health[0], 10), (agency[0], 10), (month[0], 18)):
        told = words(ines.get(address))
        assert told.count('<td role="cell">Phrase refusée') == lines, address
    assert "Mentions" not in words(ines.get("/trace/mentions/?category=judgement').--")).split("</form>")[-1]
    assert '<td role="cell">Phrase refusée' not in words(ines.get("/trace/mentions/?category=judgement"))


def links(told: str, having: str) -> list[str]:
    found = re.findall(r'href="(/trace/mentions/[^"]*)"', told)
    return [address.replace("&amp;", "&") for address in found if having in address]


def test_the_rate_of_wrong_refusals_is_a_figure(house, sign_in):
    refuse(house, "elise", "Glycines A", "health", 8)
    for answer in ("allow_once", "erased"):
        run(
            "INSERT INTO audit_event (id, kind, outcome, actor, machine, role, permission, route, about_kind, about,"
            " place, shown, count, request, facts) VALUES (gen_random_uuid(), 'contest_decided', 'changed', %s, '',"
            " 'sector_manager', 'contest_agree', 'contest_agree', '', NULL, %s, '{}', 1, NULL,"
            " jsonb_build_object('answer', %s::text))",
            house.person("georges").pk,
            house.building("Glycines A").pk,
            answer,
        )
    told = words(sign_in("ines").get("/registre/textes/"))
    rate = told.split("Part des refus jugés injustifiés")[1].split("</div>")[0]
    assert (
        "12 %" in rate and '<dd class="num">1</dd>' in told.split("Refus jugés injustifiés</dt>")[1].split("</div>")[0]
    )
    assert "12 %" in words(sign_in("ines").get("/trace/"))


# --- An inspector's words ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "obligatoire"),
        ("é", "deux lettres"),
        ("%", "deux lettres"),
        ("ver%", "Saisissez un mot entier"),
        ("dépôt versé", "Saisissez un mot entier"),
        ("dépôt-versé", "Saisissez un mot entier"),
        ("0639981234", "Saisissez un mot entier"),
        ("12b", "Saisissez un mot entier"),
        ("a" * 41, "quarante caractères"),
        ("\n".join(f"mot{chr(97 + number)}" for number in range(21)), "vingt mots"),
    ],
)
def test_a_list_of_words_is_bounded(house, sign_in, said, why):
    answer = counted(sign_in("ines"), said)
    assert why in words(answer) and not events(kind="words_counted")


@pytest.mark.parametrize(
    "text", ["Œuvre d’Élodie", "STRASSE ß", "Łódź, sœur", "n° 12 – ÇA", "ﬁn de mois", "à l'hôpital"]
)
def test_the_database_folds_as_the_program_does(house, text):
    assert run("SELECT tenants_folded(%s)", text) == [(f" {folded(text)} ",)]


def test_the_words_are_kept_nowhere(house, sign_in, written, caplog):
    """Counted, asked for or refused, they stand in no table, trace, session, log, cache or address."""
    caplog.set_level(logging.DEBUG)
    ines = sign_in("ines")
    write_note(house.account(AT_A), "Remet le double des clés le 3.")
    assert CANARY in words(counted(ines))  # in her own form, and nowhere else
    asked = ines.post("/registre/controle/lire/", {"words": f"clés, {CANARY}"})
    assert asked.status_code == 302 and CANARY not in asked["Location"]
    assert ines.post("/registre/controle/lire/", {"words": CANARY}).status_code == 302
    assert ines.post("/registre/controle/lire/", {"words": CANARY * 9}).status_code == 200
    sign_in("elise").post("/registre/controle/", {"words": CANARY})
    for page in ("/registre/controle/", "/registre/textes/", "/trace/", "/trace/mentions/"):
        assert CANARY not in words(ines.get(page))
    assert tables_containing(CANARY) == [] and CANARY not in caplog.text and CANARY not in str(events())
    assert CANARY not in str(getattr(cache, "_cache", ""))


# --- Lines, read by two -----------------------------------------------------------------------------------------------


def asked(house, sign_in) -> Inspection:
    assert sign_in("ines").post("/registre/controle/lire/", {"words": WORDS}).status_code == 302
    return Inspection.objects.using(OWNER).get()


def test_one_asks_another_agrees_and_the_lines_are_read(house, sign_in, written):
    one = asked(house, sign_in)
    ines, paul = sign_in("ines"), sign_in("paul")
    before = words(ines.get(f"/registre/controle/{one.pk}/"))
    assert "masquées" in before and "Dépôt" not in before
    told = words(paul.get(f"/controles/{one.pk}/"))
    assert "Inès Haddad" in told and "Dépôt" not in told
    assert paul.post(f"/controles/{one.pk}/").status_code == 302
    assert paul.post(f"/controles/{one.pk}/").status_code == 200  # once
    after = words(ines.get(f"/registre/controle/{one.pk}/"))
    assert "Dépôt versé" in after and "Dépôt à rendre" in after and "accordé par Paul Nguyen" in after
    assert "voisine" not in after  # what is sealed is read at its own page
    assert paul.get(f"/registre/controle/{one.pk}/").status_code == 403
    [read] = [event for event in events(kind="inspected_lines_read") if event["outcome"] == Outcome.SHOWN]
    assert set(read["shown"]) == {house.account(AT_A).pk, house.account(AT_Q).pk} and read["count"] == 2
    for kind, name in (("reading_asked", "ines"), ("reading_agreed", "paul")):
        assert [event["actor"] for event in events(kind=kind)] == [house.person(name).pk]


def test_lines_written_afterwards_are_not_among_those_agreed_to(house, sign_in, written):
    one = asked(house, sign_in)
    sign_in("paul").post(f"/controles/{one.pk}/")
    write_note(house.account(AT_A), "Dépôt rendu en entier.")
    assert "rendu en entier" not in words(sign_in("ines").get(f"/registre/controle/{one.pk}/"))


def test_asking_to_read_tells_nobody_whether_a_word_is_there(house, sign_in, written):
    ines = sign_in("ines")
    answers = []
    for said in ("introuvable", "versé"):
        answer = ines.post("/registre/controle/lire/", {"words": said}, follow=True)
        assert "La demande est transmise" in words(answer)
        [mine] = [one for one in Inspection.objects.using(OWNER).all() if one.lines == len(answers)]
        answers.append(words(ines.get(f"/registre/controle/{mine.pk}/")).replace(str(mine.pk), "ID"))
    assert _without_tokens(answers[0]) == _without_tokens(answers[1])
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.INSPECTION, house.person("ines").pk, "SELECT lines FROM tenants_inspection")


def _without_tokens(page: str) -> str:
    return re.sub(r'<time[^>]*>[^<]*</time>|name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def test_a_demand_is_refused_for_numbers_that_were_told_and_for_no_other(house, sign_in):
    """Past 200 lines of one household nothing is told, nor refused: a refusal would tell that a word is there."""
    ines = sign_in("ines")
    for _number in range(201):
        write_note(house.account(AT_A), "Rappelle le 5.", written=-1)
    assert "La demande est transmise" in words(
        ines.post("/registre/controle/lire/", {"words": "rappelle"}, follow=True)
    )
    for name in (AT_Q, "Calme-Glycines B", "Dette-Glycines A", "Dette-Quai 9"):
        write_note(house.account(name), "Rappelle le 5.", written=-1)
    assert ">205<" in words(counted(ines, "rappelle"))
    assert "deux cents lignes" in words(ines.post("/registre/controle/lire/", {"words": "rappelle"}))
    assert Inspection.objects.using(OWNER).count() == 1


# --- What the database allows -----------------------------------------------------------------------------------------


def test_the_role_counts_and_reads_nothing_else(house, written):
    ines, inspection = house.person("ines").pk, Compartment.INSPECTION
    hits = [["tenants.AccountNote.text", str(written[0].pk)]]
    one = make_inspection(house.person("ines"), hits)
    for nobody in (house.person("paul").pk, house.person("elise").pk):
        assert as_role(inspection, nobody, "SELECT * FROM tenants_words_counted('{dépôt}', '')") == []
        assert as_role(inspection, nobody, "SELECT tenants_ask_inspection('{dépôt}', '')") == [(None,)]
    for question in (
        "SELECT said FROM tenants_text",
        "SELECT text FROM tenants_accountnote",
        "SELECT last_name FROM tenants_tenant",
        "SELECT hits FROM tenants_inspection",
        "UPDATE tenants_inspection SET agreed_by_id = asked_by_id, agreed_on = loge_today()",
        "INSERT INTO tenants_inspection (id) VALUES (gen_random_uuid())",
        "SELECT sentence FROM tenants_contestedsentence",
    ):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(inspection, ines, question)
    assert as_role(inspection, ines, "SELECT * FROM tenants_inspection_lines(%s)", one.pk) == []
    kinds = as_role(inspection, ines, "SELECT DISTINCT kind FROM audit_event")
    assert {kind for (kind,) in kinds} <= {"sentence_refused", "refusal_contested", "contest_decided", "notes_expired"}


def test_nobody_agrees_to_what_they_asked_nor_in_anothers_name(house):
    ines, paul = house.person("ines"), house.person("paul")
    one = make_inspection(paul, [["tenants.Tenant.last_name", str(house.tenant(AT_A).pk)]])
    agree = "UPDATE tenants_inspection SET agreed_by_id = %s, agreed_on = loge_today() WHERE id = %s"
    with pytest.raises(IntegrityError, match="inspection_takes_two"):
        as_role(Compartment.INTAKE, paul.pk, agree, paul.pk, one.pk)
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(Compartment.INTAKE, paul.pk, agree, ines.pk, one.pk)
    late = make_inspection(ines, [], asked=-8)
    as_role(Compartment.INTAKE, paul.pk, agree, paul.pk, late.pk)
    late.refresh_from_db(using=OWNER)
    assert not late.is_agreed
    agreed = make_inspection(ines, [["tenants.Tenant.last_name", str(house.tenant(AT_A).pk)]], agreed_by=paul)
    assert len(as_role(Compartment.INSPECTION, ines.pk, "SELECT * FROM tenants_inspection_lines(%s)", agreed.pk)) == 1
    connections["default"].close()
