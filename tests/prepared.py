"""Template databases in which objects were created before the test, because creating them takes longer than a test."""

import math
import pickle
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from pytest_django import DjangoDbBlocker

from tests.clones import Clones, drop, run_as_super, stand_on
from tests.world import World


class Prepared:
    """A template database with the objects that the function `build` created, and a copy of what the function returned.

    Each process creates its own, because some objects are encrypted with the process's keys. The template is replaced
    after five minutes, because some objects expire, and when another day begins.

    The result of `build` has an attribute `landlord`: the `World` that looks up objects of the test landlord.
    """

    MINUTES = 5

    def __init__(self, world: str, clones: Clones, blocker: DjangoDbBlocker, build: Callable[[World], Any]) -> None:
        self._world, self._clones, self._blocker, self._build = world, clones, blocker, build
        self._name, self._made, self._pickled = "", -math.inf, b""
        self._days = today()

    def template(self) -> str:
        if time.monotonic() - self._made > 60 * self.MINUTES or self._days != today():
            with self._blocker.unblock():
                self.drop()
                self._make()
        return self._name

    def _make(self) -> None:
        self._name, self._days = f"loge_known_{uuid4().hex[:12]}", today()
        run_as_super(f"CREATE DATABASE {self._name} TEMPLATE {self._world} OWNER {settings.INSTANCE}_owner")
        stand_on(self._name)
        self._pickled, self._made = pickle.dumps(self._build(World())), time.monotonic()
        stand_on("postgres")

    def result(self, landlord: World) -> Any:
        """Return a new copy of what `build` returned. Its attribute `landlord` is this test's `World`."""
        result = pickle.loads(self._pickled)
        result.landlord = landlord
        return result

    def drop(self) -> None:
        if self._name:
            self._clones.drop_of(self._name)
            drop(self._name)


def today() -> tuple[date, date]:
    """Return today's date in Paris and in UTC, which differ for an hour or two each night."""
    now = datetime.now(UTC)
    return now.astimezone(ZoneInfo("Europe/Paris")).date(), now.date()
