-- The last number of a door without leading zeros, or else its letters in lower case: "A-012" and "12" both become "12",
-- "RDC gauche" becomes "rdcgauche".
CREATE OR REPLACE FUNCTION buildings_door_key(door text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(nullif(ltrim(substring(door FROM '([0-9]+)[^0-9]*$'), '0'), ''),
                    lower(regexp_replace(door, '[^A-Za-z]+', '', 'g')))
$$;
