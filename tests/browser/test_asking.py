"""Asking the page: sorting."""

from pathlib import Path
from typing import Any

import pytest
from dumps import make_dump, make_result, write_dump
from playwright.sync_api import Page, expect

from browser.conftest import Visit, press
from reportgen import build_report, read_dump
from reportgen.page import size

pytestmark = pytest.mark.browser

TOKENS = ["<bos>", " Dallas", " is", " in", " Texas"]
VALUES: dict[str, list[float]] = {
    "2-s:5": [50.0, 8.0, 0.0, 0.0, 2.0],
    "0-s:7": [0.0, 1.0, 6.0, 6.0, 6.0],
    "blocks.1.s:3": [0.0, 0.0, 9.0, 0.0, 0.0],
    "late:1": [90.0, 0.0, 0.0, 0.0, 0.0],
    "0-s:2": [0.0, 7.0, 0.0, 0.0, 7.0],
}
LABELS = {
    "2-s:5": {"label": "say Dallas", "group": "cities"},
    "blocks.1.s:3": {"label": "Is", "group": "words"},
    "0-s:2": {"label": "Texas", "group": "cities", "explanation": "names of the states"},
}
SORTS: dict[str, list[str]] = {
    "rank": ["blocks.1.s:3", "2-s:5", "0-s:2", "0-s:7", "late:1"],
    "dump": list(VALUES),
    "layer": ["0-s:2", "0-s:7", "blocks.1.s:3", "2-s:5", "late:1"],
    "group": ["blocks.1.s:3", "2-s:5", "0-s:2", "0-s:7", "late:1"],
    "label": ["blocks.1.s:3", "2-s:5", "0-s:2", "0-s:7", "late:1"],
    "max": ["late:1", "blocks.1.s:3", "2-s:5", "0-s:2", "0-s:7"],
    "mean": ["0-s:7", "0-s:2", "2-s:5", "blocks.1.s:3", "late:1"],
    "active": ["0-s:7", "2-s:5", "0-s:2", "blocks.1.s:3", "late:1"],
}
"""The features in each order; what fires on BOS alone is last by rank, and has no mean without."""
WITH_BOS = {
    "rank": ["late:1", "2-s:5", "blocks.1.s:3", "0-s:2", "0-s:7"],
    "mean": ["late:1", "2-s:5", "0-s:7", "0-s:2", "blocks.1.s:3"],
    "active": ["0-s:7", "2-s:5", "0-s:2", "late:1", "blocks.1.s:3"],
}


def write_report(folder: Path, **options: Any) -> Path:
    """Write a report of two probes of the same features, with labels; return its folder."""
    turned = [(name, [0.5 * value for value in values]) for name, values in VALUES.items()]
    dump = make_dump(
        make_result(TOKENS, *VALUES.items(), probe_id="first", prompt="Dallas is in Texas"),
        make_result(TOKENS, *turned, probe_id="second", prompt="the same once more"),
    )
    read = read_dump(write_dump(folder, dump)).labelled(LABELS)
    build_report(read, folder / "out", probe_indexes=None, **options)
    return folder / "out"


def ids(page: Page, selector: str) -> list[str]:
    """Return the ids of the features of some rows, in their order, of those that show."""
    script = """all => all.filter(one => one.checkVisibility()).map(one => {
        const id = [...one.querySelectorAll(":is(.about, th, h2) small")].at(-1)
        const text = (id ?? one.querySelector(".about b, th, h2")).textContent;
        return text.split(" · ").find(part => part.includes(":")) ?? text;
    })"""
    found: list[str] = page.locator(selector).evaluate_all(script)
    return found


# --- the order ----------------------------------------------------------------------------------


def test_rows_and_matrices_are_sorted(visit: Visit, tmp_path: Path) -> None:
    page = visit(write_report(tmp_path) / "index.html")
    for kind, expected in [*SORTS.items(), ("rank", SORTS["rank"])]:
        page.locator("#sort").select_option(kind)
        for rows in ("#p0 .row", "#p0 tbody tr", "#p1 .row", "#p1 tbody tr"):
            assert ids(page, rows) == expected, (kind, rows)
        groups = page.locator("#p0 tbody tr[data-group]").evaluate_all(
            "all => all.map(line => line.dataset.group)"
        )
        assert page.locator("#p0 .grouped").count() == (kind == "group")
        if kind == "group":
            assert groups == ["words", "cities", ""]
    page.locator("#sort").select_option("mean")
    page.locator("#bos").evaluate("box => box.click()")
    for kind, expected in WITH_BOS.items():
        page.locator("#sort").select_option(kind)
        assert ids(page, "#p0 .row") == ids(page, "#p0 tbody tr") == expected, kind


def check_features(page: Page, cards: str) -> None:
    """Check that the features of a list are sorted, and their entries in the contents with them."""
    for kind, expected in SORTS.items():
        page.locator("#sort").select_option(kind)
        assert ids(page, cards) == expected, kind


def test_features_and_their_rows_are_sorted(visit: Visit, tmp_path: Path) -> None:
    page = visit(write_report(tmp_path) / "index.html", "#&view=feature")
    expect(page.locator("#sort")).to_be_visible()
    check_features(page, ".by-feature .card")
    contents = page.locator("nav .by-feature a").all_text_contents()
    heads = page.locator(".by-feature h2").all_text_contents()
    assert [one.split()[-1] for one in contents] == [ids_in(head) for head in heads]
    press(page, "view-probe")
    assert ids(page, "#p1 .row") == SORTS["active"]


def ids_in(title: str) -> str:
    """Return the id of the feature in a title."""
    return next(part for part in title.split(" · ") if ":" in part)


def test_pages_of_a_split_report_are_sorted(
    visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(size, "MOST_ELEMENTS", 0)
    folder = write_report(tmp_path)
    overview = visit(folder / "index.html", "#&view=feature")
    check_features(overview, ".overview.by-feature .card")
    press(overview, "view-probe")
    expect(overview.locator("#sort")).to_be_hidden()
    page = visit(folder / "probe_1" / "index.html", "#&sort=mean")
    assert ids(page, ".row") == ids(page, "tbody tr") == SORTS["mean"]
    link = overview.locator(".by-feature .entry a", has_text="0-s:7")
    page = visit(folder / (link.get_attribute("href") or ""))
    for kind, expected in [("rank", ["first", "second"]), ("max", ["first", "second"])]:
        page.locator("#sort").select_option(kind)
        assert page.locator(".about b").all_text_contents() == expected


def test_rows_of_a_feature_are_sorted_with_their_duplicates(visit: Visit, tmp_path: Path) -> None:
    low, high, wide = [0.0, 1.0], [0.0, 5.0], [2.0, 2.0]
    results = [
        make_result(["a", "b"], ("s:1", values), probe_id=name)
        for name, values in zip("abcde", (low, high, low, wide, high), strict=True)
    ]
    dump = write_dump(tmp_path, make_dump(*results))
    build_report(dump, tmp_path / "out", probe_indexes=None, feature_ids=("s:1",))
    page = visit(tmp_path / "out" / "index.html")
    for kind, expected in [("rank", "acbed"), ("max", "bedac"), ("active", "dacbe")]:
        page.locator("#sort").select_option(kind)
        assert "".join(page.locator("#s0 .about b").all_text_contents()) == expected, kind
