"""Pages of the audit log.

The pages show events without names. To see all events of one employee, a user must give a reason. Users may see their
own events without a reason.
"""

import html
import re
from uuid import uuid4

import pytest
from django.core.management import call_command

from oversight.forms.audit_log import spell_reference
from tests.audit.test_append_only import COLUMNS, VALUES
from tests.builders import events, leave_line, run
from tests.sample_objects import SampleObjects

PAGES = ("/trace/", "/trace/mentions/", "/trace/compte/")
LATE = "Dette-Glycines A"
NAMES = ("Élise Bernard", "Awa Diakité", "Fatou Ndiaye")


def words(answer):
    return answer.content.decode()


@pytest.fixture
def opened(landlord, sign_in):
    """Provide an account that its officer opened, and that an officer of another agency was refused."""
    account = landlord.account("Dette-Glycines A")
    sign_in("elise").get(f"/comptes/{account.reference}/")
    sign_in("fatou").get(f"/comptes/{account.reference}/")
    return account


@pytest.mark.parametrize("page", PAGES)
def test_dpo_reading_the_audit_log_is_recorded(opened, sign_in, landlord, page):
    answer = sign_in("ines").get(page)
    assert answer.status_code == 200
    [event] = events(kind="history_read")
    assert (event["outcome"], event["actor"], event["role"]) == ("shown", landlord.person("ines").pk, "dpo")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", ["awa", "elise", "georges", "helene", "jules", "noel"])
def test_other_roles_cannot_read_the_audit_log(opened, sign_in, page, name):
    assert sign_in(name).get(page).status_code == 403
    assert not events(kind="history_read")


@pytest.mark.parametrize("page", PAGES)
def test_pages_show_no_employee_name_or_id(opened, sign_in, landlord, page):
    text = words(sign_in("ines").get(page))
    for name in ("elise", "fatou"):
        person = landlord.person(name)
        assert person.name not in text and str(person.pk) not in text and person.email not in text


def test_events_show_action_place_and_role(opened, sign_in):
    text = words(sign_in("ines").get("/trace/mentions/"))
    assert "Compte ouvert" in text and "Glycines A" in text and "gestion locative" in text
    assert "Refusé, hors périmètre" in text


@pytest.mark.parametrize(
    ("form_data", "matches", "absent"),
    [
        ("outcome=refusals", "Refusé, hors périmètre", '<td role="cell">Compte ouvert'),
        ("kind=account_opened", '<td role="cell">Compte ouvert', "hors périmètre</span>"),
        ("outcome=missing", "hors périmètre</span>", '<td role="cell">Connexion'),
    ],
)
def test_events_are_filtered_by_kind_and_outcome(opened, sign_in, form_data, matches, absent):
    text = words(sign_in("ines").get(f"/trace/mentions/?{form_data}"))
    assert matches in text and absent not in text


def test_events_are_filtered_by_place_and_places_below(opened, sign_in, landlord):
    client = sign_in("ines")
    within, elsewhere = landlord.place("Agence Belleville"), landlord.place("Agence Bercy")
    line = '<td role="cell">Compte ouvert'
    assert line in words(client.get(f"/trace/mentions/?place={within.pk}"))
    assert line in words(client.get(f"/trace/mentions/?place={opened.building_id}"))
    assert line not in words(client.get(f"/trace/mentions/?place={elsewhere.pk}"))
    assert events(kind="history_read")[0]["place"] == within.pk


def test_events_are_filtered_by_period(opened, sign_in):
    client = sign_in("ines")
    assert "Aucune mention" in words(client.get("/trace/mentions/?last=01/01/2020"))
    assert "Compte ouvert" in words(client.get("/trace/mentions/?first=01/01/2020"))
    assert "jour-" not in words(client.get("/trace/mentions/?first=hier"))


def test_events_of_an_account_are_found_by_reference(opened, sign_in, landlord):
    client = sign_in("ines")
    text = words(client.post("/trace/compte/", {"reference": opened.reference.lower().replace("-", " ")}))
    assert '<td role="cell">Compte ouvert' in text and "Dette" not in text
    event = events(kind="history_read")[-1]
    assert (event["about"], event["facts"]) == (opened.pk, {"scope": "account"})
    assert "Aucun compte n’a cette référence" in words(client.post("/trace/compte/", {"reference": "AAAA-BBBB-CCCC"}))


def test_event_page_shows_place_and_facts(opened, sign_in):
    [event] = events(kind="account_opened")
    text = words(sign_in("ines").get(f"/trace/{event['id']}/"))
    for words_typed in (
        "Compte ouvert",
        "Direction Est",
        "Les Glycines",
        "ouvrir un compte",
        f"n° {str(event['request'])[:8]}",
    ):
        assert words_typed in text
    assert f"?about={opened.pk}" in text and f">{opened.pk}" not in text
    assert not any(name in text for name in NAMES)


