"""Row-level security policies of the tables of tenants/: which rows each database role may read and write.

There is one module for each subject; `rules` has the shared conditions. For most of these tables, rights/ adds a policy
for the person who writes an access report.
"""

from tenants.policies import contests, emergencies, homes, inspected, people, restrictions, walls

_MATTERS = (people, homes, contests, emergencies, walls, inspected, restrictions)

POLICIES = tuple(policy for matter in _MATTERS for policy in matter.POLICIES)
FUNCTIONS = tuple(function for matter in _MATTERS for function in matter.FUNCTIONS)
