"""What only the script of a page needs, raw tokens and exact values: one block of JSON."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from reportgen.page.cards import FeatureCard, ProbeCard
from reportgen.page.colours import colour_rule
from reportgen.page.spans import CONTEXTS
from reportgen.page.states import states_of
from reportgen.sheets import FeatureName, ReportSheet, TokenRow
from reportgen.tokens import Token
from reportgen.words import shortened

__all__ = ["data_of"]


def data_of(
    report: ReportSheet,
    probes: Sequence[ProbeCard] = (),
    features: Sequence[FeatureCard] = (),
    sorts: Mapping[str, Any] | None = None,
    longest: int | None = None,
) -> Markup:
    """Return what the script needs to know of some cards as JSON: tokens and values, each once.

    Under `rule` are the numbers of the colour rule; under `probes`, by number, `tokens`, `max`, and
    `features` by number of the row: id, the values that are not zero as `position:value` and, where
    it has them, label and group; under `states` what switches change, under `sorts` the orders of
    `sorts_of`. It is written so that it cannot end the script element that it is in. Tokens are
    whole, unless a `longest` one is named.
    """
    block = _Block(longest)
    for probe in probes:
        block.add_matrix(probe)
        for strip in (*probe.sheet.rows, *probe.sheet.other_rows):
            block.add(strip.token_rows[0], strip.name)
    for card in features:
        for line in card.sheet.token_rows:
            block.add(line, card.sheet.name)
    states = states_of(report, probes, features)
    rule = colour_rule() | {"contexts": CONTEXTS}
    data = {"rule": rule, "states": states, "sorts": sorts or {}, "probes": block.probes}
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


class _Block:
    """The probes of a page, with the rows that it shows."""

    def __init__(self, longest: int | None) -> None:
        self.longest = longest
        self.probes: dict[int, dict[str, Any]] = {}

    def add_matrix(self, card: ProbeCard) -> None:
        """Add the rows of a probe's matrix."""
        sheet = card.sheet.matrix
        entry = self._probe(card.sheet.number, sheet.tokens, sheet.max_value)
        for row in card.matrix.shown:
            values = _sparse(sheet.shade.values[row].tolist())
            entry["features"][int(sheet.positions[row])] = _entry(sheet.names[row], values)

    def add(self, line: TokenRow, name: FeatureName) -> None:
        """Add a row of tokens, unless it is there."""
        entry = self._probe(line.probe, line.tokens, line.probe_max)
        if line.row not in entry["features"]:
            entry["features"][line.row] = _entry(name, _sparse(line.shade.values.tolist()))

    def _probe(self, number: int, tokens: tuple[Token, ...], max_value: float) -> dict[str, Any]:
        """Return a probe, new ones without features."""
        if number not in self.probes:
            raw = [shortened(token.raw, self.longest or len(token.raw)) for token in tokens]
            self.probes[number] = {"tokens": raw, "max": max_value, "features": {}}
        return self.probes[number]


def _entry(name: FeatureName, values: str) -> list[str]:
    """Return what is known of a row."""
    own = [name.label, name.group] if name.label or name.group else []
    return [name.id, values, *own]


def _sparse(values: list[float]) -> str:
    """Return the values that are not zero, with their positions."""
    return " ".join(
        f"{position}:{value:.10g}" if abs(value) < 10_000 else f"{position}:{value!r}"
        for position, value in enumerate(values)
        if value != 0
    )
