"""Delays a refusal until a whole number of time slots has passed since the request arrived.

Otherwise the response time would reveal a hidden object: a 404 for a missing object takes 0.2 to 0.5 ms less.
"""

import time

from django.conf import settings


def wait_for_slot(started: float) -> None:
    """Sleep until a whole number of slots has passed since `started`, the time.monotonic() of the request's arrival.

    Must be called outside a transaction, which would otherwise stay open during the sleep.
    """
    slot = settings.REFUSAL_SLOT
    if slot:
        time.sleep(-(time.monotonic() - started) % slot)
