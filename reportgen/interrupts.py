"""Ctrl-C, and the word of a scheduler of jobs: how and when they end a run."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["INTERRUPTS", "interrupts_held", "terminated_as_by_ctrl_c"]

INTERRUPTS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Have interrupts wait until the block is left, for what must not be left half done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    found = {number: signal.getsignal(number) for number in INTERRUPTS}
    usual = {number: handler for number, handler in found.items() if callable(handler)}
    held: list[tuple[int, FrameType | None]] = []
    for number in usual:
        signal.signal(number, lambda number, frame: held.append((number, frame)))
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
    if held:
        first, frame = held[0]
        usual[signal.Signals(first)](first, frame)


@contextmanager
def terminated_as_by_ctrl_c() -> Iterator[None]:
    """Have a scheduler of jobs end a run as Ctrl-C does: nothing is left behind."""
    usual = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, usual)
