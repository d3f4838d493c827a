from django.db import migrations

CREATE = """
-- "Today" and "who is asking" are two functions, so that nothing else ever decides them.
CREATE FUNCTION loge_now() RETURNS timestamptz LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT now()
$$;
CREATE FUNCTION loge_today() RETURNS date LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT (public.loge_now() AT TIME ZONE 'Europe/Paris')::date
$$;
-- After a first set_config(…, true) the setting is '' and not NULL: both mean nobody.
CREATE FUNCTION loge_person() RETURNS uuid LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT nullif(current_setting('loge.person', true), '')::uuid
$$;

-- The tree keeps itself: a place's path is its parent's and its own id; moving it moves all that hangs below.
CREATE FUNCTION access_place_path() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.path := coalesce((SELECT path FROM access_place WHERE id = NEW.parent_id), '/') || NEW.id || '/';
    IF TG_OP = 'UPDATE' AND NEW.path LIKE OLD.path || '_%' THEN
        RAISE EXCEPTION 'a place cannot hang below itself' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER access_place_path BEFORE INSERT OR UPDATE OF parent_id, path ON access_place
    FOR EACH ROW EXECUTE FUNCTION access_place_path();
CREATE FUNCTION access_place_carry() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE access_place SET path = '' WHERE parent_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER access_place_carry AFTER UPDATE OF parent_id, path ON access_place
    FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION access_place_carry();

-- btree_gist is not everywhere, so ids and codes are compared as one-point ranges.
CREATE TYPE uuidrange AS RANGE (subtype = uuid);
CREATE TYPE coderange AS RANGE (subtype = text, collation = "C");
CREATE FUNCTION access_days(first_day date, last_day date, ended_on date) RETURNS daterange
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT daterange(first_day, coalesce(ended_on, last_day + 1), '[)')
$$;
ALTER TABLE access_assignment ADD CONSTRAINT assignment_once_at_a_time EXCLUDE USING gist (
    uuidrange(person_id, person_id, '[]') WITH =,
    uuidrange(place_id, place_id, '[]') WITH =,
    coderange(role::text, role::text, '[]') WITH =,
    access_days(first_day, last_day, ended_on) WITH &&
);

-- THE definition of reach: assignment x building below its place. Everything else reads it. Whoever may not sign in reaches
-- nothing today; of a day gone by it says what was, so that a leaver's past stays answerable.
CREATE VIEW access_right AS
    SELECT a.id AS assignment, a.person_id AS person, a.role::text AS role, b.id AS building, a.place_id AS place,
           a.first_day, a.last_day, a.ended_on, p.is_active
    FROM access_assignment a
    JOIN access_person p ON p.id = a.person_id
    JOIN access_place q ON q.id = a.place_id
    JOIN access_place b ON b.level = 'building' AND b.path >= q.path AND b.path < q.path || '~';

-- Ending an assignment bites at once today; of a day gone by, that day's morning still counts.
CREATE FUNCTION access_in_force(first_day date, last_day date, ended_on date, on_day date) RETURNS boolean
    LANGUAGE sql STABLE AS $$
    SELECT on_day BETWEEN first_day AND last_day
       AND (ended_on IS NULL OR on_day < ended_on OR (on_day = ended_on AND on_day > first_day AND on_day < public.loge_today()))
$$;
CREATE FUNCTION access_reach(who uuid, what text, on_day date) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
    SELECT DISTINCT r.building FROM access_right r
    JOIN access_rolecompartment c ON c.role = r.role AND c.compartment = what
    WHERE r.person = who AND access_in_force(r.first_day, r.last_day, r.ended_on, on_day)
      AND (r.is_active OR on_day < loge_today())
$$;
CREATE FUNCTION loge_reach(what text) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
    SELECT access_reach(loge_person(), what, loge_today())
$$;
-- By which assignments a person reaches a building on a day.
CREATE FUNCTION access_rules(who uuid, place uuid, on_day date) RETURNS TABLE (assignment uuid, role text)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 2 SET search_path = public, pg_temp AS $$
    SELECT r.assignment, r.role FROM access_right r
    WHERE r.person = who AND r.building = access_rules.place
      AND access_in_force(r.first_day, r.last_day, r.ended_on, on_day)
      AND (r.is_active OR on_day < loge_today())
$$;
-- Who could reach a building on a day, and by which assignment.
CREATE FUNCTION access_people(place uuid, on_day date) RETURNS TABLE (person uuid, assignment uuid, role text)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
    SELECT r.person, r.assignment, r.role FROM access_right r
    WHERE r.building = access_people.place AND access_in_force(r.first_day, r.last_day, r.ended_on, on_day)
      AND (r.is_active OR on_day < loge_today())
$$;
REVOKE ALL ON FUNCTION access_reach(uuid, text, date), loge_reach(text), access_rules(uuid, uuid, date),
    access_people(uuid, date) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
