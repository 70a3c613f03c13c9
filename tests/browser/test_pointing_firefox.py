"""Pointing works in Firefox as in Chromium: the tooltip, the column, walking over cells."""

import json
import subprocess
from typing import Any

import pytest

from browser.conftest import Report
from browser.test_firefox import SCRIPT, drivers

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def seen(dallas: Report) -> Any:
    """Return what was told and marked while somebody pointed at things."""
    node, firefox = drivers()
    command = [node, str(SCRIPT.with_name("point.cjs")), firefox, dallas.page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(("what", "position"), [("token", 9), ("cell", 3), ("walked", 2)])
def test_what_is_pointed_at_is_told_and_its_column_marked(
    seen: Any, dallas: Report, what: str, position: int
) -> None:
    found = seen[what]
    assert json.loads(found["token"]) == dallas.truth.tokens[0][position]
    assert set(found["marked"]) == {position}
    assert len(found["marked"]) == 10 or what == "walked"  # (rows may be out of sight then)
    assert found["head"] == position
    assert found["down"]["left"] == pytest.approx(found["headAt"]["left"], abs=0.1)
    assert found["down"]["width"] == pytest.approx(found["headAt"]["width"], abs=0.1)
    assert found["across"]["top"] == pytest.approx(found["line"]["top"], abs=0.1)
    tip, (width, height) = found["tip"], found["inner"]
    assert tip["left"] >= 0
    assert tip["right"] <= width
    assert tip["top"] >= 0
    assert tip["bottom"] <= min(height, found["unit"]["top"]), "it is above"


def test_all_goes_away_with_the_pointer(seen: Any) -> None:
    found = seen["away"]
    assert (found["tip"], found["marked"], found["head"]) == (None, [], None)


def test_cells_are_said_as_keys_walk_over_them(seen: Any, dallas: Report) -> None:
    number = dallas.truth.order(0)[1]
    (source, index), values = dallas.truth.features[0][number]
    token = dallas.truth.tokens[0][2]
    assert seen["walked"]["said"] == f'{source}:{index}, "{token}", {values[2]:+.4f}'
