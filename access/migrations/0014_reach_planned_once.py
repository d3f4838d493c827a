from django.db import migrations

FUNCTIONS = (
    (
        "access_reach(who uuid, what text, on_day date) RETURNS SETOF uuid",
        20,
        "SELECT DISTINCT r.building FROM access_right r"
        " JOIN access_rolecompartment c ON c.role = r.role AND c.compartment = what"
        " WHERE r.person = who"
        " AND access_counts(r.first_day, r.last_day, r.ended_on, r.from_hour, r.to_hour, r.nightly, on_day)"
        " AND (r.is_active OR on_day < loge_today())",
    ),
    (
        "loge_reach(what text) RETURNS SETOF uuid",
        20,
        "SELECT access_reach(loge_person(), what, loge_today())",
    ),
    (
        "access_rules(who uuid, place uuid, on_day date) RETURNS TABLE (assignment uuid, role text)",
        2,
        "SELECT r.assignment, r.role FROM access_right r"
        " WHERE r.person = who AND r.building = access_rules.place"
        " AND access_counts(r.first_day, r.last_day, r.ended_on, r.from_hour, r.to_hour, r.nightly, on_day)"
        " AND (r.is_active OR on_day < loge_today())",
    ),
)
# The same answers, from plans that are kept: until version 17 a server plans a function of language sql anew each time a
# statement calls it, and a page asks for reach a dozen times.
PLANNED_ONCE, PLANNED_ANEW = ("plpgsql", "BEGIN RETURN QUERY {}; END"), ("sql", "{}")


def _as(how: tuple[str, str]) -> str:
    language, body = how
    return ";".join(
        f"CREATE OR REPLACE FUNCTION {signature} LANGUAGE {language} STABLE SECURITY DEFINER ROWS {rows}"
        f" SET search_path = public, pg_temp AS $${body.format(question)}$$"
        for signature, rows, question in FUNCTIONS
    )


class Migration(migrations.Migration):
    dependencies = [("access", "0013_reviews")]
    operations = [migrations.RunSQL(_as(PLANNED_ONCE), _as(PLANNED_ANEW))]
