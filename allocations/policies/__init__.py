"""Row-level security policies of the tables of allocations/."""

from allocations.policies import applications, committee, steering
from allocations.policies.applications import STEERS as STEERS

POLICIES = (*applications.POLICIES, *committee.POLICIES, *steering.POLICIES)
FUNCTIONS = (*applications.FUNCTIONS, *committee.FUNCTIONS, *steering.FUNCTIONS)
