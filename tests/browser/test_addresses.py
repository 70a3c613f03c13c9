"""Addresses: cards and rows by name, the whole state, and the way from page to page."""

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Report, Visit

pytestmark = pytest.mark.browser

BY_NAME = {
    "p3": "probe_3_summer",
    "p3-r2": "probe_3_summer/5-mlp:1033",
}


def here(page: Page) -> str:
    """Return the number of the current row or card."""
    found: str = page.evaluate("document.querySelector('.row.here, .card.here')?.id ?? ''")
    return found


def address_of(page: Page, anchor: str) -> str:
    """Return what addresses call a card or row."""
    return page.locator(f"#{anchor} .anchor").first.get_attribute("id") or ""


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize("anchor", ["p3", "p3-r2", "f1", "f1-r2"])
def test_names_and_numbers_lead_to_the_same_place(
    visit: Visit, dallas: Report, anchor: str
) -> None:
    page = visit(dallas, f"#{anchor}")
    assert here(page) == anchor
    name = address_of(page, anchor)
    assert page.evaluate("location.hash").partition("&")[0] == f"#{name}"
    for written in (name, name.replace(":", "%3A").replace("/", "%2F")):
        again = visit(dallas, f"#{written}")
        assert here(again) == anchor
        expect(again.locator(f"#{anchor}")).to_be_in_viewport()


def test_names_lead_there_without_scripts(visit: Visit, dallas: Report) -> None:
    name = address_of(visit(dallas), "p3-r2")
    page = visit(dallas, f"#{name}", java_script_enabled=False)
    row = page.locator("[id='p3-r2']")
    expect(row).to_be_in_viewport()
    top, bar = row.bounding_box(), page.locator(".bar").bounding_box()
    assert top
    assert bar
    assert top["y"] >= bar["y"] + bar["height"]
