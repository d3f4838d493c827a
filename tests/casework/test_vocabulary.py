"""The landlord may add codes of facts to those shipped with Loge.

The texts of a new code are screened. A code can be used at once and retired later, but never edited.
"""

from typing import Any, cast

import pytest

from casework.models import FactCode
from casework.vocabulary.facts import shipped
from tests.builders import OWNER, events
from tests.form_values import POSTS, typed

OWN = POSTS["vocabulary_add"](cast(Any, None))


def test_own_code_is_usable_at_once_and_can_be_retired(landlord, sign_in):
    steward, caretaker = sign_in("paul"), sign_in("awa")
    assert steward.post("/vocabulaire/nouveau/", OWN).status_code == 302
    assert "Serrure changée" in steward.get("/vocabulaire/").content.decode()
    page = f"/logements/{landlord.residence('Calme-Glycines A').unit_id}/"
    assert caretaker.post(f"{page}lock_changed/", {"date": typed()}).status_code == 302
    assert "Serrure changée le" in caretaker.get(page).content.decode()
    assert sign_in("georges").get(f"{page}lock_changed/").status_code == 404
    assert steward.post("/vocabulaire/", {"retire": "lock_changed"}).status_code == 302
    assert steward.post("/vocabulaire/", {"retire": "lock_changed"}).status_code == 404
    assert caretaker.get(f"{page}lock_changed/").status_code == 404
    assert "Serrure changée le" in caretaker.get(page).content.decode()
    kinds = [(event["kind"], event["facts"]) for event in events(kind__startswith="fact_code")]
    assert kinds == [(kind, {"fact": "lock_changed"}) for kind in ("fact_code_added", "fact_code_retired")]
    assert FactCode.objects.using(OWNER).get(code="lock_changed").added_by == landlord.person("paul")


def test_code_for_legacy_comments_cannot_be_retired(landlord, sign_in):
    steward = sign_in("paul")
    html = steward.get("/vocabulaire/").content.decode()
    assert "Demande transmise à l’agence le …" in html and "{" not in html[html.index("<main") : html.index("</main")]
    assert "Ancien commentaire" in html and 'value="old_comment"' not in html and 'value="keys_handed"' in html
    assert steward.post("/vocabulaire/", {"retire": "old_comment"}).status_code == 404
    assert FactCode.objects.using(OWNER).get(code="old_comment").retired_on is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"title_fr": "Locataire alcoolique"},
        {"sentence_fr": "N’est pas français, vu le {date}."},
        {"sentence_en": "Has cancer, seen on {date}."},
        {"code": "seropositif"},
        {"sentence_fr": "Serrure changée."},
        {"sentence_fr": "Serrure changée le {date} {until}."},
        {"compartment": "account", "writers": ["officer"]},
        {"writers": ["officer"], "readers": ["caretaker"]},
        {"life_months": "60"},
        {"code": "Clé"},
        {"code": "keys_handed"},
    ],
)
def test_code_with_sensitive_words_or_too_wide_access_is_refused(landlord, sign_in, wrong):
    assert sign_in("paul").post("/vocabulaire/nouveau/", {**OWN, **wrong}).status_code == 200
    assert FactCode.objects.using(OWNER).count() == len(shipped())
    assert "alcoolique" not in str(events()) and not events(kind="fact_code_added")


def test_retiring_an_unknown_code_is_404(sign_in):
    assert [sign_in("paul").post("/vocabulaire/", {"retire": word}).status_code for word in ("no_such", "\0")] == [
        404,
        404,
    ]
