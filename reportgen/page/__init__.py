"""Sheets as one offline HTML page: the one module that imports Jinja.

Token spans and matrix cells are put together here from the sheets' arrays, since a page has very
many of them; everything around them is in `templates/`. What only the script needs, raw tokens and
exact values, stands once in a block of JSON at the end of the page.
"""

import base64
import hashlib
import json
import posixpath
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
import numpy as np
from markupsafe import Markup, escape

from reportgen import core
from reportgen.dumps import Feature
from reportgen.sheets import MatrixSheet, ProbeSheet, ReportSheet, StripSheet, TokenRow
from reportgen.tokens import Token
from reportgen.words import short_number, shortened

__all__ = [
    "entry",
    "is_too_large",
    "neuronpedia_url",
    "render",
    "render_feature",
    "render_fragment",
    "render_overview",
    "render_probe",
    "token_spans",
]

STACKED, SNIPPET = 5, 16
"""Neuronpedia's contexts: tokens nearer than this to the top token are shown."""
WIDE_CELLS_UP_TO = 40
"""A matrix of more tokens than this has narrow cells."""

LETTERS_PER_LINE = 90
"""Letters of tokens in a line of a row, in a window of usual width."""

MATRIX_CELLS = 50_000
"""Cells of a matrix in the page; of a larger one the strongest features are shown."""
CROWDED = 50_000
"""Tokens of a card from which on those without a colour share spans: a browser bears more then."""
MOST_ELEMENTS = 250_000
"""Token spans and cells in one page (measured: more make a browser slow to open it)."""

_BETWEEN = "\u200b"
"""No token has this character: where one had it, `readable` has put its code point."""
_RAMP_STOPS = 20


def is_too_large(report: ReportSheet) -> bool:
    """Tell whether a report has too much for one page, so that each probe should get its own."""
    return len(report.probes) > 1 and report.n_elements > MOST_ELEMENTS


def render(report: ReportSheet, pictures: Mapping[str, bytes] | None = None) -> str:
    """Return the one page of a report.

    PNGs are linked, relative to the page; or, if `pictures` has their content by path, they are
    inside the page as data URLs.
    """
    cards = _Cards(report, pictures)
    return _page(
        report,
        _data(report, report.probes, [*report.stacked, *report.by_feature]),
        self_contained=pictures is not None,
        probes=[cards.probe(probe) for probe in report.probes],
        stacked=[cards.feature(sheet, f"s{n}") for n, sheet in enumerate(report.stacked)],
        by_feature=[cards.feature(sheet, f"f{n}") for n, sheet in enumerate(report.by_feature)],
    )


def render_probe(report: ReportSheet, probe: ProbeSheet) -> tuple[str, str]:
    """Return path and content of the page of one probe."""
    folder = f"probe_{probe.number}"
    cards = _Cards(report, folder=folder)
    data = _data(report, [probe], [])
    return f"{folder}/index.html", _page(report, data, probes=[cards.probe(probe)], home="../")


def render_feature(report: ReportSheet, sheet: StripSheet, number: int) -> tuple[str, str]:
    """Return path and content of the page of one feature; `number` keeps the pages apart."""
    folder = f"{'stacked' if sheet.pngs else 'feature'}_{number}"
    cards = _Cards(report, folder=folder)
    data = _data(report, [], [sheet])
    card = cards.feature(sheet, f"f{number}")
    return f"{folder}/index.html", _page(report, data, stacked=[card], home="../")


def render_overview(report: ReportSheet, entries: Sequence["Entry"]) -> str:
    """Return the page that leads to all others and to every PNG."""
    return _page(report, _data(report, [], []), entries=entries)


def entry(sheet: ProbeSheet | StripSheet, path: str) -> "Entry":
    """Return what the overview has of the page at `path`."""
    if isinstance(sheet, StripSheet):
        pngs = _links(sheet.pngs, "")
        kind = "stacked" if pngs else "feature"
        return Entry(quote(path), sheet.title, sheet.explanation, pngs, pngs, (), kind)
    rows = tuple(link for row in sheet.rows for link in _links(row.pngs, ""))
    names = tuple(row.feature_id for row in sheet.rows)
    prompt = shortened(sheet.prompt, 300)
    combined = _links(sheet.matrix.pngs, "")
    return Entry(quote(path), sheet.probe_id, prompt, combined, rows, names, "probe", sheet.file)


