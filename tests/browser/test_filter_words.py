"""The language of the filter: what each query means, and what it matches."""

import json
from typing import Any

import pytest
from dumps import ROOT
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

QUERY = (ROOT / "templates" / "script" / "query.js").read_text("utf-8")


@pytest.fixture(scope="module")
def page(browser: Browser) -> Any:
    page = browser.new_page()
    yield page
    page.close()


def term(text: str, field: str = "", *, exact: bool = False, without: bool = False) -> Any:
    return {"field": field, "text": text, "exact": exact, "not": without}


PARSED: dict[str, list[Any]] = {
    "": [],
    "   ": [],
    "Texas": [term("Texas")],
    "  city   Texas ": [term("city"), term("Texas")],
    '" Texas"': [term(" Texas", exact=True)],
    '"in the" a': [term("in the", exact=True), term("a")],
    '"not closed yet': [term("not closed yet", exact=True)],
    '""': [],
    "-say": [term("say", without=True)],
    '-"say it"': [term("say it", exact=True, without=True)],
    "-": [],
    "a - b": [term("a"), term("b")],
    "token:is": [term("is", "token")],
    'token:" is"': [term(" is", "token", exact=True)],
    "-label:say": [term("say", "label", without=True)],
    '-group:"of cities"': [term("of cities", "group", exact=True, without=True)],
    "LABEL:Say": [term("Say", "label")],
    "id:0-clt-hp:18753": [term("0-clt-hp:18753", "id")],
    "0-clt-hp:18753": [term("0-clt-hp:18753")],
    "probe:": [],
    "-probe: x": [term("x")],
    'probe:"': [],
    "layer:3": [term("layer:3")],
    "Say (Austin)": [term("Say"), term("(Austin)")],
    'a"b': [term('a"b')],
    r'"say \"x\""': [term('say "x"', exact=True)],
    r'"\n"': [term("\n", exact=True)],
    r'"\u200b"': [term("\u200b", exact=True)],
    r'"\xe4\xbd"': [term(r"\xe4\xbd", exact=True)],
    '"a""b"': [term("a", exact=True), term("b", exact=True)],
    "[.*": [term("[.*")],
    "a\tb\nc": [term("a"), term("b"), term("c")],
}


def test_queries_are_read(page: Any) -> None:
    script = f"queries => {{ {QUERY}; return queries.map(parseQuery); }}"
    found = page.evaluate(script, list(PARSED))
    for (query, expected), terms in zip(PARSED.items(), found, strict=True):
        assert terms == expected, query


WORDS = ["<bos>", "A", " city", " in", " Texas", " is"]
SUBJECT = {
    "id": "22-clt-hp:11998",
    "label": "Say (Austin)",
    "group": "outputs of cities",
    "about": "the next word is Austin, a capital",
    "probe": {
        "id": "probe_0_Dallas",
        "prompt": "entity: A city in Texas is Dallas",
        "tokens": [[text, text.replace(" ", "Ġ")] for text in WORDS],
    },
    "active": [2, 5],
}
MATCHES: dict[str, bool] = {
    "": True,
    "11998": True,
    "clt-HP": True,
    "austin": True,
    "OUTPUTS": True,
    "capital": True,
    "dallas": True,
    "entity:": True,
    "city": True,
    "nothing": False,
    "austin dallas": True,
    "austin nothing": False,
    "austin -nothing": True,
    "austin -dallas": False,
    # titles are not looked into
    "rank": False,
    "max": False,
    "excl": False,
    # exact texts
    '"Say (Austin)"': True,
    '"say (austin)"': False,
    '"city in Texas"': True,
    '"city  in"': False,
    # a text that is a token means that token, where it is active
    '" is"': True,
    '"is"': True,  # (in the explanation)
    '" Texas"': False,
    '"Ġis"': True,
    "Texas": True,  # (in the prompt)
    # fields
    "token:city": True,
    "token:CIT": True,
    "token:Texas": False,
    'token:" is"': True,
    'token:"is"': False,
    'token:"Ġcity"': True,
    "-token:Texas": True,
    "-token:city": False,
    "label:austin": True,
    "label:capital": False,
    "group:cities": True,
    'group:"of cities"': True,
    "group:austin": False,
    "id:119": True,
    'id:"22-clt-hp:11998"': True,
    'id:"22-clt-hp:1199"': False,
    "id:austin": False,
    "probe:dallas": True,
    "probe:probe_0": True,
    "probe:Texas": True,
    'probe:" Texas"': True,
    "probe:austin": False,
    "label:say group:cities token:is -probe:austin": True,
}


def test_queries_match(page: Any) -> None:
    subject = json.dumps(SUBJECT)
    script = f"""queries => {{
        {QUERY};
        return queries.map(query => meets(parseQuery(query), {subject}));
    }}"""
    found = page.evaluate(script, list(MATCHES))
    assert dict(zip(MATCHES, found, strict=True)) == MATCHES
