"""Run a command and measure it: wall clock, CPU time and peak memory of its whole process tree."""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

EVERY = 0.1
"""Seconds between two looks at the memory of a process tree: a look costs some milliseconds."""


@dataclass(frozen=True)
class Measured:
    """What a command took."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds, of all its processes."""
    peak: float
    """Megabytes, of all its processes at one time."""

    def best(self, other: "Measured | None") -> "Measured":
        """Return the best times of two runs of the same command, and the worst memory."""
        if other is None:
            return self
        return Measured(
            min(self.wall, other.wall), min(self.cpu, other.cpu), max(self.peak, other.peak)
        )


def run(command: Sequence[str | Path], folder: Path) -> tuple[Measured, str]:
    """Run `command` in `folder`; return its measures and its output.

    Memory is the larger of two measures. The kernel's own maximum is exact, but of one process
    alone. The sum over the tree is taken now and then, and of pages that processes share (forked
    workers share most) each has its part in it.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=folder)
        with _Watch(process.pid) as watch:
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if process.returncode:
        shown = " ".join(map(str, command))
        raise SystemExit(f"exit status {process.returncode} of: {shown}\n{text}")
    peak = max(usage.ru_maxrss, watch.peak) * 1024 / 1e6
    return Measured(wall, usage.ru_utime + usage.ru_stime, peak), text


class _Watch:
    """Looks at the memory of a process and its descendants until it is left."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.peak = 0
        """KiB."""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(EVERY):
            self.peak = max(self.peak, sum(map(_proportional_size, _tree(self.pid))))


def _tree(pid: int) -> Iterator[int]:
    """Give a process and all its descendants."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found = children.read_text().split()
        except OSError:  # it has just ended
            continue
        for child in found:
            yield from _tree(int(child))


def _proportional_size(pid: int) -> int:
    """Return the KiB that a process has for itself, and its part of those that it shares."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has just ended
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
