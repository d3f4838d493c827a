"""Runs commands of manage.py in processes of their own, and measures their duration and their peak memory."""

import subprocess
import sys
from dataclasses import dataclass

from tests.bench.serving import environment

# Linux counts the memory of a parent process as memory of its child until the child has started another program. The
# benchmark's own process can be large, so a small process starts the command, and prints its seconds and peak memory.
_STARTER = """
import resource, subprocess, sys, time
start = time.perf_counter()
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


@dataclass(frozen=True)
class CommandRun:
    """How long a command took, including the start of Python, and the peak memory of its process."""

    seconds: float
    megabytes: float


def run_command(database: str, *arguments: str) -> CommandRun:
    """Run `manage.py` with these arguments on a database. Raises CalledProcessError if the command fails."""
    command = [sys.executable, "-c", _STARTER, sys.executable, "manage.py", *arguments]
    completed = subprocess.run(command, env=environment(database), check=True, stdout=subprocess.PIPE, text=True)
    seconds, kilobytes = map(float, completed.stdout.split())
    return CommandRun(seconds, kilobytes / 1024)
