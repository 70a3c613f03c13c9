"""Short runs of what `fuzz.py`, `kills.py` and `soak.py` do at length."""

import sys

import pytest
from fuzz import fuzz
from kills import interrupt, kill
from soak import soak

pytestmark = pytest.mark.slow


def test_any_bytes_give_a_report_or_one_error() -> None:
    fuzz(1500)


def test_killed_runs_leave_nothing_half() -> None:
    killed, _ = kill(10)
    assert killed > 2


def test_ctrl_c_leaves_one_whole_report_and_nothing_else() -> None:
    assert interrupt(5) > 0


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_many_probes_take_no_more_memory_or_files_than_few() -> None:
    assert len(soak(120).samples) == 50
