"""The panel of tenants/ on the home page: emergency accesses that wait for a review."""

from typing import Any

from access.guard.context import AccessContext
from access.pages.panels import Panel
from access.permissions import Permission
from tenants.emergencies.due import emergencies_due


def emergencies_to_review(access: AccessContext, subject: None) -> dict[str, Any]:
    waiting, late = emergencies_due()
    return {"waiting": waiting, "late": late}


PANELS = (
    Panel(
        "today",
        20,
        emergencies_to_review,
        {"alerts": "tenants/emergencies_to_review.html"},
        Permission.EMERGENCY_REVIEW,
    ),
)
