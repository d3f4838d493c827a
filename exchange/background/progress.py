"""Counts how far an import is, and stores the counts each second from a thread of its own.

The thread has its own database connection, because nobody sees what the import's transaction writes before its end.
"""

import logging
from dataclasses import dataclass, field
from threading import Event, Thread
from types import TracebackType

from django.db import Error, connection
from django.db.models.functions import Now

from exchange.models import ImportRun, Phase, RunState

BEAT_SECONDS = 1.0
_log = logging.getLogger("loge.imports")


class RunLost(Exception):
    """Raised in an import that another process has given up, because this process seemed dead."""


@dataclass
class Progress:
    """Counts of lines. `lines` has the number of lines by file, without the header. Counts never decrease.

    `size`: number of bytes of an XML file, whose applications are not counted by line; 0 for CSV files. `in_one_pass`:
    each line is saved as soon as it is read.
    """

    lines: dict[str, int]
    size: int = 0
    in_one_pass: bool = False
    phase: str = ""
    file: str = ""
    rows_read: int = 0
    rows_checked: int = 0
    rows_saved: int = 0
    lost: Event = field(default_factory=Event)
    _of_file: int = 0
    _bytes: int = 0
    _steps: int = 0

    @property
    def total(self) -> int:
        return sum(self.lines.values())

    def enter(self, phase: Phase, file: str) -> None:
        """Note that a file reaches a phase. The lines of a file count as checked when their saving begins."""
        if phase is Phase.READING:
            self._end_file()
            self._of_file = self._steps = self._bytes = 0
        elif phase is Phase.SAVING:
            self._end_reading()
            self.rows_checked = self.rows_read
        self.phase, self.file = phase, file

    def step(self, number_of_bytes: int) -> None:
        """Count a line that was read, or a part of an XML file. Raises RunLost if the import was given up."""
        if self.lost.is_set():
            raise RunLost
        self._steps, self._bytes = self._steps + 1, self._bytes + number_of_bytes
        lines = self.lines.get(self.file, 0)
        reached = lines * self._bytes // self.size if self.size else self._steps - 1
        reached = max(self._of_file, min(reached, lines))
        self.rows_read, self._of_file = self.rows_read + reached - self._of_file, reached
        if self.in_one_pass:
            self._catch_up()

    def finish(self) -> None:
        """Note that all files were read, checked and saved."""
        self._end_file()
        self.rows_read = self.total
        self._catch_up()

    def _end_reading(self) -> None:
        """Count the lines of the current file that `step` has not counted, such as the last part of an XML file."""
        lines = self.lines.get(self.file, 0)
        self.rows_read, self._of_file = self.rows_read + lines - self._of_file, lines

    def _end_file(self) -> None:
        if self.file:
            self._end_reading()
            self._catch_up()

    def _catch_up(self) -> None:
        # `rows_checked` must grow before `rows_saved`, because `values` reads both in another thread.
        self.rows_checked = self.rows_read
        self.rows_saved = self.rows_checked

    def values(self) -> dict[str, int | str]:
        """Return the columns of ImportRun that show the progress."""
        # Read `rows_saved` first: all counts grow meanwhile, and it must not exceed `rows_checked` and `rows_read`.
        counts = {name: getattr(self, name) for name in ("rows_saved", "rows_checked", "rows_read")}
        return {"phase": self.phase, "file": self.file, **counts}


class Beat(Thread):
    """Stores the progress of an import each second, as a sign of life, while the `with` block runs."""

    def __init__(self, run: ImportRun, progress: Progress) -> None:
        super().__init__(daemon=True, name="beat")
        self.run_id, self.progress, self._ended = run.pk, progress, Event()

    def run(self) -> None:
        try:
            while not self._ended.wait(BEAT_SECONDS):
                self.store()
        finally:
            connection.close()

    def store(self) -> None:
        running = ImportRun.objects.filter(pk=self.run_id, state=RunState.RUNNING)
        try:
            if not running.update(beat_at=Now(), **self.progress.values()):
                self.progress.lost.set()
        except Error:  # Tried again after a second. Another process ends an import that stores nothing for long.
            _log.warning("beat_failed", exc_info=True)
            connection.close()

    def stop(self) -> None:
        if not self._ended.is_set():
            self._ended.set()
            self.join()

    def __enter__(self) -> "Beat":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
