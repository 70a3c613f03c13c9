"""Strangers' things in every place that a run touches: a short form of `strangers.py`."""

from collections.abc import Callable
from pathlib import Path

import pytest
import strangers

pytestmark = pytest.mark.slow

WAYS = {way.name: way for way in strangers.WAYS}


@pytest.mark.parametrize("way", WAYS)
def test_nothing_of_anybodys_changes(way: str) -> None:
    total, written = strangers.run([WAYS[way]])
    assert 0 < written < total


def test_the_command_changes_nothing_of_anybodys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ways = {way.name: way for way in strangers.command_ways(tmp_path)}
    for kind in (strangers.link, strangers.foreign_file, strangers.pipe):
        for place in ("out/index.html", ".out.reportgen-staging/reportgen-staging.lock"):
            said = strangers.attempt(ways["command again"], place, kind, (False, False))
            assert "is in the way" in said


@pytest.mark.parametrize("name", ["write", "replace"])
def test_a_change_is_seen(name: str) -> None:
    """The check itself: a run that writes through links, and one that replaces what is there."""

    def write(top: Path, overwrite: bool, middle: Callable[[], None]) -> None:
        middle()
        path = top / "out.json"
        if name == "replace":
            path.unlink()
        path.write_bytes(b"ours")

    way = strangers.Way("bad", write, strangers.nothing, ["out.json"])
    for kind in (strangers.link, strangers.hard_link):
        with pytest.raises(AssertionError, match=r"bad, .*link at out\.json"):
            strangers.attempt(way, "out.json", kind, (False, False))
