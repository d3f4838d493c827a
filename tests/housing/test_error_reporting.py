"""An error report shows where the code failed, but nothing that somebody typed, because others may read the report."""

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.utils.module_loading import import_string

WORD = "zyxqwanary"


def asked():
    request = RequestFactory().post(
        f"/comptes/{WORD}/?q={WORD}",
        {"text": WORD},
        headers={"User-Agent": WORD, "Cookie": f"other={WORD}", "Referer": f"http://localhost/{WORD}"},
    )
    request.user = None
    return request


def broken(request):
    """Return the `exc_info` of an exception that quotes a text from the request's form.

    The cause of the exception quotes the text too, and a local variable of the frame contains the text.
    """
    text = request.POST["text"]
    try:
        try:
            raise ValueError(text)
        except ValueError as error:
            raise KeyError(f"{text} again") from error
    except KeyError as error:
        return type(error), error, error.__traceback__


def report(request):
    return import_string(settings.DEFAULT_EXCEPTION_REPORTER)(request, *broken(request))


@pytest.mark.parametrize("kind", ["text", "html"])
def test_an_error_report_contains_nothing_that_was_sent(kind):
    told = getattr(report(asked()), f"get_traceback_{kind}")()
    assert WORD not in told and "KeyError" in told and "test_error_reporting.py" in told


def test_django_s_own_report_would_contain_it():
    from django.views.debug import ExceptionReporter

    request = asked()
    assert WORD in ExceptionReporter(request, *broken(request)).get_traceback_text()


def test_a_developer_sees_the_full_report(settings):
    settings.DEBUG = True
    assert WORD in report(asked()).get_traceback_text()