def render_fragment(**contents: Any) -> str:
    """Return HTML for a notebook, with its own style; what it lacks of `contents` is empty."""
    names = ("title", "facts", "neuronpedia", "cards", "left_out", "negatives")
    style = Markup(_template_file("notebook.css"))
    given: dict[str, Any] = dict.fromkeys(names, "") | contents | {"style": style}
    return _environment().get_template("notebook.html").render(given)


def _page(report: ReportSheet, data: Markup, **contents: Any) -> str:
    """Return a page with `contents`; what it lacks of them is empty."""
    script, style = _template_file("script.js"), _template_file("style.css")
    empty: dict[str, Any] = dict.fromkeys(("probes", "stacked", "by_feature", "entries"), ())
    cards = [*contents.get("stacked", ()), *contents.get("probes", ())]
    return (
        _environment()
        .get_template("index.html")
        .render(
            empty
            | {"self_contained": False, "home": None}
            | contents
            | {
                "report": report,
                "options": report.options,
                "ramp": _ramp(core.EMERALD),
                "rose_ramp": _ramp(core.ROSE),
                "style": Markup(style),
                "script": Markup(script),
                "policy": _policy(script, style),
                "data": data,
                "shown_from": cards[1].anchor if len(cards) > 1 else "data",
            }
        )
    )


# --- cards: what the templates see --------------------------------------------------------------


@dataclass(frozen=True)
class Link:
    """A PNG: its URL, relative or with the content in it, and its file name."""

    url: str
    name: str


@dataclass(frozen=True)
class Entry:
    """One page, in the overview of a report that has many."""

    url: str
    title: str
    prompt: str
    """Of a probe; of a feature what it is about."""
    combined: tuple[Link, ...]
    rows: tuple[Link, ...]
    feature_ids: tuple[str, ...]
    """Of the rows, for the filter."""
    kind: str
    """`probe`, `feature` or `stacked`."""
    file: int = 0
    """Which file a probe is from."""


@dataclass(frozen=True)
class Row:
    """One row of token spans with what stands to its left."""

    anchor: str
    label: str
    """What a screen reader says of the row: the sheet's title, and what the feature is about."""
    feature_id: str
    explanation: str
    neuronpedia: str | None
    line: TokenRow
    rank: int | None
    top_text: str
    max_text: str
    scale_max: float
    """The max that its colours are relative to."""
    spans: Markup
    n_lines: int
    """Lines of text that the spans take, guessed: a browser plans by it what is out of sight."""
    pngs: tuple[Link, ...]


@dataclass(frozen=True)
class Matrix:
    """The matrix of all features × tokens."""

    title: str
    heads: tuple[str, ...]
    longest_head: int
    """In letters."""
    longest_id: int
    body: Markup
    n_features: int
    n_shown: int
    """Features it has; of a large matrix only the strongest."""
    n_zero: int
    """Features without any colour."""
    has_zero: bool
    """Whether those are in it, folded."""
    wide: bool
    pngs: tuple[Link, ...]


@dataclass(frozen=True)
class ProbeCard:
    """One probe."""

    anchor: str
    sheet: ProbeSheet
    rows: tuple[Row, ...]
    matrix: Matrix


@dataclass(frozen=True)
class FeatureCard:
    """One feature over several probes; rows that are alike are grouped, the first leading."""

    anchor: str
    sheet: StripSheet
    neuronpedia: str | None
    groups: tuple[tuple[Row, ...], ...]
    pngs: tuple[Link, ...]


