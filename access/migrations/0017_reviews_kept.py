"""A signed review stays as it was signed, by the guard that every such table has; what may be signed is asked as before."""

from django.db import migrations

CREATE = """
DROP TRIGGER access_review_checked ON access_rightsreview;
CREATE OR REPLACE FUNCTION access_review_checked() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT row_security_active(TG_RELID) OR NEW.signed_by_id = loge_person() AND NEW.signed_on = loge_today()
        AND NEW.statement = access_review_statement() THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a review is signed as listed' USING ERRCODE = 'check_violation', CONSTRAINT = 'review_as_listed';
END $$;
CREATE TRIGGER access_review_checked BEFORE INSERT ON access_rightsreview
    FOR EACH ROW EXECUTE FUNCTION access_review_checked();
ALTER TABLE access_rightsreview ENABLE ALWAYS TRIGGER access_review_checked;
SELECT loge_keep('access_rightsreview', 'review_as_listed');
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0016_sent_once"), ("audit", "0011_only")]
    operations = [migrations.RunSQL(CREATE)]
