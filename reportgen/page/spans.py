"""Token spans of a row, as HTML.

They are put together here and not in a template, since a page has very many of them.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup, escape

from reportgen import core
from reportgen.sheets import TokenRow
from reportgen.tokens import Token
from reportgen.words import shortened

__all__ = ["CONTEXTS", "context_spans", "guessed_lines", "rgba", "shown_text", "token_spans"]

CONTEXTS = STACKED, SNIPPET = 5, 16
"""Neuronpedia's contexts: tokens nearer than this to the top token are shown."""
LETTERS_PER_LINE = 90
"""Letters of tokens in a line of a row, in a window of usual width."""
LONGEST_TOKEN = 200
"""Letters of a token that a row shows: rows repeat their tokens. The data block has the whole."""
_BETWEEN = "\u200b"
"""No token has this character: `readable` replaces it by its code point."""


def context_spans(line: TokenRow, show_values: bool, crowded: bool) -> Markup:
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
def guessed_lines(tokens: tuple[Token, ...]) -> int:
    """Return how many lines tokens make in a row of usual width."""
    letters = sum(min(len(token.text), LONGEST_TOKEN) for token in tokens)
    return letters // LETTERS_PER_LINE + sum(token.has_newline for token in tokens) + 1


def shown_text(token: Token) -> str:
    """Return a token's text as a row shows it."""
    return shortened(token.text, LONGEST_TOKEN)


def token_spans(line: TokenRow) -> list[str]:
    """Return the span of each token of a line, with its number."""
    return [s if isinstance(s, str) else _plain_span(s) for s in _spans(line, True)]


def _group(name: str, spans: str) -> str:
    """Return spans that a context may hide, as one element."""
    return f"<span class={name}>{spans}</span>" if spans else ""


def _spans(line: TokenRow, show_values: bool) -> list[str | Token]:
    """Return one span for each token with a value far enough from zero, the others as they are."""
    shade = line.shade
    black = (shade.ink("dark")[:, 0] == 0).tolist()
    return [
        token
        if not text
        else _negative_span(token, rose, text if show_values else "")
        if text.startswith("-")
        else _positive_span(token, alpha, text if show_values else "", is_black)
        for token, alpha, rose, text, is_black in zip(
            line.tokens,
            shade.opacity.tolist(),
            shade.rose.tolist(),
            line.value_texts,
            black,
            strict=True,
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
    return str(escape(shown_text(token))) + ("<br>" if token.has_newline else "")


@lru_cache(maxsize=65536)
def _plain_span(token: Token) -> str:
    """Return the span of a token without activation."""
    classes, text, end = _token_html(token)
    quoted = f'"token{classes}"' if classes else "token"
    return f"<span class={quoted}>{text}</span>{end}"


def _positive_span(token: Token, alpha: float, number: str, black: bool) -> str:
    """Return the span of a token with a value above zero."""
    classes, text, end = _token_html(token)
    # (a value that does not count has a number and no colour where nothing that counts fires)
    style = f' style="background-color: {rgba(core.EMERALD, alpha)}"' if alpha else ""
    told = f" data-v={number}" if number else ""
    return f'<span class="token{classes}{" k" if black else ""}"{style}{told}>{text}</span>{end}'


def _negative_span(token: Token, rose: float, number: str) -> str:
    """Return the span of a token with a value below zero: colour and number await a switch."""
    classes, text, end = _token_html(token)
    black = " nk" if rose >= core.black_from(core.ROSE, core.THEMES["dark"]) else ""
    style = f" style=--n:{rose:.4f}" if rose else ""
    told = f" data-n={number}" if number else ""
    return f'<span class="token{classes} n{black}"{style}{told}>{text}</span>{end}'


@lru_cache(maxsize=65536)
def rgba(color: Sequence[int], alpha: float) -> str:
    """Return a CSS colour."""
    red, green, blue = color
    return f"rgba({red}, {green}, {blue}, {alpha:.4f})".replace(".0000)", ")")


@lru_cache(maxsize=65536)
def _token_html(token: Token) -> tuple[str, str, str]:
    """Return extra classes, the text and what follows the span of a token.

    A space at either end becomes padding, as on Neuronpedia; other spaces must not collapse.
    """
    end = "<br>" if token.has_newline else ""
    text = shown_text(token)
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
