"""The days of a lease have bounds for every way in, the landlord's files included; a page has nearer ones of its own
(tenants/lease_days.py)."""

from django.db import migrations

# Not a CHECK: the last bound moves with the day. Rows that stand are asked again only when one of these days changes.
CREATE = """
CREATE FUNCTION tenants_lease_days() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND ROW(NEW.signed_on, NEW.starts_on, NEW.notice_on, NEW.ends_on)
            IS NOT DISTINCT FROM ROW(OLD.signed_on, OLD.starts_on, OLD.notice_on, OLD.ends_on) THEN
        RETURN NEW;
    END IF;
    IF NEW.starts_on < date '1900-01-01' OR NEW.starts_on > loge_today() + 3660 OR NEW.signed_on > loge_today() + 366
            OR NEW.notice_on > loge_today() OR NEW.ends_on > loge_today() + 3660 THEN
        RAISE EXCEPTION 'a day of the lease is too far away'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lease_days_plausible';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tenants_lease_days BEFORE INSERT OR UPDATE ON tenants_lease
    FOR EACH ROW EXECUTE FUNCTION tenants_lease_days();
ALTER TABLE tenants_lease ENABLE ALWAYS TRIGGER tenants_lease_days;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0072_demands_tell_no_number")]
    operations = [
        migrations.RunSQL(
            CREATE, "DROP TRIGGER tenants_lease_days ON tenants_lease; DROP FUNCTION tenants_lease_days();"
        )
    ]
