"""Short runs of what `fuzz.py` and `kills.py` do at length."""

from fuzz import fuzz
from kills import interrupt, kill


def test_any_bytes_give_a_report_or_one_error() -> None:
    fuzz(1500)


def test_killed_runs_leave_nothing_half() -> None:
    killed, _ = kill(20)
    assert killed > 5


def test_ctrl_c_leaves_one_whole_report_and_nothing_else() -> None:
    assert interrupt(4) > 0
