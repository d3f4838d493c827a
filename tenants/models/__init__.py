"""Models of people, leases, residences and accounts, one file each.

Each compartment (a kind of data with its own database role, such as cards) has its own tables. Many foreign keys also
contain the building, so that a row and its parent are in the same building. Django cannot declare a foreign key over
two columns, so the model has `db_constraint=False` and the migration 0001_tables creates the key. A second key on the
id alone would only cost time.
"""

from tenants.models.account import Account
from tenants.models.discreet import DiscreetMark, DiscreetName
from tenants.models.emergency import EmergencyAccess
from tenants.models.former_name import FormerName
from tenants.models.help_code import HelpCode
from tenants.models.identity_check import IdentityCheck
from tenants.models.lease import Lease, LeaseParty, LeaseUnit
from tenants.models.lease_change import LeaseChange
from tenants.models.reminder import Reminder, ReminderDoor
from tenants.models.residence import Residence
from tenants.models.restriction import Restriction, SetAsideContact
from tenants.models.search_key import SearchKey
from tenants.models.source_key import Keyed, SourceKey
from tenants.models.tenant import Identity, Representative, Tenant
from tenants.models.wall import ConflictWall

__all__ = [
    "Account",
    "ConflictWall",
    "DiscreetMark",
    "DiscreetName",
    "EmergencyAccess",
    "FormerName",
    "HelpCode",
    "Identity",
    "IdentityCheck",
    "Keyed",
    "Lease",
    "LeaseChange",
    "LeaseParty",
    "LeaseUnit",
    "Reminder",
    "ReminderDoor",
    "Representative",
    "Residence",
    "Restriction",
    "SearchKey",
    "SetAsideContact",
    "SourceKey",
    "Tenant",
]
