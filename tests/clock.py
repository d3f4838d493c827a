"""Sets the database's clock by replacing `loge_now()`, which every rule about the current day calls."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from tests.builders import paris_day, run

PARIS = ZoneInfo("Europe/Paris")
HALF_PAST = time(0, 30)
# At 00:30 in Paris, the date in UTC is still the previous day: UTC is two hours behind in summer, one in winter.
SUMMER, WINTER = date(2027, 7, 15), date(2027, 1, 15)


def stand(moment: datetime) -> None:
    """Stop the database's clock at `moment`."""
    run(
        "CREATE OR REPLACE FUNCTION loge_now() RETURNS timestamptz LANGUAGE sql STABLE SET search_path = pg_catalog,"
        f" pg_temp AS $$ SELECT timestamptz '{moment.isoformat()}' $$"
    )


def stand_after_midnight(day: date) -> datetime:
    """Stop the database's clock at 00:30 in Paris on the given day, when the date in UTC is still the previous day."""
    moment = datetime.combine(day, HALF_PAST, PARIS)
    stand(moment)
    assert paris_day() == day
    return moment
