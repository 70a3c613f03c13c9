"""Ctrl-C, SIGTERM and SIGHUP: how and when they end a run."""

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

__all__ = ["INTERRUPTS", "HeldInterrupts", "interrupts_held", "terminated_as_by_ctrl_c"]

INTERRUPTS = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP")
    if hasattr(signal, name)  # Windows has no SIGHUP
)
SECONDS_APART = 1
"""Interrupts closer together than this count as one."""

_Handler = Callable[[int, FrameType | None], object]


class HeldInterrupts:
    """A signal handler that delays interrupts."""

    def __init__(self, usual: Mapping[int, _Handler]) -> None:
        self._usual = usual
        self._waiting: list[tuple[int, FrameType | None]] = []

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Remember an interrupt for later."""
        self._waiting.append((number, frame))

    def let_through(self) -> None:
        """Handle the first waiting interrupt as usual; drop the others."""
        if self._waiting:
            number, frame = self._waiting[0]
            self._waiting.clear()
            self._usual[number](number, frame)


@contextmanager
def interrupts_held() -> Iterator[HeldInterrupts]:
    """Delay interrupts until the end of the block, for work that must not stop halfway.

    At points where it is safe, the block may let them through earlier.
    """
    main = threading.current_thread() is threading.main_thread()
    found = {number: signal.getsignal(number) for number in INTERRUPTS if main}
    usual = {number: handler for number, handler in found.items() if callable(handler)}
    held = HeldInterrupts(usual)
    try:
        for number in usual:
            signal.signal(number, held)
        yield held
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
    held.let_through()


@contextmanager
def terminated_as_by_ctrl_c() -> Iterator[None]:
    """Have SIGTERM and SIGHUP end a run as Ctrl-C does: nothing is left behind.

    What is ignored, as SIGHUP is under `nohup`, stays so. Of interrupts that come quickly one after
    the other only the first counts: the others would stop the cleanup before it can hold them.
    """
    found = {number: signal.getsignal(number) for number in INTERRUPTS}
    ending = (signal.SIG_DFL, signal.default_int_handler)
    usual = {number: handler for number, handler in found.items() if handler in ending}
    end = _EndOnce()
    try:
        for number in usual:
            signal.signal(number, end)
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)


class _EndOnce:
    """A handler that raises KeyboardInterrupt, unless it has just done so."""

    def __init__(self) -> None:
        self._raised = -math.inf

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """End the run."""
        if time.monotonic() - self._raised > SECONDS_APART:
            self._raised = time.monotonic()
            raise KeyboardInterrupt
