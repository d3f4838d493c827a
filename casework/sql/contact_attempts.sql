-- A contact attempt is not edited. The person who recorded it may delete it on the same day, and the nightly job after a
-- year. The building follows the account when a building is divided.
SELECT loge_keep('casework_contactattempt', 'contact_stays_as_recorded', '{building_id}',
    over => 'OLD.made_on + 365 < loge_today() OR OLD.made_on = loge_today() AND OLD.made_by_id = loge_person()');