class _Cards:
    """Makes the cards of one report."""

    def __init__(
        self,
        report: ReportSheet,
        pictures: Mapping[str, bytes] | None = None,
        folder: str = "",
    ) -> None:
        self.report = report
        self.pictures = pictures
        self.folder = folder
        """That of the page under the report's directory."""

    def probe(self, probe: ProbeSheet) -> ProbeCard:
        """Return one probe."""
        anchor = f"p{probe.number}"
        crowded = len(probe.rows) * len(probe.tokens) > CROWDED
        return ProbeCard(
            anchor=anchor,
            sheet=probe,
            rows=tuple(
                self.row(sheet, sheet.token_rows[0], f"{anchor}-r{sheet.rank}", crowded)
                for sheet in probe.rows
            ),
            matrix=self.matrix(probe.matrix),
        )

    def feature(self, sheet: StripSheet, anchor: str) -> FeatureCard:
        """Return one feature over several probes."""
        groups: dict[tuple[Any, ...], list[Row]] = {}
        crowded = sum(len(line.tokens) for line in sheet.token_rows) > CROWDED
        for number, line in enumerate(sheet.token_rows, 1):
            row = self.row(sheet, line, f"{anchor}-r{number}", crowded)
            groups.setdefault((line.tokens, line.shade.values.tobytes()), []).append(row)
        return FeatureCard(
            anchor=anchor,
            sheet=sheet,
            neuronpedia=neuronpedia_url(sheet.feature),
            groups=tuple(map(tuple, groups.values())),
            pngs=self.links(sheet.pngs),
        )

    def row(self, sheet: StripSheet, line: TokenRow, anchor: str, crowded: bool) -> Row:
        """Return one row; in a `crowded` card, tokens without a colour share spans."""
        return Row(
            anchor=anchor,
            label=" · ".join(filter(None, (sheet.title, sheet.explanation))),
            feature_id=sheet.feature_id,
            explanation=sheet.explanation,
            neuronpedia=neuronpedia_url(sheet.feature),
            line=line,
            rank=sheet.rank,
            top_text=line.tokens[line.top_position].text.strip() or "␣",
            max_text=short_number(line.max_value),
            scale_max=sheet.max_value,
            spans=_context_spans(line, sheet.show_values, crowded),
            n_lines=_guessed_lines(line.tokens),
            pngs=self.links(sheet.pngs) if sheet.rank else (),
        )

    def matrix(self, sheet: MatrixSheet) -> Matrix:
        """Return the matrix of a probe, of a large one its strongest features."""
        lit = _lit(sheet)
        shown = _shown_rows(sheet, lit)
        heads = tuple(_head(token.text) for token in sheet.tokens)
        return Matrix(
            title=sheet.title,
            heads=heads,
            longest_head=max(map(_letters, heads)),
            longest_id=max(_letters(sheet.feature_ids[row]) for row in shown),
            body=_matrix_body(sheet, shown, lit),
            n_features=len(lit),
            n_shown=len(shown),
            n_zero=lit.count(False),
            has_zero=not all(lit[row] for row in shown),
            wide=len(sheet.tokens) <= WIDE_CELLS_UP_TO,
            pngs=self.links(sheet.pngs),
        )

    def links(self, files: Iterable[str]) -> tuple[Link, ...]:
        """Return the PNGs `files`, linked or inside the page."""
        if self.pictures is None:
            return _links(files, self.folder)
        return tuple(
            Link("data:image/png;base64," + base64.b64encode(self.pictures[file]).decode(), name)
            for file in files
            for name in [file.rpartition("/")[2]]
        )


def neuronpedia_url(feature: Feature) -> str | None:
    """Return a feature's address on Neuronpedia, where its file says that it lives there."""
    parts = (feature.model or "", feature.source, str(feature.index))
    known = feature.source_set and feature.model and feature.source != "unknown"
    if not known or not all(map(_encodable, parts)):
        return None
    return "https://www.neuronpedia.org/" + "/".join(quote(part, safe="") for part in parts)


def _links(files: Iterable[str], folder: str) -> tuple[Link, ...]:
    """Return links to PNGs, relative to a page in `folder`."""
    return tuple(
        Link(quote(posixpath.relpath(file, folder or ".")), file.rpartition("/")[2])
        for file in files
    )


