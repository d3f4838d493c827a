"""The inventory of free texts, and word inspections, which search them for given words.

A person alone may only count in how many texts a word occurs. Reading these texts needs the approval of a second
person. The searched words are not stored.
"""

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
from oversight.models import Inspection
from tests.builders import OWNER, events, make_inspection, paris_day, run, seal_sentence, write_note
from tests.casework.test_notes import tables_containing
from tests.database.test_policies import as_role

AT_A, AT_Q = "Calme-Glycines A", "Calme-Quai 9"
SAID = "Rappelle le 5 : Dépôt versé par l’œuvre, reçu n° 12."
# The tests search the stored texts for this word, and check that the search itself stored the word nowhere.
CANARY = "qxzwcanari"
WORDS = f"dépôt\nŒUVRE, introuvable; {CANARY}"


@pytest.fixture
def written(landlord):
    """Create two notes, on accounts in two agencies, and a sentence that the screening refused. Return the notes.

    The author of the refused sentence has contested the refusal, so the sentence is stored for a decision.
    """
    notes = [write_note(landlord.account(AT_A), SAID), write_note(landlord.account(AT_Q), "Dépôt à rendre le 12.")]
    seal_sentence(landlord.account(AT_A), landlord.person("elise"), "Le dépot est fait, dit la voisine.")
    return notes


def words(answer) -> str:
    return answer.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def counted(client, text: str = WORDS):
    return client.post("/registre/controle/", {"words": text})


# --- The inventory ----------------------------------------------------------------------------------------------------


def test_inventory_shows_counts_and_lengths_only(landlord, sign_in, written):
    page = words(sign_in("ines").get("/registre/textes/"))
    row = page.split("Notes sur un compte")[1].split("</tr>")[0]
    assert (
        "vérifié avant l’enregistrement" in row
        and 'data-told="Nombre">2</td>' in row
        and f"{paris_day():%d.%m.%Y}" in row
    )
    # The page must not show the maximum length of fewer than five notes, because it is the length of a single note.
    assert 'data-told="Longueur maximale">–</td>' in row
    sealed = page.split("Phrases contestées</th>")[1].split("</tr>")[0]
    assert "sous scellés" in sealed and 'data-told="Nombre">1</td>' in sealed
    assert "Dépôt" not in page and "Glycines" not in page
    assert [event["facts"] for event in events(kind="register_shown")] == [{"scope": "texts"}]


def test_overdue_texts_are_shown_until_the_nightly_job(landlord, sign_in):
    ines = sign_in("ines")
    write_note(landlord.account(AT_A), SAID, written=-90, ends=-1)
    make_inspection(landlord.person("ines"), [], asked=-8)
    assert "1 texte devait être effacé" in words(ines.get("/registre/textes/"))
    call_command("expire_notes", stdout=io.StringIO())
    page = words(ines.get("/registre/textes/"))
    assert "devait être effacé" not in page and "1 note effacée" in page
    assert not Inspection.objects.using(OWNER).exists()
    assert [event["facts"] for event in events(kind="inspections_expired")] == [{"inspections": 1}]


def refuse(landlord, person: str, place: str, categories: str, times: int = 1) -> None:
    """Insert `times` audit events, each of which says that the screening refused a sentence of this person.

    `categories` are the categories of what the sentence disclosed.
    """
    for _number in range(times):
        run(
            "INSERT INTO audit_event (id, kind, outcome, actor, machine, role, permission, route, about_kind, about,"
            " place, shown, count, request, facts) VALUES (gen_random_uuid(), 'sentence_refused', 'shown', %s, '',"
            " 'officer', 'notes_write', 'account_notes', '', NULL, %s, '{}', 1, NULL,"
            " jsonb_build_object('categories', %s::text))",
            landlord.person(person).pk,
            landlord.building(place).pk,
            categories,
        )


