"""Delays a refusal until a whole number of time slots has passed since its request arrived.

Otherwise a response about a missing object would be 0.2 to 0.5 ms faster than one about a hidden object.
"""

import time

from django.conf import settings


def wait_for_slot(started: float) -> None:
    """Sleep until the next slot. `started`: time.monotonic() when the request arrived. Call outside a transaction."""
    slot = settings.REFUSAL_SLOT
    if slot:
        time.sleep(-(time.monotonic() - started) % slot)