def test_events_of_a_person_need_a_reason_and_are_recorded(opened, sign_in, landlord):
    client, elise = sign_in("ines"), landlord.person("elise")
    before = words(client.get(f"/trace/personnes/{elise.pk}/"))
    assert elise.name not in before and "Compte ouvert" not in before
    assert elise.name not in words(client.post(f"/trace/personnes/{elise.pk}/", {"reason": "curious"}))
    assert not events(kind="person_looks_read")
    assert "accès d’urgence à vérifier" in before
    for number, reason in enumerate(("complaint", "emergency")):
        after = words(client.post(f"/trace/personnes/{elise.pk}/", {"reason": reason}))
        assert elise.name in after and "Compte ouvert" in after
        event = events(kind="person_looks_read")[number]
        assert event["facts"] == {"reason": reason, "person": str(elise.pk)}
    assert (event["about_kind"], event["about"]) == ("person", elise.pk)


def test_other_roles_cannot_open_a_persons_events(opened, sign_in, landlord):
    elise = landlord.person("elise")
    for name in ("jules", "georges", "elise"):
        answer = sign_in(name).post(f"/trace/personnes/{elise.pk}/", {"reason": "complaint"})
        assert answer.status_code == 403


def test_everybody_reads_only_their_own_events(opened, sign_in):
    mine = words(sign_in("elise").get("/ma-trace/"))
    assert "Compte ouvert" in mine and "hors périmètre" not in mine
    theirs = words(sign_in("fatou").get("/ma-trace/"))
    assert "Compte ouvert" not in theirs and "hors périmètre" in theirs
    assert len(events(kind="own_looks_read")) == 2
    assert sign_in("noel").get("/ma-trace/").status_code == 200


def test_pagination_has_no_gap_and_no_repeat(landlord, sign_in):
    client = sign_in("noel")
    for _ in range(120):
        client.get("/ma-trace/")
    keys_seen, url = [], "/ma-trace/"
    while url:
        answer = client.get(url)
        keys_seen += [line.event.pk for _day, lines in answer.context["days"] for line in lines]
        url = answer.context["next_url"]
    assert len(keys_seen) == len(set(keys_seen)) and len(keys_seen) > 120
    assert client.get("/ma-trace/?before=nonsense_x").status_code == 200


def test_person_without_role_is_told_whom_to_ask(landlord, sign_in):
    answer = sign_in("noel").get("/")
    assert answer.status_code == 200 and "Aucun lieu ne vous est confié" in words(answer)


def test_events_are_filtered_by_role(opened, sign_in):
    client = sign_in("ines")
    line = '<td role="cell">Compte ouvert'
    assert line in words(client.get("/trace/mentions/?role=officer"))
    assert line not in words(client.get("/trace/mentions/?role=caretaker"))
    assert events(kind="history_read")[-1]["facts"] == {"scope": "role"}


def test_overview_shows_granted_access_without_names(landlord, sign_in):
    # Georges (sector manager) has requested an assignment for Noël, which awaits approval.
    form_data = SampleObjects(landlord).asked
    page = words(sign_in("ines").get("/trace/")).split('id="donnes"')[1].split("</section>")[0]
    assert "Aucun accès demandé" in page
    assert sign_in("jules").post(f"/acces/demandes/{form_data.pk}/approuver/").status_code == 302
    client = sign_in("ines")
    page = words(client.get("/trace/")).split('id="donnes"')[1].split("</section>")[0]
    assert "Accès approuvé" in page and "gestion locative" in page and "Secteur Glycines" in page
    # The page must list the grant of access once, as "Accès approuvé", and not again as "Affectation donnée".
    assert "Affectation donnée" not in page
    for name in ("Noël Caron", "Georges Petit", "Jules Moreau"):
        assert name not in page
    assert "Noël Caron" in words(client.get(f"/acces/demandes/{form_data.pk}/"))


def test_charts_link_to_events_and_back(opened, sign_in):
    client = sign_in("ines")
    page = words(client.get("/trace/"))
    assert "?role=officer&amp;first=" in page and "?outcome=missing&amp;first=" in page
    week = re.search(r'href="(/trace/mentions/\?outcome=shown&amp;first=[\d-]+&amp;last=[\d-]+)"', page).group(1)
    assert client.get(html.unescape(week)).status_code == 200
    lines = words(client.get("/trace/mentions/?role=officer&outcome=shown"))
    link = re.search(r'href="(/trace/[0-9a-f-]{36}/\?[^"]+)"', lines).group(1)
    assert "/trace/mentions/?role=officer&amp;outcome=shown" in words(client.get(html.unescape(link)))


def test_hidden_filters_are_listed_and_removable(opened, sign_in):
    """The list of audit events must show every filter that its URL contains.

    The filters by event number and by subject have no visible field in the form. The page must list these filters, each
    with a link that removes the filter.
    """
    [event] = events(kind="account_opened")
    number, about, client = str(event["id"])[:8], str(event["about"]), sign_in("ines")
    page = words(client.get(f"/trace/mentions/?number={number}&about={about}&role=officer"))
    form = page.split('<form class="filters"')[1].split("</form>")[0]
    for name, value in (("number", number), ("about", about)):
        assert re.search(rf'<input type="hidden" name="{name}" value="{value}"', form)
    assert f"du numéro {number}" in page and "d’un même sujet" in page
    off = [html.unescape(link) for link in re.findall(r'<p class="aside">.*?href="([^"]+)"', page)]
    assert off == [f"/trace/mentions/?{left}&role=officer" for left in (f"number={number}", f"about={about}")]
    rest = words(client.get(off[1]))
    assert "du numéro" not in rest and 'name="number" value' not in rest and '<td role="cell">Compte ouvert' in rest


