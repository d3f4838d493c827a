"""No two security keys have one number, whoever they belong to: the number is what the key signed when it was made.

Apart from the initial migration, because the table of keys refers to people.
"""

from django.db import migrations

CREATE = """
CREATE UNIQUE INDEX key_number_once ON mfa_authenticator ((data #>> '{credential,id}')) WHERE type = 'webauthn';
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_tables"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [migrations.RunSQL(CREATE)]