def _encodable(text: str) -> bool:
    """Tell whether `text` can be written as UTF-8: a lone surrogate cannot."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


# --- token spans --------------------------------------------------------------------------------


def _context_spans(line: TokenRow, show_values: bool, crowded: bool) -> Markup:
    """Return a row's spans, those far from its top token in groups that a context can hide."""
    join = _in_runs if crowded else _one_by_one
    spans = _spans(line, show_values)
    near = [
        line.top_position - SNIPPET + 1,
        line.top_position - STACKED + 1,
        line.top_position + STACKED,
        line.top_position + SNIPPET,
    ]
    cuts = [min(max(cut, 0), len(spans)) for cut in near]
    far_left, left, middle, right, far_right = (
        join(spans[start:stop]) for start, stop in zip([0, *cuts], [*cuts, len(spans)], strict=True)
    )
    groups = [_group("o2", far_left), _group("o1", left), middle]
    groups += [_group("o1", right), _group("o2", far_right)]
    return Markup("".join(groups))


@lru_cache(maxsize=1024)
def _guessed_lines(tokens: tuple[Token, ...]) -> int:
    """Return how many lines tokens make in a row of usual width."""
    letters = sum(len(token.text) for token in tokens)
    return letters // LETTERS_PER_LINE + sum(token.has_newline for token in tokens) + 1


def token_spans(line: TokenRow) -> list[str]:
    """Return the span of each token of a line, with its number."""
    return [s if isinstance(s, str) else _plain_span(s) for s in _spans(line, True)]


def _group(name: str, spans: str) -> str:
    """Return spans that a context may hide, as one element."""
    return f"<span class={name}>{spans}</span>" if spans else ""


def _spans(line: TokenRow, show_values: bool) -> list[str | Token]:
    """Return one span for each token that has a colour, and the others as they are."""
    shade = line.shade
    texts = line.value_texts if show_values else [""] * len(line.tokens)
    black = (shade.ink("dark")[:, 0] == 0).tolist()
    return [
        # (a BOS has a number but no colour where nothing else is active)
        _coloured_span(token, alpha, rose, text, is_black) if alpha or rose or text else token
        for token, alpha, rose, text, is_black in zip(
            line.tokens, shade.opacity.tolist(), shade.rose.tolist(), texts, black, strict=True
        )
    ]


def _one_by_one(spans: list[str | Token]) -> str:
    """Return a span for each token."""
    return "".join([s if isinstance(s, str) else _plain_span(s) for s in spans])


def _in_runs(spans: list[str | Token]) -> str:
    """Return a span for each token with a colour, and one for each run of those without.

    In a run, zero-width spaces keep the tokens apart: lines may break there, and the script finds
    each token by them.
    """
    parts = []
    for is_run, group in groupby(spans, lambda s: isinstance(s, Token) and bool(s.text)):
        if is_run:
            tokens = _BETWEEN.join([_run_text(s) for s in group if isinstance(s, Token)])
            parts.append(f"<span class=run>{tokens}</span>")
        else:
            parts.append(_one_by_one(list(group)))
    return "".join(parts)


@lru_cache(maxsize=65536)
def _run_text(token: Token) -> str:
    """Return a token's text and line break in a run."""
    return str(escape(token.text)) + ("<br>" if token.has_newline else "")


@lru_cache(maxsize=65536)
def _plain_span(token: Token) -> str:
    """Return the span of a token without activation."""
    classes, text, end = _token_html(token)
    quoted = f'"token{classes}"' if classes else "token"
    return f"<span class={quoted}>{text}</span>{end}"


def _coloured_span(token: Token, alpha: float, rose: float, value: str, black: bool) -> str:
    """Return the span of a token with an activation."""
    classes, text, end = _token_html(token)
    background = _background(alpha, rose)
    style = f' style="{background}"' if background else ""  # (a BOS where nothing else is: none)
    return (
        f'<span class="token{classes}{_shade_class(alpha, rose, black)}"'
        f"{style}{_number(value)}>{text}</span>{end}"
    )


