"""What the rules of the list did not see: a file's head on a form, a wrong sign that resembles nothing, an evidence pack."""

from django.db import migrations

# function -> (what stands there, what stands there now)
CHANGES = {
    # The head of an account's form names its holders and says what they owe, whatever the form then does. The page that
    # asks why shows nobody, and has no reason yet.
    "tenants_looks_of(date)": (
        (
            "AND e.kind IN ('account_opened'",
            "AND CASE WHEN e.kind = 'form_shown' AND e.about_kind IN ('account', 'lease') AND e.purpose <> ''"
            " THEN 'account_opened' ELSE e.kind END IN ('account_opened'",
        ),
    ),
    # A wrong sign mended: what was opened next is what had been typed, but for two signs. A wall is no wrong sign.
    "tenants_refusals_of(date, date)": (
        (
            "AND n.outcome = 'shown' AND n.about IS NOT NULL",
            "AND n.outcome = 'shown' AND e.kind = 'refused' AND EXISTS (SELECT FROM tenants_account a WHERE a.id = n.about"
            " AND 2 >= (SELECT count(*) FROM generate_series(1, 14) i"
            " WHERE substr(a.reference, i, 1) <> substr(e.facts ->> 'reference', i, 1)))",
        ),
    ),
    # A pack taken of a colleague says all that the page says of them and more. Whoever is there to inspect is a control.
    "tenants_rule_trace_of_person(date)": (
        ("'{person_looks_read}') e", "'{person_looks_read,evidence_taken}') e"),
        ("WHERE NOT CASE", "WHERE e.facts ->> 'person' IS NOT NULL AND NOT CASE"),
        ("'backup_taken')", "'backup_taken', 'exhibit_shown')"),
    ),
    # And of accounts, which stand among what it showed. An inspector is asked about none.
    "tenants_rule_trace_of_account(date)": (
        (
            "'{history_read}') e",
            "'{history_read,evidence_taken}') e CROSS JOIN LATERAL"
            " unnest(CASE e.kind WHEN 'evidence_taken' THEN e.shown ELSE ARRAY[e.about] END) AS one(which)",
        ),
        ("('account', e.about,", "('account', one.which,"),
        ("('lease', e.about,", "('lease', one.which,"),
        ("('tenant', e.about,", "('tenant', one.which,"),
        ("h.lease IS NOT NULL", "h.lease IS NOT NULL AND e.role <> 'inspector'"),
        ("DISTINCT ON (e.actor, e.about)", "DISTINCT ON (e.actor, one.which)"),
        ("ORDER BY e.actor, e.about, e.at", "ORDER BY e.actor, one.which, e.at"),
    ),
}
# The rest of each body stays as it is; one that is not as expected is left alone, and says so.
_STEP = """
    IF strpos(body, $said${before}$said$) = 0 THEN
        RAISE EXCEPTION '{function} is not as expected';
    END IF;
    body := replace(body, $said${before}$said$, $said${after}$said$);"""


def _changing(function: str, pairs: list[tuple[str, str]]) -> str:
    steps = "".join(_STEP.format(function=function, before=before, after=after) for before, after in pairs)
    return (
        f"DO $change$ DECLARE body text := pg_get_functiondef('{function}'::regprocedure);"
        f" BEGIN {steps} EXECUTE body; END $change$"
    )


class Migration(migrations.Migration):
    dependencies = [("tenants", "0044_hidden_planned_once")]
    operations = [
        migrations.RunSQL(
            _changing(function, list(pairs)),
            _changing(function, [(after, before) for before, after in pairs[::-1]]),
        )
        for function, pairs in CHANGES.items()
    ]
