"""Checkpoints, the signed states of the audit log (C2SP tlog-checkpoint): the log's name, its number of leaves, and its
root hash."""

import base64
import re
from dataclasses import dataclass

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_ROOT = re.compile(r"[A-Za-z0-9+/]{43}=")


class CheckpointRefused(Exception):
    """Raised by `parse` for a text that is not a checkpoint."""


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the text that is signed: one line each for the log's name, its number of leaves, and its root hash.
        Loge does not use the optional extension lines of the C2SP format."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode('ascii')}\n"


def parse(text: str) -> Checkpoint:
    """Parse the three lines of a checkpoint. Raises CheckpointRefused if they are malformed. A checkpoint with the
    optional extension lines of C2SP is refused too, because nobody could verify what these lines say."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0]:
        raise CheckpointRefused("A checkpoint is three lines: origin, size, root.")
    origin, size, root = lines[:3]
    if not _SIZE.fullmatch(size) or not _ROOT.fullmatch(root):
        raise CheckpointRefused("The size of a checkpoint is a number, its root 32 bytes in base64.")
    checkpoint = Checkpoint(origin, int(size), base64.b64decode(root))
    if checkpoint.text() != text:
        raise CheckpointRefused("The root of a checkpoint is not in canonical base64.")
    return checkpoint
