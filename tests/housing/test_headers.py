"""What every answer carries: never stored, and a policy under which no foreign or inline thing runs."""

import pytest

from tests.known import Known
from tests.visits import visits


@pytest.mark.parametrize("name", ["elise", "awa", "jules", "nobody"])
def test_no_answer_is_stored_and_every_one_says_what_may_run(house, sign_in, name):
    sign_in("noel")  # leaves a line for the trace's doors
    known, client = Known(house), sign_in(name)
    answers = [client.get(visit.url(known)) for visit in visits()] + [client.get("/rien/"), client.get("/entrer/")]
    assert len(answers) > 60
    for answer in answers:
        assert answer["Cache-Control"] == "no-store"
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY" and answer["X-Content-Type-Options"] == "nosniff"
