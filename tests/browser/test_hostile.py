"""Whatever a dump says stays text: nothing in it runs, and nothing asks for anything."""

import pytest

from browser.conftest import Report, Visit, wait_until

pytestmark = pytest.mark.browser

PAGES = pytest.mark.parametrize("alone", [False, True], ids=["directory", "alone"])


@PAGES
def test_tokens_stay_text(visit: Visit, ugly: Report, alone: bool) -> None:
    page = visit(ugly.alone if alone else ugly)
    truth = ugly.truth
    wanted = truth.by_probe() + truth.by_feature()
    count = "selector => document.querySelectorAll(selector).length"
    built = ".card:not(.out) .row:not(.out)"  # (the others wait for a switch)
    assert page.evaluate(count, built) == len(wanted)
    assert page.evaluate(count, f"{built} .token") == sum(len(row.values) for row in wanted)
    assert page.evaluate(count, "tbody tr") == sum(map(len, truth.features))
    assert page.evaluate(count, "thead th") == sum(map(len, truth.tokens))
    assert page.evaluate(count, ".card") == page.evaluate(count, "nav a")
    assert page.evaluate(count, "script") == 2
    assert page.evaluate(count, "style") == 1
    assert page.evaluate(count, "img, svg, iframe, object, embed") == 1
    assert page.evaluate(count, "link:not([rel=expect], [rel=icon])") == 0
    attributes = page.evaluate(
        """[...new Set([...document.querySelectorAll("*")].flatMap(e => e.getAttributeNames()))]"""
    )
    assert not [name for name in attributes if name.startswith("on") and name != "on"]
    links = page.evaluate("[...document.links].map(link => link.protocol)")
    assert set(links) <= {"file:", "data:", "https:"}


@PAGES
def test_policy_lets_nothing_else_run(visit: Visit, ugly: Report, alone: bool) -> None:
    page = visit(ugly.alone if alone else ugly)
    failures = []
    page.on("requestfailed", lambda request: failures.append((request.url, request.failure)))
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.trapped = 1";
            document.body.append(script);
            document.body.insertAdjacentHTML("beforeend", `
                <img src="missing.png" onerror="window.trapped = 2">
                <img src="https://example.org/pixel.png">
                <style>.card { display: none }</style>
                <iframe srcdoc="<script>parent.trapped = 3</script>"></iframe>`);
        }"""
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.trapped") is None
    assert page.locator("#p0").evaluate("card => getComputedStyle(card).display") == "block"
    refused = [problem for problem in visit.problems if "Content Security Policy" in problem]
    assert len(refused) >= 4
    assert ("https://example.org/pixel.png", "csp") in failures
    visit.problems.clear()


TRIES = {
    "script-src-elem": "const e = document.createElement('script'); e.src = 'evil.js'; add(e)",
    "script-src-elem (link)": "add(html('<a href=\"javascript:window.trapped = 1\">')).click()",
    "script-src-attr": "add(html('<p onclick=\"window.trapped = 2\">')).click()",
    "script-src": "setTimeout('window.trapped = 3')",
    "style-src-elem": "add(html('<link rel=stylesheet href=evil.css>'))",
    "img-src": "add(html('<img src=https://example.org/>'))",
    "connect-src": "fetch('https://example.org/').catch(() => 0)",
    "font-src": "const face = new FontFace('x', 'url(evil.woff)'); face.load().catch(() => 0)",
    "media-src": "add(html('<video src=evil.mp4>'))",
    "object-src": "add(html('<object data=evil.svg>'))",
    "frame-src": "add(html('<iframe src=https://example.org/>'))",
    "worker-src": "try { new Worker(URL.createObjectURL(new Blob(['1']))) } catch {}",
    "base-uri": "add(html('<base href=https://example.org/>'))",
    "form-action": "add(html('<form action=https://example.org/>')).submit()",
}


@pytest.mark.parametrize("way", TRIES)
def test_policy_refuses_each_way_out(visit: Visit, ugly: Report, way: str) -> None:
    page = visit(ugly)
    directive = way.partition(" ")[0]
    page.evaluate(
        """() => {
            window.refused = [];
            document.addEventListener("securitypolicyviolation",
                event => refused.push(event.effectiveDirective));
            window.add = element => document.head.parentNode.appendChild(element);
            window.html = text => {
                const template = document.createElement("template");
                template.innerHTML = text;
                return template.content.firstChild;
            };
        }"""
    )
    page.evaluate(f"() => {{ {TRIES[way]} }}")
    wait_until(page, "directive => refused.includes(directive)", directive)
    assert page.evaluate("window.trapped") is None
    assert page.url.startswith("file:")
    # The browser tells of a request before it refuses it.
    ours = ("Content Security Policy", "request: https://example.org/")
    assert [text for text in visit.problems if not any(part in text for part in ours)] == []
    visit.problems.clear()
