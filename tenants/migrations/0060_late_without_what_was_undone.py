"""A debit that came back, or a call undone, hides no debt that is older than a month."""

from django.db import migrations

CREATE = """
-- Owed for over a month, as tenants/arrears.py says it: what came in, less what went back out, counts against the oldest;
-- an entry undone by that day counts for nothing, nor does what undid it.
CREATE OR REPLACE FUNCTION tenants_late(lease uuid, on_day date) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(n.amount_cents) > 0, false)
    FROM tenants_account a JOIN tenants_entry n ON n.account_id = a.id AND n.effective_on <= on_day
    WHERE a.lease_id = tenants_late.lease
      AND (n.kind = 'payment' OR n.amount_cents < 0 OR n.effective_on <= on_day - 31)
      AND n.reverses_id IS NULL
      AND NOT EXISTS (SELECT FROM tenants_entry u WHERE u.reverses_id = n.id AND u.effective_on <= on_day)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0059_deferral_apart")]
    operations = [migrations.RunSQL(CREATE)]
