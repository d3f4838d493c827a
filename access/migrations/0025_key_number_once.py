"""No two keys under one number, whoever they are of: the number is what the key signed when it was made."""

from django.db import migrations

CREATE = """
CREATE UNIQUE INDEX key_number_once ON mfa_authenticator ((data #>> '{credential,id}')) WHERE type = 'webauthn';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0024_sessions_hashed"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [migrations.RunSQL(CREATE, "DROP INDEX key_number_once")]
