"""What ends a run, and when."""

import signal
import time
from collections.abc import Iterator

import pytest

from reportgen.interrupts import INTERRUPTS, interrupts_held, terminated_as_by_ctrl_c

ENDING = [number for number in INTERRUPTS if number != signal.SIGINT]


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Have all of them heeded, which they are not in the background; put all handlers back."""
    found = {number: signal.signal(number, signal.SIG_DFL) for number in INTERRUPTS}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for number, handler in found.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", ENDING)
def test_each_ends_a_run_as_ctrl_c_does(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), terminated_as_by_ctrl_c():
        signal.raise_signal(number)
    assert signal.getsignal(number) == before


@pytest.mark.parametrize("number", ENDING)
def test_what_is_ignored_stays_so(number: signal.Signals) -> None:
    """As SIGHUP is under nohup."""
    signal.signal(number, signal.SIG_IGN)
    with terminated_as_by_ctrl_c():
        signal.raise_signal(number)
    assert signal.getsignal(number) == signal.SIG_IGN


def test_held_ones_come_at_the_end_once() -> None:
    done = []
    with (  # noqa: PT012
        pytest.raises(KeyboardInterrupt),
        terminated_as_by_ctrl_c(),
        interrupts_held(),
    ):
        for number in (*INTERRUPTS, *INTERRUPTS):
            signal.raise_signal(number)
        done.append("all")
    assert done == ["all"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_held_ones_come_earlier_where_they_may_and_then_no_more() -> None:
    undone = []
    with pytest.raises(KeyboardInterrupt) as caught, interrupts_held() as held:  # noqa: PT012
        held.let_through()
        signal.raise_signal(signal.SIGINT)
        try:
            held.let_through()
        finally:
            signal.raise_signal(signal.SIGINT)
            undone.append("all")
    assert undone == ["all"]
    assert caught.value.__context__ is None


def test_several_in_quick_succession_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    undone = []
    with pytest.raises(KeyboardInterrupt), terminated_as_by_ctrl_c():  # noqa: PT012
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            for number in INTERRUPTS:
                signal.raise_signal(number)
            undone.append("all")
    assert undone == ["all"]
    with terminated_as_by_ctrl_c():  # (one that something has swallowed does not make it deaf)
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
            later = time.monotonic() + 2
            monkeypatch.setattr(time, "monotonic", lambda later=later: later)
