"""A settled account stays settled: its row locks out whoever books on it, and one function alone settles it."""

from django.db import migrations, models
from django.db.models import Q

CREATE = """
-- May an officer book on this account? Asked by the policy of every entry; holds the account's row until the entry is
-- committed, so that an account is never settled under an entry that nobody sees yet.
CREATE FUNCTION tenants_open_account(which uuid) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    settled date;
BEGIN
    SELECT settled_on INTO settled FROM tenants_account WHERE id = which FOR SHARE;
    IF settled IS NOT NULL THEN
        RAISE EXCEPTION 'account % is settled', which
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_on_an_open_account';
    END IF;
    RETURN true;
END $$;

-- Settling hides the row from whoever settles it, which an UPDATE under row security may not do: hence a function. It
-- asks everything again under the row's lock.
CREATE FUNCTION tenants_settle_account(which uuid) RETURNS date LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    ended date;
BEGIN
    PERFORM FROM tenants_account WHERE id = which AND settled_on IS NULL
        AND building_id = ANY (ARRAY (SELECT loge_reach('account')))
        AND lease_id <> ALL (ARRAY (SELECT tenants_hidden())) FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'account % is not open' , which
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_settled_once';
    END IF;
    SELECT l.ends_on INTO ended FROM tenants_account a JOIN tenants_lease l ON l.id = a.lease_id WHERE a.id = which;
    IF ended IS NULL OR ended >= loge_today() THEN
        RAISE EXCEPTION 'the lease of account % goes on', which
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_settled_after_its_lease';
    END IF;
    IF (SELECT coalesce(sum(amount_cents), 0) FROM tenants_entry WHERE account_id = which) <> 0 THEN
        RAISE EXCEPTION 'the balance of account % is not zero', which
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_settled_at_zero';
    END IF;
    UPDATE tenants_account SET settled_on = loge_today() WHERE id = which;
    RETURN loge_today();
END $$;
REVOKE ALL ON FUNCTION tenants_open_account(uuid), tenants_settle_account(uuid) FROM PUBLIC;
"""
DROP = "DROP FUNCTION tenants_settle_account(uuid); DROP FUNCTION tenants_open_account(uuid);"


class Migration(migrations.Migration):
    dependencies = [("tenants", "0002_held_together")]
    operations = [
        migrations.RemoveConstraint("entry", "entry_payment_lowers_what_is_owed"),
        migrations.AddConstraint(
            "entry",
            models.CheckConstraint(
                condition=Q(reverses__isnull=False)
                | Q(kind__in=["charge", "adjustment"])
                | Q(kind="payment", amount_cents__lt=0)
                | Q(
                    kind="payment",
                    label__in=[
                        "debit_rejected",
                        "cheque_rejected",
                        "card_rejected",
                        "refund",
                        "aid_refunded",
                        "deposit_refund",
                    ],
                ),
                name="entry_payment_lowers_what_is_owed",
                violation_error_message="Un paiement diminue ce qui est dû.",
            ),
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