def _shade_class(alpha: float, rose: float, black: bool) -> str:
    """Return the classes that tell text colours: `k` is black in the dark theme too."""
    if rose:
        return " n nk" if rose >= _black_from(core.ROSE) else " n"
    return " k" if black else ""


def _background(alpha: float, rose: float) -> str:
    """Return the CSS of a span's background; that of negatives awaits a switch."""
    if rose:
        return f"--n:{rose:.4f}"
    return f"background-color: {_rgba(core.EMERALD, alpha)}" if alpha else ""


def _number(value: str) -> str:
    """Return the attribute for a span's number; negative ones await a switch."""
    if not value:
        return ""
    return f" data-{'n' if value.startswith('-') else 'v'}={value}"


@lru_cache(maxsize=65536)
def _rgba(color: Sequence[int], alpha: float) -> str:
    """Return a CSS colour."""
    red, green, blue = color
    return f"rgba({red}, {green}, {blue}, {alpha:.4f})".replace(".0000)", ")")


@cache
def _black_from(color: tuple[int, int, int]) -> float:
    """Return the alpha from which on text is black in the dark theme."""
    steps = [step / 1000 for step in range(1001)]
    inks = core.text_color(steps, core.THEMES["dark"], color)[:, 0].tolist()
    return next(step for step, ink in zip(steps, inks, strict=True) if ink == 0)


@lru_cache(maxsize=65536)
def _token_html(token: Token) -> tuple[str, str, str]:
    """Return extra classes, the text and what follows the span of a token.

    A space at either end becomes padding, as on Neuronpedia; other spaces must not collapse.
    """
    end = "<br>" if token.has_newline else ""
    text = token.text
    if not text.strip(" "):
        return " ws", _space(len(text)) if text else "", end
    classes = ""
    if text.startswith(" "):
        classes, text = " ls", text[1:]
    if text.endswith(" "):
        classes, text = classes + " ts", text[:-1]
    if len(text) > 60:
        classes += " long"
    words = _space(1).join(str(escape(word)) for word in text.split(" "))
    return classes, words + "<b></b>" * classes.count("ts"), end


def _space(count: int) -> str:
    """Return spaces that show, and that a switch can make visible."""
    return "<i>\u00a0</i>" * count


# --- matrix -------------------------------------------------------------------------------------


def _head(text: str) -> str:
    """Return a token's text for the head of its column."""
    text = text.strip(" ") or "␣" * len(text)
    return shortened(text, 20)


def _letters(text: str) -> int:
    """Return how wide `text` is in a monospaced font: East Asian letters count twice."""
    return len(text) + sum(unicodedata.east_asian_width(char) in "WF" for char in text)


def _lit(sheet: MatrixSheet) -> list[bool]:
    """Tell for each feature whether anything of it has colour."""
    lit: list[bool] = np.any(sheet.shade.opacity > 0, axis=1).tolist()
    return lit