def test_refusals_are_counted_in_groups_of_at_least_five_people(landlord, sign_in):
    five = ("elise", "fatou", "denis", "georges", "awa")
    for name in five:
        refuse(landlord, name, "Glycines A", "health.origin", 2)
    refuse(landlord, "elise", "Quai 9", "religion", 3)
    page = words(sign_in("ines").get("/registre/textes/"))
    by_category = page.split("Refus par catégorie")[1].split("Refus par agence")[0]
    # The page must not show the number of refusals for religion, because they concern fewer than five authors.
    # If refusals for religion were not merged with another category, a reader could subtract the others from the total.
    assert "Origine" in by_category and '<td class="num">10</td>' in by_category
    assert "Religion" not in by_category and "Santé" not in by_category
    assert "Autres catégories, ensemble" in by_category and '<td class="num">13</td>' in by_category
    by_agency = page.split("Refus par agence")[1].split("Refus par mois")[0]
    # The page must not count refusals per agency, because in each agency they concern fewer than five authors.
    assert "Agence Bercy" not in by_agency and "Agence Belleville" not in by_agency
    assert '<td class="num">13</td>' in page.split("Refus par mois")[1].split("Inventaire")[0]
    for name in five:
        assert landlord.person(name).name not in page


def test_counts_link_to_their_events_unless_merged(landlord, sign_in):
    for name in ("elise", "fatou", "denis", "georges", "awa"):
        refuse(landlord, name, "Glycines A", "health.origin", 2)
        refuse(landlord, name, "Quai 9", "religion")
    refuse(landlord, "elise", "Quai 9", "politics", 3)
    ines = sign_in("ines")
    page = words(ines.get("/registre/textes/"))
    health, month = links(page, "category=health"), links(page, f"first={paris_day().replace(day=1)}")
    agency = links(page, f"place={landlord.place('Agence Belleville').pk}")
    assert [len(matches) for matches in (health, agency, month)] == [1, 1, 1]
    assert links(page, "category=politics") == [] and "Opinions" not in page.split("Refus par agence")[0]
    for address, lines in ((health[0], 10), (agency[0], 10), (month[0], 18)):
        page = words(ines.get(address))
        assert page.count('<td role="cell">Phrase refusée') == lines, address
    assert "Mentions" not in words(ines.get("/trace/mentions/?category=judgement').--")).split("</form>")[-1]
    assert '<td role="cell">Phrase refusée' not in words(ines.get("/trace/mentions/?category=judgement"))


def links(page: str, having: str) -> list[str]:
    matches = re.findall(r'href="(/trace/mentions/[^"]*)"', page)
    return [address.replace("&amp;", "&") for address in matches if having in address]


def test_rate_of_overruled_refusals_is_shown(landlord, sign_in):
    refuse(landlord, "elise", "Glycines A", "health", 8)
    for answer in ("allow_once", "erased"):
        run(
            "INSERT INTO audit_event (id, kind, outcome, actor, machine, role, permission, route, about_kind, about,"
            " place, shown, count, request, facts) VALUES (gen_random_uuid(), 'contest_decided', 'changed', %s, '',"
            " 'sector_manager', 'contest_agree', 'contest_agree', '', NULL, %s, '{}', 1, NULL,"
            " jsonb_build_object('answer', %s::text))",
            landlord.person("georges").pk,
            landlord.building("Glycines A").pk,
            answer,
        )
    page = words(sign_in("ines").get("/registre/textes/"))
    rate = page.split("Part des refus jugés injustifiés")[1].split("</div>")[0]
    assert (
        "12 %" in rate and '<dd class="num">1</dd>' in page.split("Refus jugés injustifiés</dt>")[1].split("</div>")[0]
    )
    assert "12 %" in words(sign_in("ines").get("/trace/"))


# --- Word counts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "why"),
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
def test_word_list_is_validated(landlord, sign_in, text, why):
    answer = counted(sign_in("ines"), text)
    assert why in words(answer) and not events(kind="words_counted")


@pytest.mark.parametrize(
    "text", ["Œuvre d’Élodie", "STRASSE ß", "Łódź, sœur", "n° 12 – ÇA", "ﬁn de mois", "à l'hôpital"]
)
def test_database_and_python_normalise_alike(landlord, text):
    assert run("SELECT tenants_fold_name(%s)", text) == [(f" {folded(text)} ",)]