def test_back_link_contains_only_known_filters(opened, sign_in):
    [event] = events(kind="account_opened")
    page = words(sign_in("ines").get(f"/trace/{event['id']}/?role=officer&name=Dette&next=//elsewhere"))
    assert "role=officer" in page and "Dette" not in page and "elsewhere" not in page


def test_dpo_sees_the_state_of_the_sealed_log(landlord, sign_in, settings, tmp_path):
    """The page about the sealed log must show the newest checkpoint, or say that nothing is sealed yet.

    The page must warn if new events are sealed late, if the witnesses (outside servers that countersign the log) are
    late, or if an invalid retention file prevents the deletion of old events.
    """
    client = sign_in("ines")
    assert "Aucune mention n’est encore sous sceau" in client.get("/trace/sceau/").content.decode()
    settings.ERASURES_FILE = str(tmp_path / "erasures")
    call_command("seal", "--once", verbosity=0)
    call_command("forget_pseudonym", str(landlord.person("awa").pk), verbosity=0)
    page = client.get("/trace/sceau/").content.decode()
    size, note = run("SELECT size, convert_from(note, 'UTF8') FROM audit_checkpoint ORDER BY size DESC LIMIT 1")[0]
    assert html.escape(note) in page and f"<b>{size} feuilles</b>" in page and "Clé d’un pseudonyme détruite" in page
    assert "Aucune cosignature" not in page and "Sans témoin" in page and "12 mois" in page
    run("INSERT INTO audit_cosignature (size, witness, line) VALUES (1, 'witness.example', '')")
    for table in ("leaf", "checkpoint"):
        run(f"ALTER TABLE audit_{table} DISABLE TRIGGER USER")
        run(f"UPDATE audit_{table} SET at = at - interval '1 hour'")
    run(f"INSERT INTO audit_event (at, {COLUMNS}) VALUES (now() - interval '2 minutes', {VALUES})")
    (tmp_path / "retention").write_text("{}")
    settings.RETENTION_FILE = str(tmp_path / "retention")
    page = client.get("/trace/sceau/").content.decode()
    assert all(text in page for text in ("Le sceau est arrêté", "Aucune cosignature récente", "witness.example"))
    assert "aucune mention n’est effacée" in page
    assert [event["outcome"] for event in events(kind="seal_shown")] == ["shown"] * 3


def test_event_is_found_by_its_report_number(opened, sign_in):
    [event] = events(kind="account_opened")
    client = sign_in("ines")
    text = words(client.get(f"/trace/mentions/?number={str(event['id'])[:8]}"))
    assert '<td role="cell">Compte ouvert' in text and text.count('<td role="cell">Compte ouvert') == 1
    assert events(kind="history_read")[-1]["facts"] == {"scope": "number"}
    other = f"{(int(str(event['id'])[:8], 16) + 1) % (1 << 32):08x}"
    assert "Aucune mention" in words(client.get(f"/trace/mentions/?number={other}"))
    assert "Compte ouvert</td>" not in words(client.get("/trace/mentions/?number=zz"))


# --- Amounts are not shown -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", ["payment_taken", "charge_posted", "adjustment_posted", "entry_reversed", "write_off_asked"]
)
def test_audit_log_pages_show_no_amount_or_label(landlord, sign_in, kind):
    facts = {"label": "cheque", "cents": 123_45, "reason": "compensation", "entry": str(uuid4())}
    line = leave_line(kind, landlord.person("elise"), landlord.account(LATE), outcome="changed", facts=facts)
    ines = sign_in("ines")
    text = ines.get(f"/api/v1/trace/{line}/").json()["facts"]
    assert text == {"entry": facts["entry"]}
    page = ines.get(f"/trace/{line}/").content.decode()
    assert f"n° {facts['entry'][:8]}" in page and not [
        word for word in ("12345", "cheque", "compensation") if word in page
    ]


def test_other_facts_are_shown(landlord, sign_in):
    line = leave_line("account_opened", landlord.person("elise"), landlord.account(LATE), facts={"reason": "posting"})
    assert sign_in("ines").get(f"/api/v1/trace/{line}/").json()["facts"] == {"reason": "posting"}


def test_reference_is_spelled_as_in_letters():
    assert spell_reference("k7qx 9m2d-4rtb") == spell_reference("K7QX9M2D4RTB") == "K7QX-9M2D-4RTB"


def test_page_of_one_of_two_events_with_the_same_id(opened, sign_in):
    """The ids of events come from the web processes, so PostgreSQL does not keep an id from being used twice."""
    [event] = events(kind="account_opened")
    run(f"INSERT INTO audit_event ({COLUMNS}) VALUES ({VALUES.replace('gen_random_uuid()', '%s')})", event["id"])
    assert sign_in("ines").get(f"/trace/{event['id']}/").status_code == 200
