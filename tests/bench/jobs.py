"""Measures the jobs of the night on the large landlord: how long each command takes, and the memory of its process.

`compute_scores` is missing, because the landlord has no applications for housing: scoring.py measures it. The landlord
has no facts, notes or requests either, so `expire_notes` finds next to nothing to erase.
"""

from collections.abc import Iterator

from tests.bench.commands import run_command
from tests.bench.landlord import Landlord
from tests.bench.measure import Finding
from tests.bench.scoring import fill_as_super
from tests.builders import run
from tests.clones import stand_on

# The commands, in the order of a night, with their options. `watch_looks` examines one day, as in every night.
JOBS = (
    ("make_months",),
    ("expire_notes",),
    ("measure_exposure",),
    ("measure_board",),
    ("check_balances",),
    ("watch_looks", "--back", "1"),
)
# One in DEBTORS accounts owes a rent. Each day, employees opened one in A_DAY accounts. The events of DAYS days exist,
# because the rules about unexplained views compare the views of a day with those of the two weeks before.
DEBTORS, A_DAY, DAYS = 10, 50, 17
# Events of last month need its partition, which a landlord of last month would have.
_LAST_MONTH = """DO $$ DECLARE month timestamp := date_trunc('month', now() AT TIME ZONE 'UTC') - interval '1 month';
    name text := 'audit_event_' || to_char(month, 'YYYYMM');
BEGIN
    IF to_regclass(name) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF audit_event FOR VALUES FROM (%L) TO (%L)', name,
                       month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
        PERFORM audit_seal_table(name::regclass);
    END IF;
END $$"""
_STEPS = """
INSERT INTO ledger_entry (id, account_id, building_id, kind, label, source, reason, amount_cents, effective_on,
                          booked_on, booked_at, period)
    SELECT gen_random_uuid(), a.id, a.building_id, 'charge', 'rent', 'rent_run', '', 61500, day, day, day,
           date_trunc('month', day)
    FROM tenants_account a CROSS JOIN (SELECT (loge_today() - 50)::timestamp AS day) d
    WHERE hashtext(a.id::text) %% %(debtors)s = 0;
INSERT INTO audit_event (id, at, kind, outcome, actor, machine, role, permission, purpose, route, about_kind, about,
                         place, shown, count, facts)
    SELECT gen_random_uuid(), tenants_midnight(loge_today() - ago) + make_interval(secs => 28800 + 36000 * random()),
           'account_opened', 'shown', (%(officers)s::uuid[])[1 + n %% cardinality(%(officers)s::uuid[])], '', 'officer',
           'account_view', 'call', 'account', 'account', a.id, a.building_id, '{{}}', 0, '{{}}'
    FROM generate_series(1, %(days)s) ago
    CROSS JOIN LATERAL (SELECT id, building_id, row_number() OVER () AS n FROM tenants_account
                        WHERE hashtext(id::text || ago) %% %(a_day)s = 0) a
""".replace("{{}}", "{}")


def jobs(landlord: Landlord) -> Iterator[Finding]:
    """Measure each job of the night once. Raises CalledProcessError if a job fails.

    Adds debts and views to the large landlord, so this must be its last measurement.
    """
    stand_on(landlord.large)
    run(_LAST_MONTH)
    officers = [str(officer.pk) for officer in landlord.officers]
    fill_as_super(landlord.large, _STEPS, debtors=DEBTORS, officers=officers, days=DAYS, a_day=A_DAY)
    [(entries, views)] = run("SELECT (SELECT count(*) FROM ledger_entry), (SELECT count(*) FROM audit_event)")
    print(f"\nJobs of the night, {landlord.leases:,} leases, {entries:,} entries, {views:,} events", flush=True)
    for name, *options in JOBS:
        job = run_command(landlord.large, name, *options)
        print(f"  {name:<20} {job.seconds:>7.1f} s  {job.megabytes:>5.0f} MB", flush=True)
        note = f"{job.megabytes:.0f} MB" + (f"; {entries:,} entries" if name == "check_balances" else "")
        yield Finding(f"Night job {name}, {landlord.leases:,} leases", job.seconds, unit="s", note=note)
    stand_on(landlord.small)
