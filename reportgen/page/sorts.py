"""What a page can be sorted by: each order in each state of the switches, for the script."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.page.cards import FeatureCard, ProbeCard
from reportgen.page.matrix import named_firsts
from reportgen.page.overview import Entry
from reportgen.page.states import Reach
from reportgen.sheets import STATES, Activity, FeatureName, ReportSheet, orders
from reportgen.sheets.peaks import State

__all__ = ["entry_sorts", "sorts_of"]

Orders = dict[str, list[list[Any]]]


def sorts_of(
    report: ReportSheet,
    probes: Sequence[ProbeCard] = (),
    sections: Mapping[str, Sequence[FeatureCard]] | None = None,
) -> dict[str, Any]:
    """Return the orders of a page: of the rows of probes and features, and of features.

    An order has one list for each state, or one for all of them if they are alike; an order that
    is that by rank is left out. Under `probes`, by number, are places in the dump, and as `heads`
    the first of each group with its name; under `cards`, by anchor, places of rows in their card,
    and under `sections` places of cards in theirs.
    """
    reach = Reach.of(report)
    of_cards: dict[str, Orders] = {}
    of_sections = {}
    for name, cards in (sections or {}).items():
        if not cards:
            continue
        activities = [_of_cards(cards, STATES[place]) for place in reach.places]
        own, joined = zip(*activities, strict=True)
        of_cards |= dict(_rows(cards, own))
        of_sections[name] = _cards(cards, joined, reach)
    return {
        "probes": {card.sheet.number: _probe(card, reach) for card in probes},
        "cards": {anchor: found for anchor, found in of_cards.items() if found},
        "sections": of_sections,
    }


def entry_sorts(entries: Sequence[Entry]) -> dict[str, Any]:
    """Return the orders of the features of an overview."""
    named = [entry for entry in entries if entry.kind != "probe"]
    sections = {}
    for kind in dict.fromkeys(entry.kind for entry in named):
        own = [entry for entry in named if entry.kind == kind]
        names = [name for entry in own for name in entry.names]
        activity = Activity.joining(entry.activity for entry in own if entry.activity)
        found = orders(names, np.arange(len(own)), activity)
        sections[kind] = _columns([found | {"dump": _in_dump([entry.place for entry in own])}])
    return {"probes": {}, "cards": {}, "sections": sections}


def _probe(card: ProbeCard, reach: Reach) -> Orders:
    """Return the orders of the rows of a probe, drawn ones and those of its matrix."""
    sheet = card.sheet.matrix
    drawn = (strip.token_rows[0].row for strip in (*card.sheet.rows, *card.sheet.other_rows))
    places = np.array(
        sorted({*sheet.positions[list(card.matrix.shown)].tolist(), *drawn}), dtype=np.intp
    )
    rows = np.argsort(sheet.positions)[places]
    names, values = [sheet.names[row] for row in rows], sheet.shade.values[rows]
    found, heads = [], []
    for place in reach.places:
        state, view = sheet.states[place], card.matrix.views[place]
        ranks = np.empty_like(state.ranks)
        ranks[state.positions] = state.ranks
        activity = Activity.of(values, sheet.bos, STATES[place])
        found.append(orders(names, ranks[places], activity))
        heads.append(named_firsts(names, places, found[-1]["group"], set(view.order)))
    columns = _columns(found, places)
    return columns | ({"heads": _alike(heads)} if any(heads) else {})


def _of_cards(cards: Sequence[FeatureCard], state: State) -> tuple[list[Activity], Activity]:
    """Return how the rows of each card fire, one for each group, and how the cards do."""
    lines = [group[0].line for card in cards for group in card.groups]
    of_lines = Activity.of_lines(lines, state)
    starts = np.cumsum([0, *(len(card.groups) for card in cards)]).tolist()
    own = [of_lines.cut(start, stop) for start, stop in pairwise(starts)]
    return own, of_lines.joined(starts[:-1])


def _rows(
    cards: Sequence[FeatureCard], activities: Sequence[list[Activity]]
) -> Iterator[tuple[str, Orders]]:
    """Give the orders of the rows of each card; as built they are in that of the probes."""
    for number, card in enumerate(cards):
        names, built = [card.sheet.name] * len(card.groups), np.arange(len(card.groups))
        yield card.anchor, _columns([orders(names, built, own[number]) for own in activities])


def _cards(cards: Sequence[FeatureCard], activities: Sequence[Activity], reach: Reach) -> Orders:
    """Return the orders of the cards of a section; their rank is their place in it."""
    names: list[FeatureName] = [card.sheet.name for card in cards]
    found = []
    for place, activity in zip(reach.places, activities, strict=True):
        own = [card.sheet.states[place].place for card in cards]
        last = len(cards) + 1
        ranks = np.array([number or last for number in own])
        first = [(card.groups[0][0].line.probe, card.groups[0][0].line.row) for card in cards]
        found.append(orders(names, ranks, activity) | {"dump": _in_dump(first)})
    return _columns(found)


def _in_dump(places: Sequence[tuple[int, int]]) -> NDArray[np.intp]:
    """Return features in the order of the dump, by where each is first: probe and row."""
    return np.array(sorted(range(len(places)), key=lambda number: places[number]))


def _columns(
    found: Sequence[Mapping[str, NDArray[np.intp]]], places: NDArray[np.intp] | None = None
) -> Orders:
    """Return each order in each state, of `places` or of numbers from 0 on."""
    told = [
        {kind: (order if places is None else places[order]).tolist() for kind, order in own.items()}
        for own in found
    ]
    columns = {kind: [own[kind] for own in told] for kind in found[0]}
    by_rank = columns["rank"]
    plain = places is None and all(order == sorted(order) for order in by_rank)
    return {
        kind: _alike(column)
        for kind, column in columns.items()
        if (column != by_rank if kind != "rank" else not plain)
    }


def _alike(column: list[Any]) -> list[Any]:
    """Return a column, of equal values the first alone."""
    return column[:1] if all(one == column[0] for one in column) else column
