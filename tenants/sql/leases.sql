-- Days of a lease are plausible when they change; old rows stay as they are.
CREATE OR REPLACE FUNCTION tenants_lease_days() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    -- Computed once, because a bulk load inserts a million leases.
    today CONSTANT date := loge_today();
BEGIN
    IF TG_OP = 'UPDATE' AND ROW(NEW.signed_on, NEW.starts_on, NEW.notice_on, NEW.ends_on)
            IS NOT DISTINCT FROM ROW(OLD.signed_on, OLD.starts_on, OLD.notice_on, OLD.ends_on) THEN
        RETURN NEW;
    END IF;
    IF NEW.starts_on < date '1900-01-01' OR NEW.starts_on > today + 3660 OR NEW.signed_on > today + 366
            OR NEW.notice_on > today OR NEW.ends_on > today + 3660 THEN
        RAISE EXCEPTION 'a day of the lease is too far away'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lease_days_plausible';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER tenants_lease_days BEFORE INSERT OR UPDATE ON tenants_lease
    FOR EACH ROW EXECUTE FUNCTION tenants_lease_days();
ALTER TABLE tenants_lease ENABLE ALWAYS TRIGGER tenants_lease_days;

-- May the current person add this tenant to a lease? Only a tenant without any household, or of a household that they
-- see: otherwise an id would be enough to bring a tenant of another agency, or a discreet one, into one's own reach.
CREATE OR REPLACE FUNCTION tenants_may_join(who uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH households AS (
        SELECT lease_id, building_id FROM tenants_leaseparty WHERE tenant_id = who
        UNION ALL
        SELECT lease_id, building_id FROM tenants_residence WHERE tenant_id = who
    )
    SELECT NOT EXISTS (SELECT FROM households) OR EXISTS (
        SELECT FROM households
        WHERE building_id = ANY (ARRAY (SELECT access_reach_on_page(loge_person(), 'account')))
          AND lease_id <> ALL (ARRAY (SELECT tenants_hidden()))
    )
$$;
REVOKE ALL ON FUNCTION tenants_may_join FROM PUBLIC;

-- Undoes an act on a lease: restores the values in `before` and deletes what the act created. Refused on another day,
-- for an act that is not the latest of its lease, out of reach, or when another row refers to what would be deleted.
-- Roles may insert any `before`. So only rows of the two leases change, both within reach, and a lease or a residence is
-- deleted only if the audit log contains its creation today.
CREATE OR REPLACE FUNCTION tenants_undo_change(which uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    change tenants_leasechange;
    former uuid;
BEGIN
    SELECT c.* INTO change FROM tenants_leasechange c WHERE c.id = which AND c.day = loge_today()
        AND c.building_id = ANY (ARRAY (SELECT access_reach_on_page(loge_person(), 'account')))
        AND c.lease_id <> ALL (ARRAY (SELECT tenants_hidden()));
    former := coalesce((change.before->>'former')::uuid, change.lease_id);
    IF NOT EXISTS (SELECT FROM tenants_lease l WHERE l.id = former AND l.building_id = ANY (ARRAY (SELECT access_reach_on_page(loge_person(), 'account')))
            AND l.id <> ALL (ARRAY (SELECT tenants_hidden()))) THEN
        RAISE EXCEPTION 'not the latest act of today' USING ERRCODE = 'check_violation', CONSTRAINT = 'change_undone_today';
    END IF;
    -- Everybody who changes one of the two leases waits here, or has been waited for.
    PERFORM FROM tenants_lease WHERE id IN (change.lease_id, former) ORDER BY id FOR UPDATE;
    PERFORM FROM tenants_leasechange c WHERE c.id = which FOR UPDATE;
    IF change.before ? 'final' THEN
        RAISE EXCEPTION 'a final act' USING ERRCODE = 'check_violation', CONSTRAINT = 'change_is_final';
    END IF;
    IF NOT FOUND OR change.id IS NULL OR EXISTS (
            SELECT FROM tenants_leasechange c WHERE c.lease_id IN (change.lease_id, former)
            AND c.id <> which AND (c.made_at, c.id) > (change.made_at, which)) THEN
        RAISE EXCEPTION 'not the latest act of today' USING ERRCODE = 'check_violation', CONSTRAINT = 'change_undone_today';
    END IF;
    IF EXISTS (SELECT FROM tenants_account a WHERE a.lease_id IN (change.lease_id, former) AND a.settled_on IS NOT NULL) THEN
        RAISE EXCEPTION 'the account is settled' USING ERRCODE = 'check_violation', CONSTRAINT = 'change_nothing_built_on';
    END IF;
    BEGIN
        DELETE FROM tenants_leasechange WHERE id = which;
        IF change.kind IN ('signed', 'transferred', 'moved_in') AND NOT EXISTS (
                SELECT FROM audit_event e WHERE e.at >= tenants_midnight(loge_today()) AND e.outcome = 'changed'
                AND CASE change.kind WHEN 'moved_in' THEN e.kind = 'resident_moved' AND e.facts->>'residence' = change.before->>'residence'
                    ELSE e.kind = 'lease_signed' AND e.facts->>'lease' = change.lease_id::text END) THEN
            RAISE EXCEPTION 'not made today' USING ERRCODE = 'check_violation', CONSTRAINT = 'change_undone_today';
        END IF;
        IF change.kind IN ('signed', 'transferred') THEN
            DELETE FROM tenants_residence WHERE lease_id = change.lease_id;
            DELETE FROM tenants_leaseparty WHERE lease_id = change.lease_id;
            DELETE FROM tenants_leaseunit WHERE lease_id = change.lease_id;
            DELETE FROM tenants_account WHERE lease_id = change.lease_id;
            DELETE FROM tenants_lease WHERE id = change.lease_id;
        ELSIF change.kind = 'moved_in' THEN
            DELETE FROM tenants_residence WHERE id = (change.before->>'residence')::uuid AND lease_id = change.lease_id;
        END IF;
        DELETE FROM tenants_tenant t WHERE t.id IN (SELECT value::uuid FROM jsonb_array_elements_text(change.before->'tenants'))
            AND NOT EXISTS (SELECT FROM tenants_leaseparty p WHERE p.tenant_id = t.id)
            AND NOT EXISTS (SELECT FROM tenants_residence r WHERE r.tenant_id = t.id);
        UPDATE tenants_lease SET notice_on = (change.before->'lease'->>0)::date, ends_on = (change.before->'lease'->>1)::date
            WHERE id = former AND change.before ? 'lease';
        UPDATE tenants_leaseunit u SET last_day = (was.value->>1)::date
            FROM jsonb_array_elements(change.before->'units') was
            WHERE u.id = (was.value->>0)::uuid AND u.lease_id IN (change.lease_id, former);
        UPDATE tenants_leaseparty p SET last_day = (was.value->>1)::date
            FROM jsonb_array_elements(change.before->'parties') was
            WHERE p.id = (was.value->>0)::uuid AND p.lease_id IN (change.lease_id, former);
        UPDATE tenants_residence r SET moved_out = (was.value->>1)::date, transferred = (was.value->>2)::boolean
            FROM jsonb_array_elements(change.before->'residences') was
            WHERE r.id = (was.value->>0)::uuid AND r.lease_id IN (change.lease_id, former);
        SET CONSTRAINTS ALL IMMEDIATE;
    EXCEPTION WHEN foreign_key_violation THEN
        RAISE EXCEPTION 'another row stands on it' USING ERRCODE = 'check_violation', CONSTRAINT = 'change_nothing_built_on';
    END;
END $$;
REVOKE ALL ON FUNCTION tenants_undo_change FROM PUBLIC;

-- The account of a reference and its building, for "who can reach this account". Never asked by name.
CREATE OR REPLACE FUNCTION tenants_account_place(wanted text) RETURNS TABLE (account uuid, building uuid)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT id, building_id FROM tenants_account WHERE reference = wanted
$$;
REVOKE ALL ON FUNCTION tenants_account_place FROM PUBLIC;

-- How many residents a person reaches on a day: a number, for those who manage or supervise access.
CREATE OR REPLACE FUNCTION tenants_reached(who uuid, on_day date) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(DISTINCT r.tenant_id) FROM tenants_residence r
    WHERE r.building_id = ANY (ARRAY (SELECT access_reach(who, 'card', on_day)))
      AND r.moved_in <= on_day AND (r.moved_out IS NULL OR r.moved_out >= on_day)
$$;
REVOKE ALL ON FUNCTION tenants_reached FROM PUBLIC;

-- The same number for each building, for inspectors.
CREATE OR REPLACE FUNCTION tenants_reached_by_place(who uuid, on_day date)
    RETURNS TABLE (building uuid, residents bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT b, (SELECT count(DISTINCT r.tenant_id) FROM tenants_residence r
               WHERE r.building_id = b AND r.moved_in <= on_day AND (r.moved_out IS NULL OR r.moved_out >= on_day))
    FROM access_reach(who, 'card', on_day) b WHERE (SELECT access_is_inspector())
$$;
REVOKE ALL ON FUNCTION tenants_reached_by_place FROM PUBLIC;
