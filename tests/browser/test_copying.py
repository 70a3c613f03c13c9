"""Copying a row: as a link, as HTML with its own colours; and what the buttons say."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Report, Visit, press
from browser.truth import CARDS

pytestmark = pytest.mark.browser

PASTED = """
async () => {
    const [item] = await navigator.clipboard.read();
    const text = async (type) => (await item.getType(type)).text();
    return { html: await text("text/html"), plain: await text("text/plain") };
}
"""
SHOWN = """
html => {
    const page = new DOMParser().parseFromString(html, "text/html");
    page.querySelector("b").remove();
    return {
        text: page.body.textContent,
        tags: [...new Set([...page.body.querySelectorAll("*")].map(element => element.localName))],
        spans: [...page.querySelectorAll("span")]
            .map(span => [span.title, span.style.backgroundColor]),
    };
}
"""


def copying(visit: Visit, report: Report) -> Page:
    """Open a report whose rows can be copied."""
    page = visit(report)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return page


def press_copy(page: Page, anchor: str, kind: str) -> None:
    """Copy a row."""
    row = page.locator(f"#{anchor}")
    row.hover()
    row.locator(f"[data-copy={kind}]").click()
    expect(row.locator(f"[data-copy={kind}]")).to_have_text("Copied")


def test_a_row_is_copied_as_a_link_to_what_shows(visit: Visit, dallas: Report) -> None:
    page = copying(visit, dallas)
    press(page, "context-snippet")
    press_copy(page, "p1-r2", "link")
    link = page.evaluate("navigator.clipboard.readText()")
    name = page.locator("#p1-r2 .anchor").get_attribute("id")
    assert link == f"{dallas.page.as_uri()}#{name}&context=snippet"


def test_a_row_is_copied_as_html(visit: Visit, report: Report) -> None:
    page = copying(visit, report)
    truth = report.truth
    for row in truth.by_probe()[::7]:
        copied = page.evaluate(
            """async anchor => {
                const kept = [];
                navigator.clipboard.write = async (items) => { kept.push(...items); };
                document.querySelector(`#${anchor} [data-copy=html]`).click();
                const text = async (type) => (await kept[0].getType(type)).text();
                return [await text("text/html"), await text("text/plain")];
            }""",
            row.anchor,
        )
        assert copied[0] == copied[1]
        seen = page.evaluate(SHOWN, copied[0])
        assert set(seen["tags"]) <= {"div", "span", "br"}
        lit = [value for value in row.values if truth.sizes([value])[0] > 0.00005]
        assert [title for title, _ in seen["spans"]] == [f"{value:+.4f}" for value in lit]
        for value, (_, color) in zip(lit, seen["spans"], strict=True):
            wanted = truth.fill(value, row.max, CARDS["light"])
            assert [int(part) for part in re.findall(r"\d+", color)] == pytest.approx(
                wanted, abs=1.01
            )
        if report.name == "Dallas":
            assert seen["text"].split() == "".join(truth.tokens[row.probe]).split()


def test_html_is_on_the_clipboard_in_both_forms(visit: Visit, dallas: Report) -> None:
    page = copying(visit, dallas)
    press_copy(page, "p0-r1", "html")
    pasted = page.evaluate(PASTED)
    assert "background-color" in pasted["html"]
    assert pasted["plain"].startswith("<div style=")


def test_copied_goes_away_whatever_is_clicked(visit: Visit, dallas: Report) -> None:
    page = copying(visit, dallas)
    buttons = page.locator("#p0-r1 [data-copy]")
    before = buttons.all_text_contents()
    press_copy(page, "p0-r1", "text")
    for kind in ("text", "tsv", "text", "text"):
        page.locator(f"#p0-r1 [data-copy={kind}]").click()
    page.locator("#p0-r2").hover()
    press_copy(page, "p0-r2", "text")
    expect(buttons).to_have_text(before)
    page.wait_for_timeout(1500)
    assert buttons.all_text_contents() == before
    assert page.locator("#p0-r2 [data-copy]").all_text_contents() == before
