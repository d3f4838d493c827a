from django.db import migrations

# A child's building is its parent's: a foreign key on both columns says so, and re-cutting a building carries it down.
PINS = [
    ("tenants_lease", "lease_stands_in_its_unit", "main_unit_id, building_id", "buildings_unit (id, building_id)"),
    ("tenants_leaseunit", "letting_stands_in_its_unit", "unit_id, building_id", "buildings_unit (id, building_id)"),
    ("tenants_residence", "residence_stands_in_its_unit", "unit_id, building_id", "buildings_unit (id, building_id)"),
    ("tenants_residence", "residence_carries_its_name", "tenant_id, name_key", "tenants_tenant (id, name_key)"),
    ("tenants_leaseparty", "party_stands_in_its_lease", "lease_id, building_id", "tenants_lease (id, building_id)"),
    ("tenants_account", "account_stands_in_its_lease", "lease_id, building_id", "tenants_lease (id, building_id)"),
    ("tenants_entry", "entry_stands_in_its_account", "account_id, building_id", "tenants_account (id, building_id)"),
    (
        "tenants_discreetmark",
        "discreet_mark_stands_in_its_lease",
        "lease_id, building_id",
        "tenants_lease (id, building_id)",
    ),
    (
        "tenants_reminderdoor",
        "reminder_door_stands_in_its_unit",
        "unit_id, building_id",
        "buildings_unit (id, building_id)",
    ),
]
PIN = "ALTER TABLE {0} ADD CONSTRAINT {1} FOREIGN KEY ({2}) REFERENCES {3} ON UPDATE CASCADE"

CREATE = """
ALTER TABLE tenants_leaseunit ADD CONSTRAINT letting_once_at_a_time EXCLUDE USING gist (
    uuidrange(unit_id, unit_id, '[]') WITH =, daterange(first_day, last_day, '[]') WITH &&);
ALTER TABLE tenants_leaseparty ADD CONSTRAINT party_once_at_a_time EXCLUDE USING gist (
    uuidrange(lease_id, lease_id, '[]') WITH =, uuidrange(tenant_id, tenant_id, '[]') WITH =,
    daterange(first_day, last_day, '[]') WITH &&);

-- A reversal points at an entry of the same account and of exactly the opposite amount: a key that is three columns wide.
ALTER TABLE tenants_entry ADD COLUMN mirror_cents bigint GENERATED ALWAYS AS (-amount_cents) STORED;
ALTER TABLE tenants_entry ADD CONSTRAINT entry_mirrored UNIQUE (id, account_id, amount_cents);
ALTER TABLE tenants_entry ADD CONSTRAINT entry_reversal_cancels_to_the_cent
    FOREIGN KEY (reverses_id, account_id, mirror_cents) REFERENCES tenants_entry (id, account_id, amount_cents);

-- Entries are only ever added. The building alone may follow its account when a building is re-cut.
CREATE FUNCTION tenants_entry_keeps() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- mirror_cents is generated after this trigger, from amount_cents, which is compared.
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - '{building_id,mirror_cents}'::text[]
                          = to_jsonb(NEW) - '{building_id,mirror_cents}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an entry is only ever added, and undone by a reversal (% refused)', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER tenants_entry_keep_rows BEFORE UPDATE OR DELETE ON tenants_entry
    FOR EACH ROW EXECUTE FUNCTION tenants_entry_keeps();
ALTER TABLE tenants_entry ENABLE ALWAYS TRIGGER tenants_entry_keep_rows;
CREATE TRIGGER tenants_entry_keep_table BEFORE TRUNCATE ON tenants_entry
    FOR EACH STATEMENT EXECUTE FUNCTION tenants_entry_keeps();
ALTER TABLE tenants_entry ENABLE ALWAYS TRIGGER tenants_entry_keep_table;

-- Leases of discreet households in which the person asking is not named, and all other leases of their parties (a parking
-- space would give the name away): out of every list, search, card and account.
CREATE FUNCTION tenants_hidden() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 20
    SET search_path = public, pg_temp AS $$
    WITH marked AS (
        SELECT m.lease_id FROM tenants_discreetmark m
        WHERE loge_today() BETWEEN m.first_day AND m.last_day
          AND NOT EXISTS (SELECT FROM tenants_discreetname n WHERE n.mark_id = m.id AND n.person_id = loge_person())
    )
    SELECT lease_id FROM marked
    UNION
    SELECT other.lease_id FROM marked
    JOIN tenants_leaseparty p ON p.lease_id = marked.lease_id
    JOIN tenants_leaseparty other ON other.tenant_id = p.tenant_id
$$;
CREATE FUNCTION tenants_hidden_accounts() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 20
    SET search_path = public, pg_temp AS $$
    SELECT a.id FROM tenants_account a WHERE a.lease_id IN (SELECT tenants_hidden())
$$;
-- How many residents a person reaches on a day: a number and nothing else, for those who manage or watch over rights.
CREATE FUNCTION tenants_reached(who uuid, on_day date) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT count(DISTINCT r.tenant_id) FROM tenants_residence r
    WHERE r.building_id = ANY (ARRAY (SELECT access_reach(who, 'card', on_day)))
      AND r.moved_in <= on_day AND (r.moved_out IS NULL OR r.moved_out >= on_day)
$$;
-- Where an account is kept, asked by reference and never by name, for "who can reach this account".
CREATE FUNCTION tenants_account_place(wanted text) RETURNS TABLE (account uuid, building uuid) LANGUAGE sql STABLE
    SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT id, building_id FROM tenants_account WHERE reference = wanted
$$;
REVOKE ALL ON FUNCTION tenants_hidden(), tenants_hidden_accounts(), tenants_reached(uuid, date),
    tenants_account_place(text) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_initial"), ("buildings", "0002_guardian_views"), ("access", "0002_reach")]
    operations = [
        *(migrations.RunSQL(PIN.format(*pin), migrations.RunSQL.noop) for pin in PINS),
        migrations.RunSQL(CREATE, migrations.RunSQL.noop),
    ]
