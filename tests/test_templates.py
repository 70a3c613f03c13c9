"""Templates: style and script in parts, and one page made of them."""

import base64
import hashlib
import re
from html import unescape

import pytest
from dumps import DALLAS, ROOT

from reportgen import page, read_dump
from reportgen.page.templates import SCRIPT_PARTS, STYLE_PARTS
from reportgen.sheets import Options, settle

TEMPLATES = ROOT / "templates"


@pytest.fixture(scope="module")
def html() -> str:
    return page.render(settle(read_dump(DALLAS), Options(top_k=1)))


@pytest.mark.parametrize(
    ("folder", "parts", "element"),
    [("style/*.css", STYLE_PARTS, "style"), ("script/*.js", SCRIPT_PARTS, "script")],
)
def test_every_part_is_in_the_page_once_and_in_order(
    html: str, folder: str, parts: tuple[str, ...], element: str
) -> None:
    files = {path.stem: path.read_text(encoding="utf-8") for path in TEMPLATES.glob(folder)}
    assert sorted(files) == sorted(parts)
    (text,) = re.findall(f"<{element}>(.*?)</{element}>", html, re.DOTALL)
    places = [text.index(files[part]) for part in parts]
    assert places == sorted(places)
    assert [text.count(files[part]) for part in parts] == [1] * len(parts)


def test_the_policy_lets_only_this_style_and_script_run(html: str) -> None:
    for element in ("style", "script"):
        (text,) = re.findall(f"<{element}>(.*?)</{element}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{element}-src{'-elem' * (element == 'style')} 'sha256-{digest}'" in unescape(html)


def test_no_part_is_large() -> None:
    files = [path for path in TEMPLATES.rglob("*") if path.is_file()]
    assert max(len(path.read_text(encoding="utf-8").splitlines()) for path in files) < 300
