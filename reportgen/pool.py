"""Drawing spread over processes, or over whatever else a `concurrent.futures.Executor` stands for.

A piece of work is all PNGs of one probe, or one stacked heatmap: big enough to be worth sending,
and what its PNGs share is laid out once. Pieces come back in the order they went, so the output
does not depend on how many work on it.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing.connection import wait
from typing import Any

from reportgen.errors import InputError, MachineError
from reportgen.interrupts import INTERRUPTS, interrupts_held
from reportgen.sheets import ProbeSheet, StripSheet

__all__ = [
    "Piece",
    "Pngs",
    "cores",
    "dask_cluster",
    "draw",
    "drawn",
    "local_pool",
    "worthwhile_jobs",
]

Piece = ProbeSheet | StripSheet
Pngs = list[tuple[str, bytes]]

PNGS_PER_JOB = 24
"""How many PNGs make it worth to start one more process (measured: some 0.1 s each)."""
CONNECT_SECONDS = 10
AHEAD = 48
"""Pieces that are under way at the most: what they give back waits in memory."""


def draw(piece: Piece, theme: str) -> Pngs:
    """Return the PNGs of a piece: path under the report's directory, and content."""
    from reportgen import figures

    return [(drawing.path, figures.render(drawing.sheet, theme)) for drawing in piece.drawings()]


def drawn(
    pieces: Iterable[Piece], theme: str, executor: Executor | None
) -> Iterator[tuple[Piece, Pngs]]:
    """Draw `pieces` here, or by `executor`, which is kept busy while results are used.

    Raises `MachineError`, naming the pieces under way, when a worker dies.
    """
    if executor is None:
        for piece in pieces:
            yield piece, draw(piece, theme)
        return
    rest = iter(pieces)
    waiting: deque[tuple[Piece, Future[Pngs]]] = deque()
    try:
        while True:
            for piece in islice(rest, AHEAD - len(waiting)):
                with interrupts_held():  # a worker that is half started waits for ever
                    waiting.append((piece, executor.submit(draw, piece, theme)))
            if not waiting:
                return
            pngs = waiting[0][1].result()
            yield waiting.popleft()[0], pngs
    except BrokenExecutor:
        lost = ", ".join(_name(piece) for piece, future in waiting if not _succeeded(future))
        raise MachineError(
            f"a worker process died, perhaps for want of memory, while these were drawn: {lost}; "
            "try fewer --jobs"
        ) from None
    finally:
        for _, future in waiting:
            future.cancel()


def _succeeded(future: Future[Pngs]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _name(piece: Piece) -> str:
    """Return what a piece is called in an error."""
    if isinstance(piece, ProbeSheet):
        return f"probe {piece.number}"
    return f"stacked {piece.feature_id}"


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def worthwhile_jobs(n_pngs: int) -> int:
    """Return how many processes are worth their start for so many PNGs."""
    return max(1, min(cores(), n_pngs // PNGS_PER_JOB))


@contextmanager
def local_pool(jobs: int) -> Iterator[Executor | None]:
    """Give a pool of `jobs` processes on this machine, or None where one job needs none."""
    if jobs <= 1:
        yield None
        return
    # A forked worker has everything imported. But a process with threads must not be forked.
    may_fork = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if may_fork else "spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_start_worker)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def dask_cluster(address: str) -> Iterator[Executor]:
    """Give an executor that is the Dask cluster whose scheduler is at `address`.

    PNGs come back to this process, so the workers need no disk in common with it; what a lost one
    was at is done again by another.
    """
    try:
        from distributed import Client
    except ImportError:
        raise InputError(
            "a scheduler needs Dask: pip install 'activation-reportgen[dask]'"
        ) from None
    try:
        client: Any = Client(address, timeout=CONNECT_SECONDS)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise MachineError(f"{address}: no Dask scheduler answers there ({error})") from None
    with client:
        yield client.get_executor(retries=3)


def _start_worker() -> None:
    """Have a worker leave Ctrl-C to the process that started it, and never outlive that."""
    for number in INTERRUPTS:
        signal.signal(number, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
