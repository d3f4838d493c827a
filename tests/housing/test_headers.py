"""Headers of every response: nothing is cached, and the content security policy allows only our own scripts."""

import re

import pytest
from django.test import Client

from tests.visits import visits


@pytest.mark.parametrize("name", ["elise", "awa", "jules", "nobody"])
def test_every_response_forbids_caching_and_has_a_strict_csp(sample_objects, sign_in, name):
    sign_in("noel")  # Signing in writes an audit event, so that the pages of the audit log have something to show.
    client = sign_in(name)
    answers = [client.get(visit.url(sample_objects)) for visit in visits()] + [
        client.get("/rien/"),
        client.get("/entrer/"),
    ]
    assert len(answers) > 60
    for answer in answers:
        assert answer["Cache-Control"] == "no-store"
        policy = answer["Content-Security-Policy"].split("; ")
        assert {"default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'"} <= set(policy)
        assert not re.search("unsafe|strict-dynamic|nonce|http|data:|\\*", answer["Content-Security-Policy"])
        assert answer["Cross-Origin-Opener-Policy"] == answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["Referrer-Policy"] == "same-origin" and "camera=()" in answer["Permissions-Policy"]
        assert answer["X-Frame-Options"] == "DENY" and answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.unwatched("files name nobody")
def test_static_files_cannot_be_embedded_by_other_sites(landlord):
    for name in ("loge/trusted.js", "loge/loge.js", "loge/loge.css", "django_htmx/htmx-2.min.js"):
        answer = Client().get(f"/static/{name}")
        answer.close()
        assert answer.status_code == 200, name
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin" and "Access-Control-Allow-Origin" not in answer


def test_pages_load_three_scripts_the_trusted_types_policy_first(landlord, sign_in):
    found = re.findall(r"<script[^>]*>.*?</script>", sign_in("elise").get("/comptes/").content.decode(), re.S)
    assert [re.search(r'src="/static/(\S+)"', script)[1] for script in found] == [
        "loge/trusted.js",
        "django_htmx/htmx-2.min.js",
        "loge/loge.js",
    ]
    assert all(script.endswith("></script>") for script in found) and "defer" not in found[0]