def test_words_are_not_stored_anywhere(landlord, sign_in, written, caplog):
    """The searched words must be stored in no table, audit event, session, log, cache or URL.

    The test sends word counts, requests to read the texts that contain the words, and requests that are refused.
    """
    caplog.set_level(logging.DEBUG)
    ines = sign_in("ines")
    write_note(landlord.account(AT_A), "Remet le double des clés le 3.")
    assert CANARY in words(counted(ines))  # Only the form of the result page may repeat the searched word.
    form_data = ines.post("/registre/controle/lire/", {"words": f"clés, {CANARY}"})
    assert form_data.status_code == 302 and CANARY not in form_data["Location"]
    assert ines.post("/registre/controle/lire/", {"words": CANARY}).status_code == 302
    assert ines.post("/registre/controle/lire/", {"words": CANARY * 9}).status_code == 200
    sign_in("elise").post("/registre/controle/", {"words": CANARY})
    for page in ("/registre/controle/", "/registre/textes/", "/trace/", "/trace/mentions/"):
        assert CANARY not in words(ines.get(page))
    assert tables_containing(CANARY) == [] and CANARY not in caplog.text and CANARY not in str(events())
    assert CANARY not in str(getattr(cache, "_cache", ""))


# --- Reading lines, with four-eyes approval ---------------------------------------------------------------------------


def request_inspection(landlord, sign_in) -> Inspection:
    assert sign_in("ines").post("/registre/controle/lire/", {"words": WORDS}).status_code == 302
    return Inspection.objects.using(OWNER).get()


def test_lines_are_read_after_a_second_person_agrees(landlord, sign_in, written):
    item = request_inspection(landlord, sign_in)
    ines, paul = sign_in("ines"), sign_in("paul")
    before = words(ines.get(f"/registre/controle/{item.pk}/"))
    assert "masquées" in before and "Dépôt" not in before
    page = words(paul.get(f"/controles/{item.pk}/"))
    assert "Inès Haddad" in page and "Dépôt" not in page
    assert paul.post(f"/controles/{item.pk}/").status_code == 302
    assert paul.post(f"/controles/{item.pk}/").status_code == 200  # Nobody may approve a request twice.
    after = words(ines.get(f"/registre/controle/{item.pk}/"))
    assert "Dépôt versé" in after and "Dépôt à rendre" in after and "accordé par Paul Nguyen" in after
    assert "voisine" not in after  # A refused sentence must not be shown, even if its author contests the refusal.
    assert paul.get(f"/registre/controle/{item.pk}/").status_code == 403
    [event_read] = [event for event in events(kind="inspected_lines_read") if event["outcome"] == Outcome.SHOWN]
    assert (
        set(event_read["shown_ids"]) == {landlord.account(AT_A).pk, landlord.account(AT_Q).pk}
        and event_read["count"] == 2
    )
    for kind, name in (("reading_asked", "ines"), ("reading_agreed", "paul")):
        assert [event["actor"] for event in events(kind=kind)] == [landlord.person(name).pk]


def test_later_lines_are_not_included(landlord, sign_in, written):
    item = request_inspection(landlord, sign_in)
    sign_in("paul").post(f"/controles/{item.pk}/")
    write_note(landlord.account(AT_A), "Dépôt rendu en entier.")
    assert "rendu en entier" not in words(sign_in("ines").get(f"/registre/controle/{item.pk}/"))


def test_request_does_not_disclose_whether_a_word_occurs(landlord, sign_in, written):
    ines = sign_in("ines")
    answers = []
    for text in ("introuvable", "versé"):
        answer = ines.post("/registre/controle/lire/", {"words": text}, follow=True)
        assert "La demande est transmise" in words(answer)
        [mine] = [item for item in Inspection.objects.using(OWNER).all() if item.lines == len(answers)]
        answers.append(words(ines.get(f"/registre/controle/{mine.pk}/")).replace(str(mine.pk), "ID"))
    assert _without_tokens(answers[0]) == _without_tokens(answers[1])
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.INSPECTION, landlord.person("ines").pk, "SELECT lines FROM oversight_inspection")


