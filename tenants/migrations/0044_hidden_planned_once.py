from django.db import migrations

# What a discreet mark hides, and what stands behind a wall for the person asking.
HIDDEN = """WITH marked AS (
        SELECT m.lease_id FROM tenants_discreetmark m
        WHERE loge_today() BETWEEN m.first_day AND m.last_day
          AND NOT EXISTS (SELECT FROM tenants_discreetname n WHERE n.mark_id = m.id AND n.person_id = loge_person())
        UNION ALL
        SELECT w.lease_id FROM tenants_conflictwall w WHERE w.person_id = loge_person() AND w.ended_on IS NULL
    )
    SELECT lease_id FROM marked
    UNION
    SELECT other.lease_id FROM marked
    JOIN tenants_leaseparty p ON p.lease_id = marked.lease_id
    JOIN tenants_leaseparty other ON other.tenant_id = p.tenant_id"""
ACCOUNTS = "SELECT a.id FROM tenants_account a WHERE a.lease_id IN (SELECT tenants_hidden())"
# Until version 17 a server plans a function of language sql anew each time a statement calls it: see access, 0014.
PLANNED_ONCE, PLANNED_ANEW = ("plpgsql", "BEGIN RETURN QUERY {}; END"), ("sql", "{}")


def _as(how: tuple[str, str]) -> str:
    language, body = how
    return ";".join(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS SETOF uuid LANGUAGE {language} STABLE SECURITY DEFINER ROWS 20"
        f" SET search_path = public, pg_temp AS $${body.format(question)}$$"
        for name, question in (("tenants_hidden", HIDDEN), ("tenants_hidden_accounts", ACCOUNTS))
    )


class Migration(migrations.Migration):
    dependencies = [("tenants", "0043_breaches"), ("access", "0014_reach_planned_once")]
    operations = [migrations.RunSQL(_as(PLANNED_ONCE), _as(PLANNED_ANEW))]
