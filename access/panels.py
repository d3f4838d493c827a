"""The panel of access/ on the home page: the person's own next on-call duties."""

from typing import Any

from access.grants.own_duties import next_duties
from access.guard.context import AccessContext
from access.pages.panels import Panel


def own_duties(access: AccessContext, subject: None) -> dict[str, Any]:
    return {"duties": next_duties(access)}


PANELS = (Panel("today", 5, own_duties, {"beside": "access/own_duties_panel.html"}),)