def _shown_rows(sheet: MatrixSheet, lit: list[bool]) -> list[int]:
    """Return which features the page shows: all, or the strongest of very many."""
    most = max(1, MATRIX_CELLS // len(sheet.tokens))
    if len(lit) <= most:
        return list(range(len(lit)))
    return [row for row, is_lit in enumerate(lit) if is_lit][:most]


def _matrix_body(sheet: MatrixSheet, shown: list[int], lit: list[bool]) -> Markup:
    """Return the rows of a matrix; those without any colour are of class `zero`.

    Only cells that have a colour are elements, each in its column: a browser takes long over all.
    """
    shade = sheet.shade.cut(np.array(shown, dtype=np.intp))
    lines, positions = np.nonzero((shade.opacity > 0) | (shade.rose > 0))
    ends = np.searchsorted(lines, np.arange(len(shown) + 1)).tolist()
    arrays = (shade.opacity, shade.rose, shade.values)
    cells = list(
        map(_cell, positions.tolist(), *(array[lines, positions].tolist() for array in arrays))
    )
    return Markup(
        "\n".join(
            f"<tr{'' if lit[row] else ' class=zero'} data-n={sheet.positions[row]}>"
            f"<th scope=row>{escape(sheet.feature_ids[row])}</th>{''.join(cells[start:end])}"
            for row, start, end in zip(shown, ends, ends[1:], strict=False)
        )
    )


def _cell(position: int, alpha: float, rose: float, value: float) -> str:
    """Return one cell of a matrix, kept short: the style sheet makes a colour of the opacity."""
    column = position + 2  # in the first are the features' ids
    kind, shade = (" class=n", f"--n:{rose:.4f}") if rose else ("", f"--a:{alpha:.4f}")
    told = f"aria-colindex={column} aria-label={short_number(value)}"
    return f"<td{kind} style=grid-column:{column};{shade} {told}>"


# --- the rest of the page -----------------------------------------------------------------------


def _ramp(color: tuple[int, int, int]) -> Markup:
    """Return the colour curve as the stops of a CSS gradient."""
    shares = [step / _RAMP_STOPS for step in range(_RAMP_STOPS + 1)]
    alphas = core.opacity(shares, 1.0).tolist()
    return Markup(", ".join(_rgba(color, alpha) for alpha in alphas))


def _data(
    report: ReportSheet, sheets: Iterable[ProbeSheet], strips: Iterable[StripSheet]
) -> Markup:
    """Return what the script needs as JSON: raw tokens and exact values, each once.

    Under `probes`, by number: `tokens`, `max`, and `features` by number of the row: id and the
    values that are not zero as `position:value`. It is written so that it cannot end the script
    element that it stands in.
    """
    probes: dict[int, dict[str, Any]] = {}

    def add(line: TokenRow, feature_id: str) -> None:
        entry = probes.setdefault(line.probe, _probe_data(line.tokens, line.probe_max))
        if line.row not in entry["features"]:
            entry["features"][line.row] = [feature_id, _sparse(line.shade.values.tolist())]

    for sheet in sheets:
        matrix = sheet.matrix
        entry = probes.setdefault(sheet.number, _probe_data(sheet.tokens, matrix.max_value))
        for row in _shown_rows(matrix, _lit(matrix)):
            values = _sparse(matrix.shade.values[row].tolist())
            entry["features"][int(matrix.positions[row])] = [matrix.feature_ids[row], values]
        for strip in sheet.rows:
            add(strip.token_rows[0], strip.feature_id)
    for strip in strips:
        for line in strip.token_rows:
            add(line, strip.feature_id)
    data = {"blackFrom": _black_from(core.EMERALD), "probes": probes}
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _probe_data(tokens: tuple[Token, ...], max_value: float) -> dict[str, Any]:
    """Return the data of one probe, without features."""
    return {"tokens": [token.raw for token in tokens], "max": max_value, "features": {}}


def _sparse(values: list[float]) -> str:
    """Return the values that are not zero, with their positions."""
    return " ".join(
        f"{position}:{value:.10g}" if abs(value) < 10_000 else f"{position}:{value!r}"
        for position, value in enumerate(values)
        if value != 0
    )


def _policy(script: str, style: str) -> str:
    """Return the Content-Security-Policy: our own script and style, sibling PNGs, nothing else."""
    hashes = [
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for text in (script, style)
    ]
    return (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; "
        f"style-src-elem 'sha256-{hashes[1]}'; style-src-attr 'unsafe-inline'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'none'"
    )


@cache
def _templates() -> Path:
    """Return the folder of the templates: inside the package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    return next(
        folder
        for folder in (package / "templates", package.parent / "templates")
        if (folder / "index.html").is_file()
    )


def _template_file(name: str) -> str:
    """Return a file that goes into the page as it is."""
    return (_templates() / name).read_text(encoding="utf-8")


@cache
def _environment() -> jinja2.Environment:
    """Return the Jinja environment; everything is escaped that is not `Markup`."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_templates()),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
