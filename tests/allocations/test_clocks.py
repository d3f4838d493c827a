"""Each time limit of a housing application ends on the exact day, or at the exact microsecond."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from access.compartments import Compartment
from access.permissions import Permission
from allocations.actions.closings import close_application
from allocations.actions.occasions import open_at_desk
from allocations.letters import REMINDER_MONTHS
from allocations.models import Application, ClosingWarning, SupportingDocument
from formats.months import months_after
from tests.allocations.builders import acting_as, make_application, open_occasion
from tests.allocations.sessions import declare_inadmissible
from tests.builders import OWNER, paris_day, run
from tests.database.test_policies import as_role
from tests.tenants.test_clocks import A_MOMENT, freeze_clock, midnight

A_DAY = timedelta(days=1)


@pytest.fixture
def aline(landlord):
    return landlord.person("aline")


@pytest.fixture
def application(landlord, aline):
    days = {"certified_on": paris_day(-90), "renew_by": paris_day(90)}
    return make_application(landlord.place("Agence Belleville"), "Vidal", by=aline, **days)


def tasks(person) -> list[tuple[str]]:
    return as_role(Compartment.APPLICANTS, person.pk, "SELECT task FROM allocations_due()")


def test_desk_opens_an_application_for_thirty_minutes_to_the_microsecond(application, aline):
    start = timezone.now()
    freeze_clock(start)
    with acting_as(aline, Permission.APPLICATION_OPEN) as access:
        open_at_desk(by=aline, number=application.number, last_name="Vidal", document="photo", context=access.context)
    for step, rows in ((-A_MOMENT, 1), (timedelta(0), 0), (A_MOMENT, 0)):
        freeze_clock(start + timedelta(minutes=30) + step)
        assert len(as_role(Compartment.APPLICANTS, aline.pk, "SELECT id FROM allocations_application")) == rows, step


@pytest.mark.parametrize("motive", ["no_answer", "inadmissible"])
def test_month_after_a_warning_ends_at_midnight(landlord, application, aline, motive):
    sent = paris_day(-40)
    ClosingWarning.objects.using(OWNER).create(
        application=application,
        motive=motive,
        sent_on=sent,
        sent_by_id=aline.pk,
        delivery="received",
        delivered_on=sent,
    )
    ends = midnight(months_after(sent, 1) + A_DAY)
    if motive == "inadmissible":
        declare_inadmissible(landlord, application)
    open_occasion(application, aline)
    for step, closes in ((-A_MOMENT, False), (timedelta(0), True)):
        freeze_clock(ends + step)
        run("UPDATE allocations_occasion SET opened_at = loge_now(), ends_at = loge_now() + interval '1 day'")
        assert tasks(aline) == ([("closing",)] if closes else []), step
        with acting_as(aline, Permission.APPLICATION_CLOSE) as access:
            own = access.rows(Application).get()
            if closes:
                close_application(by=aline, application=own, motive=motive, context=access.context)
            else:
                with pytest.raises(ValidationError):
                    close_application(by=aline, application=own, motive=motive, context=access.context)


def test_reminder_is_due_two_months_before_the_term_until_its_last_day(application, aline):
    term = application.renew_by
    first = months_after(term, -REMINDER_MONTHS)
    for day, due in ((first - A_DAY, []), (first, ["reminder"]), (term, ["reminder"]), (term + A_DAY, ["not_renewed"])):
        freeze_clock(midnight(day))
        assert [task for (task,) in tasks(aline)] == due, day


@pytest.mark.parametrize(
    "values, task, last",
    [
        ({"asked_on": -40, "due_on": -10}, "documents", -10),
        ({"seen_on": -40, "valid_until": -10}, "expired_document", -10),
    ],
)
def test_document_is_late_or_expired_after_its_last_day(application, aline, values, task, last):
    days = {name: paris_day(day) for name, day in values.items()}
    by = {"asked_by_id": aline.pk} if "asked_on" in values else {"seen_by_id": aline.pk}
    SupportingDocument.objects.using(OWNER).create(application=application, kind="identity", **by, **days)
    end = midnight(paris_day(last) + A_DAY)
    for step, due in ((-A_MOMENT, []), (timedelta(0), [(task,)])):
        freeze_clock(end + step)
        assert tasks(aline) == due, step
