"""Whoever watches over rights does so for the whole landlord: a part of it watches its own charges, and no other's list."""

from django.db import migrations

DEFINED = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp"
CREATE = f"""
CREATE OR REPLACE FUNCTION access_watches_reviews() RETURNS boolean {DEFINED} AS $$
    SELECT EXISTS (
        SELECT FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_place q ON q.id = a.place_id AND q.parent_id IS NULL
        WHERE a.person_id = loge_person() AND a.role IN ('dpo', 'access_administrator')
          AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today()))
$$;
-- Is the person asking told when the list of a charge is due: who watches, and who keeps the accesses of its place?
CREATE FUNCTION access_watches_charge(charge uuid) RETURNS boolean {DEFINED} AS $$
    SELECT access_watches_reviews() OR EXISTS (
        SELECT FROM access_assignment a
        WHERE a.id = charge AND access_holds(loge_person(), ARRAY['access_administrator'], a.place_id))
$$;
CREATE OR REPLACE FUNCTION access_reviews() RETURNS TABLE (assignment uuid, last date, due date) {DEFINED} AS $$
    SELECT d.assignment, d.last, d.due FROM access_review_days() d
    WHERE d.person = loge_person() OR access_inspects() OR access_watches_charge(d.assignment)
$$;
CREATE OR REPLACE FUNCTION access_reviews_late() RETURNS bigint {DEFINED} AS $$
    SELECT count(*) FROM access_review_days() d WHERE d.due < loge_today() AND access_watches_charge(d.assignment)
$$;
REVOKE ALL ON FUNCTION access_watches_charge(uuid) FROM PUBLIC;
"""  # noqa: S608 - of the words above alone


class Migration(migrations.Migration):
    dependencies = [("access", "0019_everywhere")]
    operations = [migrations.RunSQL(CREATE)]
