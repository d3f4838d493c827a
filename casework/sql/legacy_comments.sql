-- Comments taken over from the former software, their sorting, and the certificate that they were destroyed.

-- Does this person sort comments of the place: its data steward or manager?
CREATE OR REPLACE FUNCTION casework_sorts_comments_of(who uuid, place uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT tenants_has_role_at(who, 'data_steward', place) OR tenants_has_role_at(who, 'sector_manager', place)
$$;
REVOKE ALL ON FUNCTION casework_sorts_comments_of FROM PUBLIC;

-- May the current person sort this comment? Asked by the policies.
CREATE OR REPLACE FUNCTION casework_sorts_comment(which uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM casework_legacycomment l
        WHERE l.id = which AND casework_sorts_comments_of(loge_person(), l.building_id))
$$;
REVOKE ALL ON FUNCTION casework_sorts_comment FROM PUBLIC;

-- May the current person keep this comment as the second of two offices?
CREATE OR REPLACE FUNCTION casework_keeps_comment(which uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM casework_legacycomment l
        WHERE l.id = which AND tenants_are_two_offices(l.proposed_by_id, loge_person(), l.building_id))
$$;
REVOKE ALL ON FUNCTION casework_keeps_comment FROM PUBLIC;

-- Is there a fact or a note in place of the comment, as its outcome says?
CREATE OR REPLACE FUNCTION casework_comment_was_replaced(line uuid, account uuid, outcome text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE outcome
        WHEN 'replaced' THEN EXISTS (SELECT FROM casework_accountfact f WHERE f.id = line AND f.account_id = account)
        WHEN 'kept' THEN EXISTS (SELECT FROM casework_accountnote n WHERE n.id = line AND n.account_id = account)
        ELSE outcome = 'erased' END
$$;
REVOKE ALL ON FUNCTION casework_comment_was_replaced FROM PUBLIC;

-- A comment is deleted once it is decided.
CREATE OR REPLACE FUNCTION casework_delete_decided_comment() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM casework_legacycomment WHERE id = NEW.id;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION casework_delete_decided_comment FROM PUBLIC;

-- No comment is deleted before it is decided or its day has passed, and each deletion is counted with its file.
CREATE OR REPLACE FUNCTION casework_count_deleted_comment() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    became text := CASE OLD.outcome WHEN '' THEN 'expired' ELSE OLD.outcome END;
BEGIN
    IF OLD.outcome = '' AND OLD.ends_on >= loge_today() THEN
        RAISE EXCEPTION 'a legacy comment is decided before it goes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inherited_decided_first';
    END IF;
    UPDATE casework_legacycommentfile SET waiting = waiting - 1,
        replaced = replaced + (became = 'replaced')::int, retained = retained + (became = 'kept')::int,
        erased = erased + (became IN ('erased', 'expired'))::int
    WHERE id = OLD.file_id;
    INSERT INTO casework_legacycommenttally AS t (file_id, agency_id, category, outcome, ground, lines)
    VALUES (OLD.file_id, OLD.agency_id, OLD.category, became, CASE became WHEN 'kept' THEN OLD.ground ELSE '' END, 1)
    ON CONFLICT (file_id, agency_id, category, outcome, ground) DO UPDATE SET lines = t.lines + 1;
    RETURN OLD;
END $$;
REVOKE ALL ON FUNCTION casework_count_deleted_comment FROM PUBLIC;

-- One person proposes and one decides, in separate statements. The deletion's own trigger checks that it may happen. A
-- function of the owner may also erase a comment, at the request of the person it is about: only the owner of the table
-- may truncate it.
SELECT loge_keep('casework_legacycomment', 'inherited_by_those_who_may', '{building_id}', jsonb_build_object(
    'sentence', 'loge_person() IS NULL',
    'ground, proposed_by_id', $$NEW.proposed_by_id = loge_person() AND casework_sorts_comment(OLD.id)
        AND NEW.outcome = OLD.outcome$$,
    'outcome, decided_by_id', $$NEW.decided_by_id = loge_person()
        AND CASE NEW.outcome WHEN 'kept' THEN casework_keeps_comment(OLD.id) 
            ELSE casework_sorts_comment(OLD.id) OR NEW.outcome = 'erased'
                AND has_table_privilege('casework_legacycomment', 'TRUNCATE') END
        AND casework_comment_was_replaced(OLD.id, OLD.account_id, NEW.outcome)$$),
    over => 'true');
CREATE OR REPLACE TRIGGER casework_legacycomment_go AFTER UPDATE ON casework_legacycomment
    FOR EACH ROW WHEN (NEW.outcome <> '') EXECUTE FUNCTION casework_delete_decided_comment();
ALTER TABLE casework_legacycomment ENABLE ALWAYS TRIGGER casework_legacycomment_go;
CREATE OR REPLACE TRIGGER casework_legacycomment_count BEFORE DELETE ON casework_legacycomment
    FOR EACH ROW EXECUTE FUNCTION casework_count_deleted_comment();
ALTER TABLE casework_legacycomment ENABLE ALWAYS TRIGGER casework_legacycomment_count;

-- Do the counts of a file agree with its rows?
CREATE OR REPLACE FUNCTION casework_comment_counts_agree(which uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT i.waiting = (SELECT count(*) FROM casework_legacycomment l WHERE l.file_id = which)
        AND i.replaced = coalesce((SELECT sum(lines) FROM casework_legacycommenttally t
                                   WHERE t.file_id = which AND t.outcome = 'replaced'), 0)
        AND i.retained = coalesce((SELECT sum(lines) FROM casework_legacycommenttally t
                               WHERE t.file_id = which AND t.outcome = 'kept'), 0)
        AND i.erased = coalesce((SELECT sum(lines) FROM casework_legacycommenttally t
                                 WHERE t.file_id = which AND t.outcome IN ('erased', 'expired')), 0)
    FROM casework_legacycommentfile i WHERE i.id = which
$$;
REVOKE ALL ON FUNCTION casework_comment_counts_agree FROM PUBLIC;

-- What a destruction certificate states: nothing while comments wait or the counts disagree.
CREATE OR REPLACE FUNCTION casework_destruction_counts(which uuid) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object('file', i.fingerprint, 'read_on', i.finished_on, 'issued_on', loge_today(),
        'imported', i.imported, 'noted', i.noted, 'replaced', i.replaced, 'erased', i.erased, 'kept', i.retained,
        'outcomes', coalesce((SELECT jsonb_agg(jsonb_build_object('agency', a.name, 'category', t.category,
            'outcome', t.outcome, 'ground', t.ground, 'lines', t.lines)
            ORDER BY a.name, a.id, t.category, t.outcome, t.ground)
            FROM casework_legacycommenttally t JOIN access_place a ON a.id = t.agency_id WHERE t.file_id = which), '[]'))
    FROM casework_legacycommentfile i
    WHERE i.id = which AND i.waiting = 0 AND i.finished_on IS NOT NULL AND casework_comment_counts_agree(which)
$$;
REVOKE ALL ON FUNCTION casework_destruction_counts FROM PUBLIC;

-- The same for who reads sealed sentences.
CREATE OR REPLACE FUNCTION casework_destruction_statement(which uuid) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT casework_destruction_counts(which) WHERE casework_reads_sealed_sentences()
$$;
REVOKE ALL ON FUNCTION casework_destruction_statement FROM PUBLIC;

CREATE OR REPLACE FUNCTION casework_certificate_checks() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.issued_on = loge_today() AND NEW.statement = casework_destruction_counts(NEW.file_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a certificate states what was counted'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'certificate_as_counted';
END $$;
REVOKE ALL ON FUNCTION casework_certificate_checks FROM PUBLIC;

CREATE OR REPLACE TRIGGER casework_destructioncertificate_check BEFORE INSERT ON casework_destructioncertificate
    FOR EACH ROW EXECUTE FUNCTION casework_certificate_checks();
ALTER TABLE casework_destructioncertificate ENABLE ALWAYS TRIGGER casework_destructioncertificate_check;
SELECT loge_keep('casework_destructioncertificate', 'certificate_as_counted');
