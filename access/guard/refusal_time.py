"""Delays a refusal until a whole number of time slots has passed since the request arrived.

Otherwise the response time would reveal a hidden object: a 404 for a missing object takes 0.2 to 0.5 ms less.
"""

import time

from django.conf import settings


def wait_for_slot(started: float) -> None:
    """Sleep until the next slot. `started` is time.monotonic() at the request's arrival. Call outside a transaction."""
    slot = settings.REFUSAL_SLOT
    if slot:
        time.sleep(-(time.monotonic() - started) % slot)
