"""The sealed log: a leaf for each audit event, signed by us, cosigned by witnesses, and verifiable by anybody."""
