"""Access is given by people alone, never to those who made the giver; a token's secret goes to a third person."""

from django.db import migrations

DEFINER = "SECURITY DEFINER SET search_path = public, pg_temp"
CREATE = f"""
-- Permissions that no token carries (BY_PEOPLE_ALONE in access/permissions.py; a test compares the two).
CREATE FUNCTION access_by_people_alone() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY['access_ask', 'access_decide', 'assignments_manage', 'contest_agree', 'contest_suspend', 'contest_weigh',
        'copy_release', 'data_import', 'deferral_agree', 'discreet_change', 'emergency_open', 'emergency_review',
        'evacuation_open', 'identity_check', 'inheritance_sort', 'look_defer', 'looks_answer', 'looks_judge',
        'people_manage', 'places_manage', 'reading_agree', 'rights_confirm', 'stand_ins_grant', 'subject_request_take',
        'subject_requests_answer', 'token_make', 'tokens_manage', 'walls_keep', 'write_off_decide']
$$;
-- Who asked for, approved or made an account, and who made these in turn: of a person in the last thirty days, of a program
-- at any time.
CREATE FUNCTION access_makers(who uuid) RETURNS SETOF uuid LANGUAGE sql STABLE {DEFINER} ROWS 5 AS $$
    WITH RECURSIVE made(id) AS (
        SELECT who
        UNION
        SELECT maker FROM made
        JOIN access_person p ON p.id = made.id
        JOIN access_accessrequest r ON r.person_id = p.id AND r.employed_at_id IS NOT NULL AND r.decision = 'approved'
             AND (p.is_machine OR r.decided_at > loge_now() - interval '30 days')
        LEFT JOIN access_machinetoken t ON t.machine_id = p.id
        CROSS JOIN LATERAL unnest(ARRAY[r.asked_by_id, r.decided_by_id, t.made_by_id]) AS maker
        WHERE maker IS NOT NULL
    )
    SELECT id FROM made WHERE id <> who
$$;
-- Two people, neither of whom made the other's account lately, by themselves or through accounts that they made.
CREATE OR REPLACE FUNCTION access_apart(one uuid, other uuid) RETURNS boolean LANGUAGE sql STABLE {DEFINER} AS $$
    SELECT one <> other AND other NOT IN (SELECT access_makers(one)) AND one NOT IN (SELECT access_makers(other))
$$;

-- Who may make the token of an approved request: an administrator of its place who neither asked nor approved and is apart
-- from both; without any, the data-protection officer, if she is.
CREATE FUNCTION access_token_makers(asked uuid) RETURNS SETOF uuid LANGUAGE sql STABLE {DEFINER} ROWS 5 AS $$
    WITH third AS (
        SELECT DISTINCT p.id, a.role FROM access_accessrequest r
        JOIN access_place h ON h.id = r.place_id
        JOIN access_assignment a ON a.role IN ('access_administrator', 'dpo')
             AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
        JOIN access_place q ON q.id = a.place_id AND starts_with(h.path, q.path)
        JOIN access_person p ON p.id = a.person_id AND p.is_active AND NOT p.is_machine
        WHERE r.id = access_token_makers.asked AND r.decision = 'approved' AND r.permissions <> '{{}}'
          AND access_apart(p.id, r.asked_by_id) AND access_apart(p.id, r.decided_by_id)
    )
    SELECT id FROM third WHERE role = 'access_administrator'
    UNION
    SELECT id FROM third WHERE role = 'dpo' AND NOT EXISTS (SELECT FROM third WHERE role = 'access_administrator')
$$;
-- Those that the person asking may make.
CREATE FUNCTION access_tokens_to_make() RETURNS SETOF uuid LANGUAGE sql STABLE {DEFINER} ROWS 5 AS $$
    SELECT r.id FROM access_accessrequest r
    WHERE r.decision = 'approved' AND r.permissions <> '{{}}' AND r.last_day >= loge_today()
      AND NOT EXISTS (SELECT FROM access_machinetoken t WHERE t.machine_id = r.person_id)
      AND NOT r.permissions::text[] && access_by_people_alone()
      AND loge_person() IN (SELECT access_token_makers(r.id))
$$;
REVOKE ALL ON FUNCTION access_by_people_alone(), access_makers(uuid), access_token_makers(uuid), access_tokens_to_make()
    FROM PUBLIC;

CREATE OR REPLACE FUNCTION access_token_made() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT row_security_active(TG_RELID) THEN
        RETURN NULL;
    ELSIF NOT EXISTS (
        SELECT FROM access_accessrequest r WHERE r.person_id = NEW.machine_id AND r.decision = 'approved'
           AND NEW.made_by_id = loge_person() AND loge_person() IN (SELECT access_token_makers(r.id))) THEN
        RAISE EXCEPTION 'not a third' USING ERRCODE = 'check_violation', CONSTRAINT = 'token_made_by_a_third';
    ELSIF EXISTS (
        SELECT FROM access_accessrequest r
        WHERE r.person_id = NEW.machine_id AND r.permissions::text[] && access_by_people_alone()) THEN
        RAISE EXCEPTION 'gives access' USING ERRCODE = 'check_violation', CONSTRAINT = 'by_people_alone';
    END IF;
    RETURN NULL;
END $$;
-- A token of before this rule keeps the rest of what it may do.
CREATE OR REPLACE FUNCTION access_token(shown text) RETURNS TABLE (token uuid, machine uuid, permissions text[], used boolean)
    LANGUAGE sql STABLE {DEFINER} AS $$
    SELECT t.id, p.id, ARRAY (SELECT one FROM unnest(r.permissions::text[]) one WHERE one <> ALL (access_by_people_alone())),
           t.first_used_at IS NOT NULL
    FROM access_machinetoken t
    JOIN access_person p ON p.id = t.machine_id AND p.is_active AND p.is_machine
    JOIN access_assignment a ON a.person_id = p.id AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
    JOIN access_accessrequest r ON r.id = a.request_id
    WHERE t.digest = shown AND t.revoked_at IS NULL
$$;

-- A program writes nothing of who may what, whatever function or role it comes through.
CREATE FUNCTION access_by_people() RETURNS trigger LANGUAGE plpgsql {DEFINER} AS $$
BEGIN
    IF EXISTS (SELECT FROM access_person p WHERE p.id = loge_person() AND p.is_machine) THEN
        RAISE EXCEPTION 'a program' USING ERRCODE = 'check_violation', CONSTRAINT = 'by_people_alone';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER access_a_people AFTER INSERT OR UPDATE ON access_assignment FOR EACH ROW EXECUTE FUNCTION access_by_people();
CREATE TRIGGER access_a_people AFTER INSERT OR UPDATE ON access_accessrequest FOR EACH ROW EXECUTE FUNCTION access_by_people();
CREATE TRIGGER access_a_people AFTER INSERT OR UPDATE ON access_machinetoken FOR EACH ROW EXECUTE FUNCTION access_by_people();
CREATE TRIGGER access_a_people AFTER INSERT OR UPDATE ON access_person FOR EACH ROW EXECUTE FUNCTION access_by_people();
CREATE TRIGGER access_a_people AFTER INSERT OR UPDATE ON access_place FOR EACH ROW EXECUTE FUNCTION access_by_people();
CREATE TRIGGER access_a_people AFTER INSERT OR UPDATE ON access_keptright FOR EACH ROW EXECUTE FUNCTION access_by_people();
CREATE TRIGGER access_a_people AFTER INSERT OR UPDATE ON access_rightsreview FOR EACH ROW EXECUTE FUNCTION access_by_people();

CREATE OR REPLACE FUNCTION access_check_grant(given access_assignment) RETURNS void LANGUAGE plpgsql STABLE {DEFINER} AS $$
BEGIN
    IF given.role = 'inspector' AND access_inspector_days(given.person_id, given.first_day, given.last_day) > 60 THEN
        RAISE EXCEPTION 'too many days of a year' USING ERRCODE = 'check_violation', CONSTRAINT = 'inspector_sixty_days_a_year';
    END IF;
    IF given.person_id IN (SELECT access_makers(loge_person())) THEN
        RAISE EXCEPTION 'to a maker' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_given_apart';
    END IF;
    IF given.request_id IS NOT NULL THEN
        IF NOT EXISTS (
            SELECT FROM access_accessrequest r
            WHERE r.id = given.request_id AND r.decision = 'approved' AND r.decided_by_id = loge_person()
              AND r.person_id = given.person_id AND r.role = given.role AND r.place_id = given.place_id
              AND r.reason = given.reason AND given.first_day = greatest(r.first_day, loge_today())
              AND given.last_day = r.last_day) THEN
            RAISE EXCEPTION 'not as approved' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_as_approved';
        END IF;
    ELSIF access_managers_own(given) THEN
        PERFORM access_check_stand_in(given);
    ELSIF access_takes_two(given.role, given.place_id) THEN
        RAISE EXCEPTION 'takes two' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_takes_two';
    ELSIF NOT access_holds(loge_person(), ARRAY['access_administrator'], given.place_id) THEN
        RAISE EXCEPTION 'not in ones part' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_in_ones_part';
    END IF;
END $$;
CREATE OR REPLACE FUNCTION access_check_change(old_row access_assignment, new_row access_assignment) RETURNS void
    LANGUAGE plpgsql STABLE {DEFINER} AS $$
DECLARE
    administers boolean := access_holds(loge_person(), ARRAY['access_administrator'], new_row.place_id);
    reviews boolean := access_holds(loge_person(), ARRAY['sector_manager'], new_row.place_id)
        AND access_is_managed(new_row.role) AND new_row.end_reason IN ('unused', 'not_confirmed')
        AND new_row.ended_on = greatest(loge_today(), new_row.first_day);
BEGIN
    IF NOT administers AND NOT ((reviews OR access_managers_own(new_row)) AND new_row.last_day <= old_row.last_day) THEN
        RAISE EXCEPTION 'not in ones part' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_in_ones_part';
    END IF;
    IF new_row.last_day > old_row.last_day AND access_takes_two(new_row.role, new_row.place_id) THEN
        RAISE EXCEPTION 'takes two' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_takes_two';
    END IF;
    IF new_row.last_day > old_row.last_day AND new_row.person_id IN (SELECT access_makers(loge_person())) THEN
        RAISE EXCEPTION 'to a maker' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_given_apart';
    END IF;
    IF old_row.ended_on IS NOT NULL AND (new_row.ended_on IS NULL OR new_row.ended_on > old_row.ended_on) THEN
        RAISE EXCEPTION 'an end stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_end_stays';
    END IF;
END $$;
CREATE OR REPLACE FUNCTION access_check_request(asked access_accessrequest) RETURNS void LANGUAGE plpgsql {DEFINER} AS $$
DECLARE
    askers text[] := ARRAY['sector_manager', 'access_administrator'];
BEGIN
    IF NOT access_holds(asked.asked_by_id, askers, asked.place_id)
       OR asked.employed_at_id IS NOT NULL AND NOT access_holds(asked.asked_by_id, askers, asked.employed_at_id) THEN
        RAISE EXCEPTION 'not in ones part' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_in_ones_part';
    END IF;
    IF (asked.person_id IS NULL) <> (asked.employed_at_id IS NOT NULL AND asked.name <> '' AND asked.email <> '') THEN
        RAISE EXCEPTION 'for one person' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_stays_as_asked';
    END IF;
    IF asked.permissions::text[] && access_by_people_alone() THEN
        RAISE EXCEPTION 'gives access' USING ERRCODE = 'check_violation', CONSTRAINT = 'by_people_alone';
    END IF;
    IF asked.person_id IN (SELECT access_makers(asked.asked_by_id)) THEN
        RAISE EXCEPTION 'to a maker' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_given_apart';
    END IF;
    UPDATE access_accessrequest SET name = '', email = ''
    WHERE decision = '' AND email <> '' AND asked_at <= loge_now() - interval '14 days';
END $$;
CREATE OR REPLACE FUNCTION access_check_decision(old_row access_accessrequest, new_row access_accessrequest) RETURNS void
    LANGUAGE plpgsql STABLE {DEFINER} AS $$
DECLARE
    newcomer boolean := old_row.employed_at_id IS NOT NULL AND new_row.decision = 'approved';
BEGIN
    IF (newcomer AND (new_row.person_id IS NULL OR (new_row.name, new_row.email) <> (old_row.name, old_row.email)))
       OR (NOT newcomer AND (new_row.person_id IS DISTINCT FROM old_row.person_id OR new_row.name || new_row.email <> ''))
    THEN
        RAISE EXCEPTION 'as asked' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_stays_as_asked';
    END IF;
    IF new_row.decision = 'withdrawn' THEN
        RETURN;
    END IF;
    IF NOT access_holds(new_row.decided_by_id, ARRAY['access_administrator'], old_row.place_id)
       OR newcomer AND NOT access_holds(new_row.decided_by_id, ARRAY['access_administrator'], old_row.employed_at_id) THEN
        RAISE EXCEPTION 'not in ones part' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_in_ones_part';
    END IF;
    IF new_row.decision = 'refused' THEN
        RETURN;
    END IF;
    IF old_row.permissions::text[] && access_by_people_alone() THEN
        RAISE EXCEPTION 'gives access' USING ERRCODE = 'check_violation', CONSTRAINT = 'by_people_alone';
    END IF;
    IF old_row.asked_at <= loge_now() - interval '14 days' THEN
        RAISE EXCEPTION 'lapsed' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_lapses';
    END IF;
    IF NOT access_in_standing(new_row.decided_by_id, old_row.place_id) THEN
        RAISE EXCEPTION 'too new' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_decided_in_standing';
    END IF;
    IF NOT access_apart(old_row.asked_by_id, new_row.decided_by_id) THEN
        RAISE EXCEPTION 'not apart' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_decided_apart';
    END IF;
END $$;
"""  # noqa: S608 - of the words above alone


class Migration(migrations.Migration):
    dependencies = [("access", "0022_telephone")]
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
