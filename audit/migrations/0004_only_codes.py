"""PostgreSQL refuses audit events that the sealer could not encode: their texts are codes, their facts codes and
numbers."""

from django.db import migrations

# A code, as `audit.kinds.require_code` accepts it, or nothing.
_CODES = "^[A-Za-z0-9_.:-]*$"
_FACTS = r"""^\{("[a-z0-9_]+": ("[A-Za-z0-9_.:-]*"|-?[0-9]{1,18})(, (?=")|(?=\})))*\}$"""
_RULES = {
    "audit_event_codes": f"concat(kind, machine, role, permission, purpose, route, about_kind) ~ '{_CODES}'",
    "audit_event_facts": f"facts::text ~ '{_FACTS}' AND octet_length(facts::text) <= 4096"
    " AND coalesce(length(facts ->> 'reason'), 0) <= 64",
    "audit_event_shown": "coalesce(array_ndims(shown), 1) = 1 AND array_position(shown, NULL) IS NULL",
}


class Migration(migrations.Migration):
    # Without a transaction, so that events are written while the older ones are checked. Can be run again after an error.
    atomic = False
    dependencies = [("audit", "0003_leaf_of_event")]
    operations = [
        operation
        for name, condition in _RULES.items()
        for operation in (
            migrations.RunSQL(
                f"ALTER TABLE audit_event DROP CONSTRAINT IF EXISTS {name},"
                f" ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID",
                f"ALTER TABLE audit_event DROP CONSTRAINT {name}",
            ),
            migrations.RunSQL(f"ALTER TABLE audit_event VALIDATE CONSTRAINT {name}", migrations.RunSQL.noop),
        )
    ]
