"""Row-level security policies of the tenants' tables: for each database role, the rows it may read and write.

One module for each subject; `rules` has the shared conditions. rights/ adds to most tables what the author of an access
report may read.
"""

from django.conf import settings

from tenants.policies import books, contests, emergencies, homes, inspected, people, walls

_MATTERS = (people, homes, books, contests, emergencies, walls, inspected)

LOCKS = tuple(lock for matter in _MATTERS for lock in matter.LOCKS)
FUNCTIONS = tuple(function for matter in _MATTERS for function in matter.FUNCTIONS)
FIGURES = (("tenants_alone_up_to()", lambda: settings.ADJUSTMENT_ALONE_UP_TO * 100),)
