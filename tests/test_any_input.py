"""Short runs of what `fuzz.py` and `kills.py` do at length."""

from fuzz import fuzz
from kills import kill


def test_any_bytes_give_a_report_or_one_error() -> None:
    fuzz(300)


def test_killed_runs_leave_nothing_half() -> None:
    killed, _ = kill(20)
    assert killed > 5
