"""A report of several probes can be read in Firefox: the wheel, the contents, deep links.

Playwright drives a Firefox of its own only. So a script for Node drives Debian's, with
puppeteer-core, and tells what was on the screen.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from browser.conftest import Report

pytestmark = pytest.mark.browser

SCRIPT = Path(__file__).parent / "firefox" / "read.cjs"
WIDTH, HEIGHT = 1440, 1000
DEEP = ("p3-r2", "p4-r10", "f3-r2")
"""Rows far down the page, in both views."""


def lacking(why: str) -> None:
    """Skip the test; in CI nothing may be lacking."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


def drivers() -> tuple[str, str]:
    """Return the programs `node` and Firefox, or skip the test."""
    node = shutil.which("node")
    firefox = shutil.which("firefox-esr") or shutil.which("firefox")
    if node is None or firefox is None:
        lacking(f"there is no {'Node' if node is None else 'Firefox'}")
        raise AssertionError
    look = [node, "-e", "require.resolve('puppeteer-core')"]
    if subprocess.run(look, cwd=SCRIPT.parent, capture_output=True, check=False).returncode:
        lacking("there is no puppeteer-core: run `npm ci` in tests/browser/firefox")
    return node, firefox


@pytest.fixture(scope="module")
def seen(dallas: Report) -> Any:
    """Return what was on the screen while the Dallas report was read in Firefox."""
    node, firefox = drivers()
    url = dallas.page.as_uri()
    command = [node, str(SCRIPT), firefox, url, str(WIDTH), str(HEIGHT), *DEEP]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_wheel_reaches_the_end_and_stays_there(seen: Any, dallas: Report) -> None:
    steps = seen["scroll"]
    assert all(step["settled"] for step in steps)
    places = [step["y"] for step in steps]
    *way, end, still, still_too = places
    assert way == sorted(set(way)), "the page leaps back"
    assert end == still == still_too > way[-1]
    assert steps[-1]["atEnd"]
    met = {step["card"] for step in steps if step["card"]}
    assert met == {f"p{number}" for number in range(len(dallas.truth.tokens))}


def test_links_of_the_contents_arrive(seen: Any, dallas: Report) -> None:
    n_probes, n_features = len(dallas.sheet.probes), len(dallas.sheet.by_feature)
    wanted = [f"p{n}" for n in range(n_probes)] + [f"f{n}" for n in range(n_features)]
    assert [link["id"] for link in seen["links"]] == wanted
    missed = [link["id"] for link in seen["links"] if not arrived(link)]
    assert missed == []


def test_deep_links_arrive(seen: Any) -> None:
    assert [place["id"] for place in seen["deep"]] == list(DEEP)
    missed = [place["id"] for place in seen["deep"] if not arrived(place)]
    assert missed == []


def arrived(place: Any) -> bool:
    """Tell whether an element is at the top of the screen, or wholly on it.

    The last cards of a page cannot come to its top.
    """
    at_top = -1 <= place["top"] <= 60
    whole = place["top"] >= -1 and place["bottom"] <= HEIGHT + 1
    return bool(place["settled"] and place["inside"] and (at_top or whole))
