"""What is only ever added to, or changed as its rule says, table by table: one guard for all (audit/migrations/0011_only.py)."""

from django.db import migrations

# Before: a function for each table, with the same comparison in it.
DROP = """
DROP FUNCTION tenants_entry_keeps() CASCADE;
DROP FUNCTION tenants_receipt_keeps() CASCADE;
DROP FUNCTION tenants_note_keeps() CASCADE;
DROP FUNCTION tenants_fact_keeps() CASCADE;
DROP FUNCTION tenants_contest_keeps() CASCADE;
DROP FUNCTION tenants_emergency_keeps() CASCADE;
DROP FUNCTION tenants_question_keeps() CASCADE;
DROP FUNCTION tenants_inherited_decides() CASCADE;
DROP TRIGGER tenants_destructioncertificate_check ON tenants_destructioncertificate;
"""
BOOKS = """
-- mirror_cents is generated after the guard, from amount_cents, which is compared; a building may be cut in two.
SELECT loge_keep('tenants_entry', freely => '{building_id, mirror_cents}');
SELECT loge_keep('tenants_receipt'), loge_keep('tenants_clearing');
"""
CERTIFICATES = """
CREATE OR REPLACE FUNCTION tenants_certificate_checks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.issued_on = loge_today() AND NEW.statement = tenants_destruction_counted(NEW.inheritance_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a certificate states what was counted'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'certificate_as_counted';
END $$;
CREATE TRIGGER tenants_destructioncertificate_check BEFORE INSERT ON tenants_destructioncertificate
    FOR EACH ROW EXECUTE FUNCTION tenants_certificate_checks();
ALTER TABLE tenants_destructioncertificate ENABLE ALWAYS TRIGGER tenants_destructioncertificate_check;
SELECT loge_keep('tenants_destructioncertificate', 'certificate_as_counted');
"""
# A server's job has no person: it withdraws, and erases at the term.
NOTES = """
SELECT loge_keep('tenants_accountnote', 'note_stays_as_written', '{building_id}', jsonb_build_object(
    'withdrawn_on, withdrawn_by_id', $$OLD.withdrawn_on IS NULL AND NEW.withdrawn_on = loge_today()
        AND (loge_person() IS NULL OR NEW.withdrawn_by_id = loge_person())$$),
    over => 'OLD.ends_on < loge_today() OR OLD.withdrawn_on IS NOT NULL');
"""
FACTS = """
SELECT loge_keep('tenants_{scope}fact', 'fact_stays_as_written', '{{building_id}}', jsonb_build_object(
    'withdrawn_on, withdrawn_by_id', $$OLD.withdrawn_on IS NULL AND NEW.withdrawn_on = loge_today()
        AND (loge_person() IS NULL OR NEW.withdrawn_by_id = loge_person()
             AND tenants_fact_open(loge_person(), '{scope}', 'write', OLD.code_id, OLD.building_id))$$,
    'contested_on', $$OLD.contested_on IS NULL AND NEW.contested_on = loge_today()$$,
    'kept_on, kept_by_id', $$OLD.kept_on IS NULL AND OLD.contested_on IS NOT NULL AND NEW.kept_on = loge_today()
        AND NEW.kept_by_id = loge_person()
        AND tenants_fact_open(loge_person(), '{scope}', 'write', OLD.code_id, OLD.building_id)$$),
    over => 'OLD.ends_on < loge_today() OR OLD.withdrawn_on IS NOT NULL');
"""
# Proposed by the steward, decided or sent back by a manager of the place, all without the DPO's office; advised on, suspended
# and resumed by the DPO alone; the words only ever go, and at once where they are not let pass.
CONTESTS = """
SELECT loge_keep('tenants_contestedsentence', 'contest_by_those_who_may', '{building_id}', jsonb_build_object(
    'sentence', $$NEW.sentence IS NULL AND NEW.outcome <> ''
        AND (loge_person() IS NULL OR NOT tenants_holds_at('dpo', OLD.building_id)
             AND tenants_holds_at('data_steward', OLD.building_id))$$,
    'proposal, wording, proposed_by_id', $$OLD.outcome = '' AND OLD.suspended_on IS NULL
        AND NOT tenants_holds_at('dpo', OLD.building_id)
        AND (NEW.proposed_by_id = loge_person() AND tenants_holds_at('data_steward', OLD.building_id)
             OR NEW.proposal = '' AND NEW.wording = '' AND NEW.proposed_by_id IS NULL
                AND tenants_holds_at('sector_manager', OLD.building_id))$$,
    'outcome, decided_on, decided_by_id', $$OLD.outcome = '' AND OLD.suspended_on IS NULL AND NEW.proposal = OLD.proposal
        AND NEW.decided_by_id = loge_person() AND NEW.decided_on = loge_today()
        AND NOT tenants_holds_at('dpo', OLD.building_id) AND tenants_holds_at('sector_manager', OLD.building_id)$$,
    'suspended_on, suspended_by_id', $$OLD.outcome = '' AND tenants_holds_at('dpo', OLD.building_id)
        AND (NEW.suspended_on IS NULL AND NEW.suspended_by_id IS NULL
             OR OLD.suspended_on IS NULL AND NEW.suspended_on = loge_today() AND NEW.suspended_by_id = loge_person())$$,
    'advice, advised_on, advised_by_id', $$OLD.outcome = '' AND NEW.advice <> '' AND NEW.advised_on = loge_today()
        AND NEW.advised_by_id = loge_person() AND tenants_holds_at('dpo', OLD.building_id)$$),
    over => 'OLD.asked_on + 30 <= loge_today()');
CREATE FUNCTION tenants_contest_forgets() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.sentence := NULL;
    RETURN NEW;
END $$;
-- By its name after the guards, which ask what was written.
CREATE TRIGGER tenants_contestedsentence_forget BEFORE UPDATE ON tenants_contestedsentence
    FOR EACH ROW WHEN (NEW.outcome NOT IN ('', 'allow_once')) EXECUTE FUNCTION tenants_contest_forgets();
ALTER TABLE tenants_contestedsentence ENABLE ALWAYS TRIGGER tenants_contestedsentence_forget;
"""
EMERGENCIES = """
SELECT loge_keep('tenants_emergencyaccess', 'emergency_reviewed_by_another', '{building_id}', jsonb_build_object(
    'until', 'NEW.until <= OLD.until',
    'verdict, reviewed_by_id, reviewed_on', $$OLD.verdict = '' AND NEW.verdict IN ('justified', 'unjustified')
        AND NEW.reviewed_by_id = loge_person() AND NEW.reviewed_on = loge_today() AND loge_person() <> OLD.person_id
        AND tenants_holds_at('sector_manager', OLD.building_id)$$),
    over => $$OLD.opened_at < loge_now() - interval '1 year'$$);
"""
# Each says their part once, before the verdict; who answered for the person does not judge, nor in the same breath.
QUESTIONS = """
SELECT loge_keep('tenants_lookquestion', 'look_judged_by_another', changes => jsonb_build_object(
    'explanation, explained_on', $$OLD.verdict = '' AND OLD.explanation = '' AND NEW.explanation <> ''
        AND NEW.explained_on = loge_today() AND OLD.person_id = loge_person()$$,
    'asked_by_id, asked_on', $$OLD.verdict = '' AND OLD.asked_on IS NULL AND NEW.asked_on = loge_today()
        AND NEW.asked_by_id = loge_person() AND OLD.person_id <> loge_person() AND tenants_reads_questions(OLD.desk)$$,
    'answer, answered_by_id, answered_on', $$OLD.verdict = '' AND OLD.asked_on IS NOT NULL AND OLD.answer = ''
        AND NEW.answer <> '' AND NEW.answered_on = loge_today() AND NEW.answered_by_id = loge_person()
        AND tenants_answers_for(OLD.person_id, OLD.place_id)$$,
    'verdict, judged_by_id, judged_on', $$OLD.verdict = '' AND NEW.verdict <> '' AND NEW.judged_on = loge_today()
        AND NEW.judged_by_id = loge_person() AND NEW.answered_by_id IS DISTINCT FROM loge_person()
        AND OLD.person_id <> loge_person() AND tenants_reads_questions(OLD.desk)$$),
    over => $$OLD.at < loge_now() - interval '1 year'
        OR OLD.verdict NOT IN ('', 'misuse') AND OLD.judged_on < loge_today() - 92$$);
-- Said twice in the same words it would be told twice by the trace.
CREATE TRIGGER tenants_lookquestion_again BEFORE UPDATE ON tenants_lookquestion FOR EACH ROW
    WHEN (OLD.* IS NOT DISTINCT FROM NEW.*) EXECUTE FUNCTION loge_only('look_judged_by_another');
ALTER TABLE tenants_lookquestion ENABLE ALWAYS TRIGGER tenants_lookquestion_again;
-- By its name after the guards: who may not judge is told that first.
CREATE TRIGGER tenants_lookquestion_heard BEFORE UPDATE ON tenants_lookquestion FOR EACH ROW
    WHEN (NEW.verdict = 'misuse' AND OLD.verdict = '' AND OLD.explanation = '' AND OLD.found_on > loge_today() - 7)
    EXECUTE FUNCTION loge_only('look_heard_first');
ALTER TABLE tenants_lookquestion ENABLE ALWAYS TRIGGER tenants_lookquestion_heard;
"""
# Asked for by one, decided by one, never both at once. What counts a line as it goes asks whether it may.
INHERITED = """
CREATE FUNCTION tenants_line_said_instead(line uuid, account uuid, outcome text) RETURNS boolean LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE outcome
        WHEN 'replaced' THEN EXISTS (SELECT FROM tenants_accountfact f WHERE f.id = line AND f.account_id = account)
        WHEN 'kept' THEN EXISTS (SELECT FROM tenants_accountnote n WHERE n.id = line AND n.account_id = account)
        ELSE outcome = 'erased' END
$$;
REVOKE ALL ON FUNCTION tenants_line_said_instead(uuid, uuid, text) FROM PUBLIC;
SELECT loge_keep('tenants_inheritedline', 'inherited_by_those_who_may', '{building_id}', jsonb_build_object(
    'sentence', 'loge_person() IS NULL',
    'ground, proposed_by_id', $$NEW.proposed_by_id = loge_person() AND tenants_sorts_line(OLD.id)
        AND NEW.outcome = OLD.outcome$$,
    'outcome, decided_by_id', $$NEW.decided_by_id = loge_person()
        AND CASE NEW.outcome WHEN 'kept' THEN tenants_keeps_line(OLD.id) ELSE tenants_sorts_line(OLD.id) END
        AND tenants_line_said_instead(OLD.id, OLD.account_id, NEW.outcome)$$),
    over => 'true');
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0053_copies"), ("audit", "0011_only")]
    operations = [
        migrations.RunSQL(sql)
        for sql in (
            DROP,
            BOOKS,
            CERTIFICATES,
            NOTES,
            *(FACTS.format(scope=scope) for scope in ("card", "dwelling", "account")),
            CONTESTS,
            EMERGENCIES,
            QUESTIONS,
            INHERITED,
        )
    ]
