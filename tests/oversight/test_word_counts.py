"""The DPO or an inspector counts the households whose stored texts contain a word.

Only whole words are counted, at most twenty words per person and day, and no count below five households is shown.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connections, transaction

from access.compartments import Compartment
from oversight.models import CountedWord
from oversight.word_counts import digest_key, take_words
from tenants.models import DiscreetMark
from tests.builders import OWNER, events, paris_day, run, seal_sentence, stand_wall, write_note
from tests.database.test_policies import as_role
from tests.oversight.test_texts import counted, words

NAMES = ("Calme-Glycines A", "Calme-Glycines B", "Calme-Quai 9", "Dette-Glycines A", "Dette-Glycines B", "Dette-Quai 9")
SAID = "Rappelle le 5 : dépôt versé par l’œuvre."
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def everybody_has_a_note(landlord):
    """Write the same note about six households, dated yesterday."""
    return [write_note(landlord.account(name), SAID, written=-1) for name in NAMES]


def table(answer) -> list[list[str]]:
    """Return the rows of the table of word counts in a response, as lists of cell texts."""
    page = words(answer)
    if "<tbody>" not in page:
        return []
    rows = page.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:]
    return [[cell.split("<")[0] for cell in row.split(">") if cell.split("<")[0].strip()] for row in rows]


# --- Counts ----------------------------------------------------------------------------------------------------------


def test_words_are_counted_ignoring_accents_and_case(landlord, sign_in, everybody_has_a_note):
    answer = counted(sign_in("ines"), "depot, ŒUVRE\nintrouvable")
    assert table(answer) == [["depot", "Notes sur un compte", "5"], ["oeuvre", "Notes sur un compte", "5"]]
    assert SAID not in words(answer) and "Calme" not in words(answer)
    [event] = events(kind="words_counted")
    assert (event["facts"], event["count"], event["outcome"]) == ({"words": 3}, 10, "shown")


def test_only_whole_words_are_counted(landlord, sign_in, everybody_has_a_note):
    assert table(counted(sign_in("ines"), "depo, rappel, epot, verse")) == [["verse", "Notes sur un compte", "5"]]


@pytest.mark.parametrize("households", [0, 1, 4])
def test_fewer_than_five_households_count_as_none(landlord, sign_in, households):
    for name in NAMES[:households]:
        for _time in range(3):  # A household with several notes that contain the word still counts once.
            write_note(landlord.account(name), SAID, written=-1)
    for name in NAMES[:households]:
        seal_sentence(landlord.account(name), landlord.person("elise"), "Dépôt contesté.", asked=-1)
    answer = counted(sign_in("ines"), "depot")
    assert table(answer) == [] and "Aucun nombre à afficher" in words(answer)
    [event] = events(kind="words_counted")
    assert event["count"] == 0


def test_contested_sentences_are_counted_under_the_same_rules(landlord, sign_in):
    for name in NAMES:
        seal_sentence(landlord.account(name), landlord.person("elise"), "Le dépot est fait, dit la voisine.", asked=-1)
    for name in NAMES[:4]:
        seal_sentence(landlord.account(name), landlord.person("elise"), "Une cousine est venue.", asked=-1)
    assert table(counted(sign_in("ines"), "voisine, cousine, vois")) == [["voisine", "Phrases contestées", "5"]]


def test_counts_of_two_words_isolate_no_household(landlord, sign_in, everybody_has_a_note):
    """Texts must be counted for each word alone. A total for two words would reveal a rare word by subtraction."""
    write_note(landlord.account(NAMES[0]), "Une cousine est venue.", written=-1)
    ines = sign_in("ines")
    assert table(counted(ines, "depot")) == table(counted(ines, "depot, cousine"))
    assert events(kind="words_counted")[0]["count"] == events(kind="words_counted")[1]["count"]


def test_todays_texts_are_not_counted(landlord, sign_in, everybody_has_a_note):
    """A text written today must not be counted.

    Otherwise, a count before the text was written and one after would disclose whether the text contains the word.
    """
    ines = sign_in("ines")
    before = table(counted(ines, "depot"))
    for name in NAMES:
        write_note(landlord.account(name), SAID)
        seal_sentence(landlord.account(name), landlord.person("elise"), "Dépôt rendu.")
    assert table(counted(ines, "depot")) == before


def test_one_household_does_not_change_a_count(landlord, sign_in, everybody_has_a_note):
    ines = sign_in("ines")
    before = table(counted(ines, "depot"))
    mark_discreet(landlord, NAMES[0])
    assert table(counted(ines, "depot")) == before and before != []


def mark_discreet(landlord, name: str) -> None:
    lease = landlord.account(name).lease
    days = {"first_day": paris_day(), "last_day": paris_day(30)}
    DiscreetMark(lease=lease, building_id=lease.building_id, **days).save(using=OWNER)


def test_discreet_and_walled_households_are_not_counted(landlord, sign_in, everybody_has_a_note):
    mark_discreet(landlord, NAMES[0])
    assert table(counted(sign_in("ines"), "depot")) != []
    stand_wall(landlord.account(NAMES[1]).lease, landlord.person("ines"))
    # Without the discreet (hidden) household and the one in a conflict of interest, four remain: too few for a count.
    assert table(counted(sign_in("ines"), "depot")) == []


def test_discreet_households_are_left_out_of_the_lines(landlord, sign_in, everybody_has_a_note):
    mark_discreet(landlord, NAMES[0])
    ines = sign_in("ines")
    ines.post("/registre/controle/lire/", {"words": "depot"})
    [(pk, lines)] = run("SELECT id, lines FROM oversight_inspection")
    assert lines == len(NAMES) - 1
    sign_in("paul").post(f"/controles/{pk}/")
    # The page must leave out texts about a household that becomes discreet (hidden) after their reading was approved.
    mark_discreet(landlord, NAMES[1])
    assert words(ines.get(f"/registre/controle/{pk}/")).count("Rappelle le 5") == len(NAMES) - 2


# --- Lengths ----------------------------------------------------------------------------------------------------------


def lengths(client) -> list[str]:
    """Return the average and longest length of the notes on accounts, as the page shows them."""
    row = words(client.get("/registre/textes/")).split("Notes sur un compte")[1].split("</tr>")[0]
    return [row.split(f'data-told="{head}">')[1].split("<")[0] for head in ("Longueur moyenne", "Longueur maximale")]


def test_inventory_does_not_disclose_the_length_of_one_text(landlord, sign_in, everybody_has_a_note):
    """The page must round the average and longest length of texts to tens, so that neither discloses a single text.

    Texts written today, and texts about discreet households, must be left out.
    """
    ines = sign_in("ines")
    assert len(SAID) == 40 and lengths(ines) == ["40", "40"]
    write_note(landlord.account(NAMES[0]), SAID * 3)
    assert lengths(ines) == ["40", "40"]  # A note written today must not affect the average and longest length.
    write_note(landlord.account(NAMES[0]), SAID + "12", written=-1)
    assert lengths(ines) == ["40", "40"]
    write_note(landlord.account(NAMES[0]), SAID * 3, written=-1)
    assert lengths(ines) == ["50", "120"]
    mark_discreet(landlord, NAMES[0])
    assert lengths(ines) == ["40", "40"]


# --- Limit of twenty words a day -------------------------------------------------------------------------------------


def some_words(many: int, first: str = "m") -> list[str]:
    return [f"{first}{item}{other}" for item in LETTERS for other in LETTERS][:many]


def test_twenty_first_word_of_a_day_is_refused_and_recorded(landlord, sign_in):
    ines = sign_in("ines")
    assert "Aucun nombre" in words(counted(ines, ", ".join(some_words(15))))
    # These are the fifteen words counted before, which must not count again, and five more. That makes the allowed 20.
    assert "Aucun nombre" in words(counted(ines, ", ".join(some_words(20))))
    refused = counted(ines, "calme")
    assert "Vingt mots par jour" in words(refused) and table(refused) == []
    assert len(events(kind="limit_reached")) == 1 and len(events(kind="words_counted")) == 2
    assert "Vingt mots par jour" in words(ines.post("/registre/controle/lire/", {"words": "calme"}))
    run("UPDATE oversight_countedword SET day = day - 1")
    assert table(counted(ines, "calme")) != []


def test_inspector_has_the_same_daily_limit(landlord, sign_in):
    simone = sign_in("simone")
    for text in (", ".join(some_words(20)), "calme"):
        answer = simone.post("/controle/E12/", {"words": text})
    assert "Vingt mots par jour" in words(answer) and "Noms de locataires" not in words(answer)
    assert len(events(kind="limit_reached")) == 1
    # Each person has their own limit, so the DPO may still search for words after the inspector has reached the limit.
    assert table(counted(sign_in("ines"), "calme")) != []


def test_concurrent_requests_share_the_daily_limit(landlord):
    """Two simultaneous requests of one person must not count more words than the daily limit together.

    The second one must wait until the transaction of the first one ends.
    """
    ines = landlord.person("ines")

    def take_others() -> None:
        try:
            take_words(ines, some_words(15, "n"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(using="trace"):
            take_words(ines, some_words(15))
            second = pool.submit(take_others)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.5)
        with pytest.raises(ValidationError, match="Vingt mots"):
            second.result(timeout=10)
    assert CountedWord.objects.using(OWNER).count() == 15


def test_failed_request_still_uses_the_limit(landlord, monkeypatch):
    """The words of a failed request must count towards the daily limit, even if the transaction is rolled back."""
    ines = landlord.person("ines")
    with pytest.raises(RuntimeError), transaction.atomic():
        take_words(ines, some_words(20))
        raise RuntimeError
    with pytest.raises(ValidationError):
        take_words(ines, ["calme"])


def test_word_digests_are_keyed_and_deleted_at_night(landlord):
    take_words(landlord.person("ines"), ["calme"])
    run("UPDATE oversight_countedword SET day = day - 1")
    [(digest,)] = run("SELECT digest FROM oversight_countedword WHERE digest <> sha256('calme')")
    assert len(bytes(digest)) == 32
    call_command("expire_notes", verbosity=0)
    assert not CountedWord.objects.using(OWNER).exists()


# --- Database checks -------------------------------------------------------------------------------------------------


def test_database_counts_only_whole_words(landlord, everybody_has_a_note):
    ines = landlord.person("ines")
    key = digest_key(ines)
    for text in ("depot verse", "%", "", "12", "dépôt versé par", "a" * 41):
        with pytest.raises(IntegrityError, match="whole word"):
            as_role(Compartment.INSPECTION, ines.pk, "SELECT * FROM oversight_words_counted(%s, %s)", [text], key)


def test_database_counts_only_words_within_the_limit(landlord, everybody_has_a_note):
    ines = landlord.person("ines")
    ask = "SELECT * FROM oversight_words_counted(%s, %s)"
    for question in (ask, "SELECT oversight_ask_inspection(%s, %s)"):
        with pytest.raises(IntegrityError, match="word not taken"):
            as_role(Compartment.INSPECTION, ines.pk, question, ["depot"], digest_key(ines))
    assert as_role(Compartment.INSPECTION, ines.pk, "SELECT * FROM oversight_sealed_sentences()") == []
    take_words(ines, ["depot"])
    assert as_role(Compartment.INSPECTION, ines.pk, ask, ["depot"], digest_key(ines)) == [
        ("depot", "casework.AccountNote.text", 5)
    ]
    # The SQL function must count a word only for the person who requested the count, and only on the same day.
    with pytest.raises(IntegrityError, match="word not taken"):
        as_role(Compartment.CONTROL, landlord.person("simone").pk, ask, ["depot"], digest_key(ines))
    run("UPDATE oversight_countedword SET day = day - 1")
    with pytest.raises(IntegrityError, match="word not taken"):
        as_role(Compartment.INSPECTION, ines.pk, ask, ["depot"], digest_key(ines))


@pytest.mark.parametrize(
    "question",
    [
        "SELECT oversight_reserve_words(loge_person(), '{}')",
        "SELECT * FROM oversight_countedword",
        "SELECT * FROM oversight_text",
    ],
)
def test_counting_role_cannot_bypass_the_limit(landlord, question):
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.INSPECTION, landlord.person("ines").pk, question)


def test_sentence_cannot_be_reconstructed_from_counts(landlord, sign_in):
    """If only one account has a note, a count of the note's words must give the same answer as for unused words."""
    write_note(landlord.account(NAMES[0]), "Paiera le 5, puis le 20.", written=-1)
    ines = sign_in("ines")
    silent = {
        words(counted(ines, text)).split("Lignes qui contiennent")[1].split("</section>")[0]
        for text in ("paiera", "puis", "soldera", "verra")
    }
    assert len(silent) == 1
    for text in ("pai", "paiera le", "paiera le 5 puis le 20"):
        assert table(counted(ines, text)) == []
