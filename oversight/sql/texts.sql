-- All texts about people. Names and addresses have no place: a word must not tell where a discreet household lives.
CREATE OR REPLACE VIEW oversight_text AS
    SELECT 'casework.AccountNote.text' AS source, t.id::text AS key, t.text AS said, t.building_id AS place, t.written_on AS since, t.account_id AS about FROM casework_accountnote t
    UNION ALL SELECT 'casework.ContestedSentence.wording', t.id::text, nullif(t.wording, ''), t.building_id, t.asked_on, t.account_id FROM casework_contestedsentence t
    UNION ALL SELECT 'casework.AllowedWording.text', t.id::text, t.text, NULL::uuid, t.allowed_on, NULL FROM casework_allowedwording t
    UNION ALL SELECT 'casework.FactCode.title_fr', t.code, t.title_fr, NULL, t.added_on, NULL FROM casework_factcode t
    UNION ALL SELECT 'casework.FactCode.title_en', t.code, t.title_en, NULL, t.added_on, NULL FROM casework_factcode t
    UNION ALL SELECT 'casework.FactCode.sentence_fr', t.code, t.sentence_fr, NULL, t.added_on, NULL FROM casework_factcode t
    UNION ALL SELECT 'casework.FactCode.sentence_en', t.code, t.sentence_en, NULL, t.added_on, NULL FROM casework_factcode t
    UNION ALL SELECT 'tenants.Tenant.last_name', t.id::text, t.last_name, NULL, NULL::date, t.id FROM tenants_tenant t
    UNION ALL SELECT 'tenants.Tenant.first_name', t.id::text, t.first_name, NULL, NULL, t.id FROM tenants_tenant t
    UNION ALL SELECT 'tenants.Tenant.contact_name', t.id::text, t.contact_name, NULL, NULL, t.id FROM tenants_tenant t
    UNION ALL SELECT 'tenants.Tenant.email', t.id::text, t.email, NULL, NULL, t.id FROM tenants_tenant t
    UNION ALL SELECT 'tenants.FormerName.last_name', t.id::text, t.last_name, NULL, NULL, t.tenant_id FROM tenants_formername t
    UNION ALL SELECT 'tenants.FormerName.first_name', t.id::text, t.first_name, NULL, NULL, t.tenant_id FROM tenants_formername t
    UNION ALL SELECT 'tenants.Representative.name', t.id::text, t.name, NULL, t.first_day, t.tenant_id FROM tenants_representative t
    UNION ALL SELECT 'allocations.Applicant.last_name', t.id::text, t.last_name, NULL, NULL, t.application_id FROM allocations_applicant t
    UNION ALL SELECT 'allocations.Applicant.first_name', t.id::text, t.first_name, NULL, NULL, t.application_id FROM allocations_applicant t
    UNION ALL SELECT 'allocations.Applicant.email', t.id::text, t.email, NULL, NULL, t.application_id FROM allocations_applicant t
    UNION ALL SELECT 'allocations.Applicant.street', t.id::text, t.street, NULL, NULL, t.application_id FROM allocations_applicant t
    UNION ALL SELECT 'allocations.Applicant.city', t.id::text, t.city, NULL, NULL, t.application_id FROM allocations_applicant t
    UNION ALL SELECT 'allocations.Contingent.holder', t.id::text, t.holder, t.place_id, NULL, NULL FROM allocations_contingent t
    UNION ALL SELECT 'tenants.SourceKey.key', t.id::text, t.key, NULL, NULL, NULL FROM tenants_sourcekey t
    UNION ALL SELECT 'ledger.SavedFilter.name', t.id::text, t.name, NULL, NULL, NULL FROM ledger_savedfilter t
    UNION ALL SELECT 'ledger.Receipt.source_key', t.id::text, t.source_key, t.agency_id, t.booked_on, NULL FROM ledger_receipt t
    UNION ALL SELECT 'buildings.Unit.source_key', t.id::text, t.source_key, t.building_id, NULL, NULL FROM buildings_unit t
    UNION ALL SELECT 'buildings.Unit.staircase', t.id::text, t.staircase, t.building_id, NULL, NULL FROM buildings_unit t
    UNION ALL SELECT 'buildings.Unit.door', t.id::text, t.door, t.building_id, NULL, NULL FROM buildings_unit t
    UNION ALL SELECT 'buildings.Address.street', t.id::text, t.street, t.building_id, NULL, NULL FROM buildings_address t
    UNION ALL SELECT 'buildings.Address.number', t.id::text, t.number, t.building_id, NULL, NULL FROM buildings_address t
    UNION ALL SELECT 'buildings.Address.city', t.id::text, t.city, t.building_id, NULL, NULL FROM buildings_address t
    UNION ALL SELECT 'access.Place.name', t.id::text, t.name, t.id, NULL, NULL FROM access_place t
    UNION ALL SELECT 'access.Place.code', t.id::text, t.code, t.id, NULL, NULL FROM access_place t
    UNION ALL SELECT 'access.Place.email', t.id::text, t.email, t.id, NULL, NULL FROM access_place t
    UNION ALL SELECT 'access.Person.name', t.id::text, t.name, t.employed_at_id, t.joined_at::date, NULL FROM access_person t
    UNION ALL SELECT 'access.Person.email', t.id::text, t.email, t.employed_at_id, t.joined_at::date, NULL FROM access_person t
    UNION ALL SELECT 'access.AccessRequest.name', t.id::text, t.name, t.place_id, t.asked_at::date, NULL FROM access_accessrequest t
    UNION ALL SELECT 'access.AccessRequest.email', t.id::text, t.email, t.place_id, t.asked_at::date, NULL FROM access_accessrequest t;
