"""Ctrl-C, SIGTERM and SIGHUP: how and when they end a run."""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

__all__ = ["INTERRUPTS", "HeldInterrupts", "interrupts_held", "terminated_as_by_ctrl_c"]

INTERRUPTS = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP")
    if hasattr(signal, name)  # Windows has no SIGHUP
)

_Handler = Callable[[int, FrameType | None], object]


class HeldInterrupts:
    """Interrupts that wait."""

    def __init__(self, usual: Mapping[int, _Handler]) -> None:
        self._usual = usual
        self._waiting: list[tuple[int, FrameType | None]] = []

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Have an interrupt wait."""
        self._waiting.append((number, frame))

    def let_through(self) -> None:
        """Let the first of those that wait do what it usually does; the others are dropped."""
        if self._waiting:
            number, frame = self._waiting[0]
            self._waiting.clear()
            self._usual[number](number, frame)


@contextmanager
def interrupts_held() -> Iterator[HeldInterrupts]:
    """Have interrupts wait until the block is left, for what must not be left half done.

    Where the block can be interrupted safely it may let them through earlier.
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

    What is ignored, as SIGHUP is under `nohup`, stays so.
    """
    found = {number: signal.getsignal(number) for number in INTERRUPTS}
    usual = {number: handler for number, handler in found.items() if handler == signal.SIG_DFL}
    for number in usual:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
