"""What lowers a debt without money is asked by one and decided by another, past what one may do alone in thirty days."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CREATE = """
ALTER TABLE tenants_writeoff ADD CONSTRAINT write_off_stands_in_its_account
    FOREIGN KEY (account_id, building_id) REFERENCES tenants_account (id, building_id) ON UPDATE CASCADE;

-- Cents that one person takes off an account in thirty days. Written anew by each `provision`, of what the landlord set.
CREATE FUNCTION tenants_alone_up_to() RETURNS bigint LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$SELECT 15000::bigint$$;

-- The second of two: an officer of the building today, a human, whose account neither made the other's of late.
CREATE FUNCTION tenants_second_officer(asker uuid, building uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT tenants_holds_at('officer', building) AND access_apart(asker, loge_person())
       AND NOT (SELECT p.is_machine FROM access_person p WHERE p.id = loge_person())
$$;

-- Does an entry undo what the same person booked, in the thirty days before? Then nothing is owed less than it was.
CREATE FUNCTION tenants_takes_back_own(undoing tenants_entry) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM tenants_entry e
        WHERE e.id = undoing.reverses_id AND e.posted_by_id = undoing.posted_by_id AND e.reverses_id IS NULL
          AND e.booked_on > undoing.booked_on - 30)
$$;

-- May this entry be booked? One that lowers what is owed without money counts with those booked by hand in thirty days,
-- whoever booked them, and those asked: past the bound it takes the id of a request that another has asked and its
-- booker approved, and says the same. One account at a time, so that two at once do not each see the other's too late.
-- The landlord's own books come under other policies, which do not ask this, and in nobody's name: they do not count.
CREATE FUNCTION tenants_lowers_alone(booked tenants_entry) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF booked.kind = 'payment' OR booked.amount_cents > 0 THEN
        RETURN true;
    ELSIF booked.posted_by_id IS DISTINCT FROM loge_person() OR booked.booked_on <> loge_today() THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('tenants_lowers_alone ' || booked.account_id, 0));
    IF tenants_takes_back_own(booked) OR EXISTS (
        SELECT FROM tenants_writeoff w
        WHERE w.id = booked.id AND w.decision = 'approved' AND w.decided_by_id = loge_person()
          AND (w.account_id, w.kind, w.amount_cents, w.reason, w.effective_on, w.label)
            = (booked.account_id, booked.kind, booked.amount_cents, booked.reason, booked.effective_on, booked.label)
          AND w.reverses_id IS NOT DISTINCT FROM booked.reverses_id) THEN
        RETURN true;
    END IF;
    IF (SELECT coalesce(sum(-e.amount_cents), 0) - booked.amount_cents FROM tenants_entry e
        WHERE e.account_id = booked.account_id AND e.kind <> 'payment' AND e.amount_cents < 0
          AND e.posted_by_id IS NOT NULL AND e.booked_on > loge_today() - 30 AND NOT tenants_takes_back_own(e)
          AND NOT EXISTS (SELECT FROM tenants_entry u WHERE u.reverses_id = e.id))
     + (SELECT coalesce(sum(-w.amount_cents), 0) FROM tenants_writeoff w
        WHERE w.account_id = booked.account_id AND w.decision = ''
          AND w.asked_at > loge_now() - interval '14 days') > tenants_alone_up_to() THEN
        RAISE EXCEPTION 'account % would be lowered by more than one person may', booked.account_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_takes_two';
    END IF;
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION tenants_second_officer(uuid, uuid), tenants_takes_back_own(tenants_entry),
    tenants_lowers_alone(tenants_entry) FROM PUBLIC;

SELECT loge_keep('tenants_writeoff', 'write_off_decided_by_another', '{building_id}', jsonb_build_object(
    'decision, decided_by_id, decided_at, refusal', $$OLD.decision = '' AND NEW.decided_by_id = loge_person()
        AND OLD.asked_at > loge_now() - interval '14 days'
        AND CASE NEW.decision WHEN 'withdrawn' THEN OLD.asked_by_id = loge_person()
            ELSE tenants_second_officer(OLD.asked_by_id, OLD.building_id) END$$));
"""
# In the copy of a household's file, beside the entries.
COPIED = """DO $$ BEGIN
    EXECUTE replace(pg_get_functiondef('tenants_inspected_copy(text)'::regprocedure),
        'UNION ALL SELECT ''tenants_clearing'',',
        'UNION ALL SELECT ''tenants_writeoff'', to_jsonb(w) FROM tenants_writeoff w JOIN theirs ON theirs.account = w.account_id
        UNION ALL SELECT ''tenants_clearing'',');
END $$"""


class Migration(migrations.Migration):
    dependencies = [
        ("buildings", "0008_threshold"),
        ("tenants", "0063_looks_at_a_person"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WriteOff",
            fields=[
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("approved", "approuvée"), ("refused", "refusée"), ("withdrawn", "retirée")],
                        max_length=16,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("charge", "appel"), ("payment", "paiement"), ("adjustment", "rectification")],
                        max_length=16,
                        verbose_name="nature",
                    ),
                ),
                ("label", models.CharField(max_length=40, verbose_name="libellé")),
                ("reason", models.CharField(max_length=40, verbose_name="motif")),
                ("amount_cents", models.BigIntegerField(verbose_name="montant")),
                ("effective_on", models.DateField(verbose_name="date d’effet")),
                ("idempotency_key", models.UUIDField(editable=False, null=True)),
                (
                    "refusal",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_founded", "le motif ne tient pas"),
                            ("wrong_amount", "le montant n’est pas le bon"),
                            ("wrong_account", "ce n’est pas le bon compte"),
                            ("wrong_label", "le libellé ou la date est à revoir"),
                            ("proof_missing", "la pièce qui le justifie manque"),
                            ("done_otherwise", "déjà fait autrement"),
                        ],
                        max_length=32,
                        verbose_name="motif du refus",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="write_offs",
                        to="tenants.account",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "building",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="buildings.building",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reverses",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.entry",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            ("decision", "withdrawn"),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="write_off_takes_two",
                        violation_error_message="Qui demande ne décide pas : une autre personne approuve ou refuse.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", "withdrawn"), _negated=True),
                            ("decided_by", models.F("asked_by")),
                            _connector="OR",
                        ),
                        name="write_off_withdrawn_by_who_asked",
                        violation_error_message="Une demande se retire par qui l’a faite.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("decision", "")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("decision__in", ["approved", "refused", "withdrawn"]),
                            ),
                            _connector="OR",
                        ),
                        name="write_off_decided_by_someone_at_some_time",
                        violation_error_message="Une décision dit qui l’a prise, et quand.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decision", "refused"), ("refusal", ""), _connector="XOR"),
                        name="write_off_refused_for_a_reason",
                        violation_error_message="Un refus a un motif.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_cents__lt", 0),
                            ("kind__in", ["charge", "adjustment"]),
                            ("amount_cents__gt", -100000000),
                        ),
                        name="write_off_lowers_what_is_owed",
                        violation_error_message="Ce qui se demande à un autre diminue ce qui est dû, sans argent reçu.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="write_off_has_a_reason",
                        violation_error_message="Une somme en moins a un motif.",
                    ),
                    models.UniqueConstraint(
                        fields=("account", "idempotency_key"),
                        name="write_off_asked_once",
                        violation_error_message="Cette somme est déjà demandée.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(CREATE, migrations.RunSQL.noop),
        migrations.RunSQL(COPIED, migrations.RunSQL.noop),
    ]
