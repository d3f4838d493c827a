"""Row-level security policies of the tenants' tables: for each database role, the rows it may read and write.

One module for each subject; `rules` has the shared conditions. rights/ adds to most tables what the author of an access
report may read.
"""

from tenants.policies import contests, emergencies, homes, inspected, people, walls

_MATTERS = (people, homes, contests, emergencies, walls, inspected)

POLICIES = tuple(policy for matter in _MATTERS for policy in matter.POLICIES)
FUNCTIONS = tuple(function for matter in _MATTERS for function in matter.FUNCTIONS)