def _without_tokens(page: str) -> str:
    return re.sub(r'<time[^>]*>[^<]*</time>|name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def test_request_is_refused_only_above_a_disclosed_count(landlord, sign_in):
    """A request to read more than 200 texts is refused only if the word is in texts about five households or more.

    If fewer households are concerned, the request must be answered as for a word that occurs nowhere, because a refusal
    would disclose that these texts exist.
    """
    ines = sign_in("ines")
    for _number in range(201):
        write_note(landlord.account(AT_A), "Rappelle le 5.", written=-1)
    assert "La demande est transmise" in words(
        ines.post("/registre/controle/lire/", {"words": "rappelle"}, follow=True)
    )
    for name in (AT_Q, "Calme-Glycines B", "Dette-Glycines A", "Dette-Quai 9"):
        write_note(landlord.account(name), "Rappelle le 5.", written=-1)
    assert ">205<" in words(counted(ines, "rappelle"))
    assert "deux cents lignes" in words(ines.post("/registre/controle/lire/", {"words": "rappelle"}))
    assert Inspection.objects.using(OWNER).count() == 1


# --- Database privileges ----------------------------------------------------------------------------------------------


def test_role_cannot_read_texts(landlord, written):
    ines, inspection = landlord.person("ines").pk, Compartment.INSPECTION
    hits = [["casework.AccountNote.text", str(written[0].pk)]]
    item = make_inspection(landlord.person("ines"), hits)
    for nobody in (landlord.person("paul").pk, landlord.person("elise").pk):
        assert as_role(inspection, nobody, "SELECT * FROM oversight_words_counted('{dépôt}', '')") == []
        assert as_role(inspection, nobody, "SELECT oversight_ask_inspection('{dépôt}', '')") == [(None,)]
    for question in (
        "SELECT said FROM oversight_text",
        "SELECT text FROM casework_accountnote",
        "SELECT last_name FROM tenants_tenant",
        "SELECT hits FROM oversight_inspection",
        "UPDATE oversight_inspection SET agreed_by_id = asked_by_id, agreed_on = loge_today()",
        "INSERT INTO oversight_inspection (id) VALUES (gen_random_uuid())",
        "SELECT sentence FROM casework_contestedsentence",
    ):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(inspection, ines, question)
    assert as_role(inspection, ines, "SELECT * FROM oversight_inspection_lines(%s)", item.pk) == []
    kinds = as_role(inspection, ines, "SELECT DISTINCT kind FROM audit_event")
    assert {kind for (kind,) in kinds} <= {"sentence_refused", "refusal_contested", "contest_decided", "notes_expired"}


def test_approval_needs_another_person_in_their_own_name(landlord):
    ines, paul = landlord.person("ines"), landlord.person("paul")
    item = make_inspection(paul, [["tenants.Tenant.last_name", str(landlord.tenant(AT_A).pk)]])
    agree = "UPDATE oversight_inspection SET agreed_by_id = %s, agreed_on = loge_today() WHERE id = %s"
    with pytest.raises(IntegrityError, match="inspection_takes_two"):
        as_role(Compartment.INTAKE, paul.pk, agree, paul.pk, item.pk)
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(Compartment.INTAKE, paul.pk, agree, ines.pk, item.pk)
    late = make_inspection(ines, [], asked=-8)
    as_role(Compartment.INTAKE, paul.pk, agree, paul.pk, late.pk)
    late.refresh_from_db(using=OWNER)
    assert not late.is_agreed
    agreed = make_inspection(ines, [["tenants.Tenant.last_name", str(landlord.tenant(AT_A).pk)]], agreed_by=paul)
    assert len(as_role(Compartment.INSPECTION, ines.pk, "SELECT * FROM oversight_inspection_lines(%s)", agreed.pk)) == 1
    connections["default"].close()
