"""What is to be drawn: every number, label, order and file name, settled once.

Both renderers draw from these sheets and from nothing else, so a PNG and the page cannot disagree.
A sheet holds whole arrays; `drawings` cuts what would be too large for one picture into parts.
"""

import difflib
import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from reportgen import core
from reportgen.dumps import Dump, Feature, Probe
from reportgen.errors import InputError
from reportgen.tokens import BOS_TOKENS, Token, read_tokens, readable
from reportgen.words import count_of, short_number, shortened

Sheet = TypeVar("Sheet")
Key = TypeVar("Key", int, Feature)

__all__ = [
    "Drawing",
    "DumpFileSheet",
    "MatrixSheet",
    "Options",
    "ProbeSheet",
    "ReportSheet",
    "Shade",
    "StripSheet",
    "TokenRow",
    "settle",
    "top_rows",
]

MAX_COLUMNS = 400
"""Tokens that a row of a strip can have at the most: more make a picture too wide to open."""
STRIP_ROWS, STRIP_CELLS = 100, 8000
"""Rows of tokens, and places for tokens, in one PNG of a feature heatmap or a stacked heatmap."""
MATRIX_FEATURES, MATRIX_TOKENS = 250, 128
"""Features and tokens in one readable PNG of a combined heatmap."""
KEPT_SHEETS = 128
"""Sheets of each kind that are kept; reports of fewer probes settle each once."""
KEPT_LINES = 8192
"""Lines that the kept sheets of the by-feature view have at the most, if it is more than one."""
_LONGEST_NAME = 200
_LONGEST_STEM = 80
_LONGEST_EXPLANATION = 400


@dataclass(frozen=True)
class Options:
    """What to draw and how; the command line has the same names."""

    top_k: int = 10
    probe_indexes: tuple[int, ...] | None = (0,)
    """Which probes; None for all."""
    tokens_per_row: int = 20
    values: bool = True
    """Whether the numbers are shown on tokens."""
    combined_only: bool = False
    feature_ids: tuple[str, ...] = ()
    include_bos: bool = False
    negatives: bool = False
    """Whether the PNGs show negative activations; in the page a switch does."""
    theme: str = "light"
    title: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Shade:
    """Values with their colours settled; all arrays have the same shape."""

    values: NDArray[np.float64]
    opacity: NDArray[np.float64]
    """Alpha of emerald."""
    rose: NDArray[np.float64]
    """Alpha of rose, on negative values, for where these are shown."""

    @classmethod
    def relative_to(cls, values: NDArray[np.float64], top: float, bottom: float) -> "Shade":
        """Shade `values` relative to the max `top` and, where negative, to the minimum `bottom`."""
        return cls(values, core.opacity(values, top), core.negative_opacity(values, bottom))

    def cut(self, where: slice | tuple[slice, slice] | NDArray[np.intp]) -> "Shade":
        """Return a part."""
        return Shade(self.values[where], self.opacity[where], self.rose[where])

    def fill(self, theme: str, negatives: bool = False) -> NDArray[np.uint8]:
        """Return the colour `(..., 3)` of each cell on the card of `theme`."""
        emerald = core.composite(self.opacity, core.THEMES[theme])
        if not negatives:
            return emerald
        rose = core.composite(self.rose, core.THEMES[theme], core.ROSE)
        return np.where(self.rose[..., np.newaxis] > 0, rose, emerald)

    def ink(self, theme: str, negatives: bool = False) -> NDArray[np.uint8]:
        """Return the colour `(..., 3)` of the text on each cell, black or white."""
        emerald = core.text_color(self.opacity, core.THEMES[theme])
        if not negatives:
            return emerald
        rose = core.text_color(self.rose, core.THEMES[theme], core.ROSE)
        return np.where(self.rose[..., np.newaxis] > 0, rose, emerald)


@dataclass(frozen=True, slots=True, eq=False)
class TokenRow:
    """One feature along the tokens of one probe: a row of spans, some rows of cells."""

    probe: int
    """Number of the probe in the dump."""
    row: int
    """Number of the feature in the probe, as the dump has it."""
    probe_id: str
    prompt: str
    tokens: tuple[Token, ...]
    shade: Shade
    max_value: float
    """Max of this feature in this probe (the colours may be relative to a wider one)."""
    min_value: float
    probe_max: float
    """Max of all features in this probe."""
    top_position: int
    """Position of the token that has `max_value`."""
    start: int = 0
    """Position of the first token, where this is a part of a line."""

    @property
    def value_texts(self) -> list[str]:
        """The short number on each token, empty where the value is as good as zero."""
        return [
            short_number(value) if abs(value) > core.VISIBLE_ABOVE else ""
            for value in self.shade.values.tolist()
        ]

    def cut(self, start: int, stop: int) -> "TokenRow":
        """Return the part from token `start` to before token `stop`."""
        return replace(
            self,
            tokens=self.tokens[start:stop],
            shade=self.shade.cut(slice(start, stop)),
            start=self.start + start,
        )


@dataclass(frozen=True, slots=True, eq=False)
class StripSheet:
    """A feature heatmap (one line) or a stacked heatmap (one line for each probe)."""

    title: str
    subtitle: str
    feature: Feature
    feature_id: str
    """Its id as it is shown."""
    rank: int | None
    max_value: float
    """The max that colours are relative to."""
    token_rows: tuple[TokenRow, ...]
    explanation: str
    """What the feature is about, empty if no file tells."""
    stacked: bool
    tokens_per_row: int
    show_values: bool
    negatives: bool
    pngs: tuple[str, ...] = ()
    """Paths of its PNGs under the report's directory, POSIX; empty if it is in the page only."""

    def drawings(self) -> Iterator["Drawing"]:
        """Give the PNGs: one, or numbered parts of at most `_strip_rows` rows."""
        parts = list(self._parts())
        for number, (path, lines) in enumerate(zip(self.pngs, parts, strict=True), 1):
            title = (
                self.title if len(parts) == 1 else f"{self.title} · part {number} of {len(parts)}"
            )
            yield Drawing(path, replace(self, title=title, token_rows=lines))

    def _parts(self) -> Iterator[tuple[TokenRow, ...]]:
        """Cut the lines into what fits one PNG each."""
        part: list[TokenRow] = []
        most = room = _strip_rows(self.tokens_per_row)
        for line in self.token_rows:
            start = 0
            while start < len(line.tokens):
                stop = min(len(line.tokens), start + room * self.tokens_per_row)
                part.append(line.cut(start, stop))
                room -= -(-(stop - start) // self.tokens_per_row)
                start = stop
                if room == 0:
                    yield tuple(part)
                    part, room = [], most
        if part:
            yield tuple(part)


@dataclass(frozen=True, slots=True, eq=False)
class MatrixSheet:
    """The combined heatmap of a probe: features down the side, tokens along the top."""

    title: str
    feature_ids: tuple[str, ...]
    """In the order of rank."""
    positions: NDArray[np.intp]
    """Where each of them stands in the dump."""
    tokens: tuple[Token, ...]
    shade: Shade
    """`(features, tokens)`"""
    max_value: float
    min_value: float
    left_out: str
    """Which tokens may be above the max, in words."""
    exceeded: bool
    """Whether one of theirs is."""
    negatives: bool
    pngs: tuple[str, ...] = ()

    def drawings(self) -> Iterator["Drawing"]:
        """Give the PNGs: one, or an overview and numbered readable parts."""
        if len(self.pngs) == 1:
            yield Drawing(self.pngs[0], self)
            return
        yield Drawing(self.pngs[0], self._overview())
        for number, (path, (rows, columns)) in enumerate(
            zip(self.pngs[1:], self._blocks(), strict=True), 1
        ):
            title = (
                f"{self.title} · part {number} of {len(self.pngs) - 1}: features ranked "
                f"{rows.start + 1} to {rows.stop}, tokens {columns.start} to {columns.stop - 1}"
            )
            yield Drawing(path, self._cut(title, rows, columns))

    def _blocks(self) -> Iterator[tuple[slice, slice]]:
        """Cut the matrix into readable blocks."""
        n_features, n_tokens = self.shade.values.shape
        for top in range(0, n_features, MATRIX_FEATURES):
            for left in range(0, n_tokens, MATRIX_TOKENS):
                yield (
                    slice(top, min(top + MATRIX_FEATURES, n_features)),
                    slice(left, min(left + MATRIX_TOKENS, n_tokens)),
                )

    def _cut(self, title: str, rows: slice, columns: slice) -> "MatrixSheet":
        """Return a block of the matrix."""
        return replace(
            self,
            title=title,
            feature_ids=self.feature_ids[rows],
            positions=self.positions[rows],
            tokens=self.tokens[columns],
            shade=self.shade.cut((rows, columns)),
        )

    def _overview(self) -> "MatrixSheet":
        """Return the whole matrix, small enough for one PNG: the strongest value of each block."""
        rows, columns = (
            -(-size // limit)
            for size, limit in zip(
                self.shade.values.shape, (MATRIX_FEATURES, MATRIX_TOKENS), strict=True
            )
        )
        shade = Shade(
            _strongest(self.shade.values, rows, columns),
            _strongest(self.shade.opacity, rows, columns),
            _strongest(self.shade.rose, rows, columns),
        )
        return replace(
            self,
            title=f"{self.title} · overview: each cell is the strongest of "
            f"{count_of(rows, 'feature')} × {count_of(columns, 'token')}",
            feature_ids=self.feature_ids[::rows],
            positions=self.positions[::rows],
            tokens=self.tokens[::columns],
            shade=shade,
        )


@dataclass(frozen=True, slots=True)
class Drawing:
    """One PNG: its path under the report's directory and the sheet that it shows."""

    path: str
    sheet: StripSheet | MatrixSheet


@dataclass(frozen=True, slots=True, eq=False)
class ProbeSheet:
    """Everything of one probe: a card of the page, a folder of PNGs."""

    number: int
    file: int
    """Which file of the dump it is from."""
    probe_id: str
    prompt: str
    tokens: tuple[Token, ...]
    matrix: MatrixSheet
    rows: tuple[StripSheet, ...]
    """Its top features by rank, each with one line."""

    def drawings(self) -> Iterator[Drawing]:
        """Give every PNG of the probe."""
        yield from self.matrix.drawings()
        for row in self.rows:
            yield from row.drawings()


@dataclass(frozen=True, slots=True)
class DumpFileSheet:
    """One of the files that a report is of."""

    name: str
    kind: str
    models: tuple[str, ...]
    n_probes: int


@dataclass(frozen=True, slots=True, eq=False)
class ReportSheet:
    """The whole report, for the page."""

    title: str
    models: tuple[str, ...]
    source_sets: tuple[str, ...]
    dump_files: tuple[DumpFileSheet, ...]
    """The files that it is of."""
    n_probes: int
    """Probes in the dump; the report may show fewer."""
    n_features: int
    pngs: tuple[str, ...]
    """Path of every PNG under the report's directory."""
    n_elements: int
    """Token spans and matrix cells that all of it makes in a page."""
    probes: Sequence[ProbeSheet]
    stacked: Sequence[StripSheet]
    """Stacked heatmaps, for each `--feature-id`."""
    by_feature: Sequence[StripSheet]
    """Each feature that is among the top of a drawn probe, over the drawn probes."""
    max_note: str
    """Which tokens a max is over, in the words of titles."""
    options: Options

    def pieces(self) -> Iterator[ProbeSheet | StripSheet]:
        """Give everything that PNGs are drawn of."""
        yield from self.probes
        yield from self.stacked

    def drawings(self) -> Iterator[Drawing]:
        """Give every PNG of the report."""
        for piece in self.pieces():
            yield from piece.drawings()


def settle(dump: Dump, options: Options) -> ReportSheet:
    """Return the report of `dump`: what is drawn, in which order, with all its numbers.

    Sheets are settled when they are asked for, and not kept for long: a dump may have more probes
    than there is room for sheets.

    Raises `InputError` for a probe index or a feature id that the dump does not have.
    """
    numbers = _chosen_probes(dump, options)
    settler = _Settler(dump, options)
    wanted = _chosen_features(dump, settler.known, options.feature_ids)
    top = settler.top_features(numbers, wanted)
    names = _Names()
    stacked = {
        feature: settler.stacked_files(
            feature, names.unique(f"feature_{_safe(feature.source)}_{feature.index}_stacked")
        )
        for feature in wanted
    }
    files = [file for number in numbers for files in settler.files(number) for file in files]
    return ReportSheet(
        title=readable(options.title or _default_title(dump)),
        models=tuple(map(readable, dump.models)),
        source_sets=tuple(map(readable, dump.source_sets)),
        dump_files=settler.dump_files,
        n_probes=len(dump.probes),
        n_features=len(settler.known),
        pngs=(*files, *(file for own in stacked.values() for file in own)),
        n_elements=settler.count_elements(numbers, wanted, top),
        probes=_Settled(numbers, settler.probe),
        stacked=_Settled(
            wanted, lambda feature: replace(settler.stacked(feature), pngs=stacked[feature])
        ),
        by_feature=_Settled(
            top,
            lambda feature: settler.stacked(feature, frozenset(numbers)),
            kept=max(1, KEPT_LINES // len(numbers)),
        ),
        max_note=settler.max_note(range(len(dump.probes))),
        options=options,
    )


def top_rows(dump: Dump, number: int, options: Options) -> tuple[StripSheet, ...]:
    """Return the top features of probe `number` by rank, without anything else of a report."""
    settler = _Settler(dump, options)
    order = core.rank_order(settler.gauge(number).maxima)[: options.top_k]
    return tuple(settler.feature(number, row, rank) for rank, row in enumerate(order.tolist(), 1))


def _file_sheets(dump: Dump) -> tuple[DumpFileSheet, ...]:
    """Return the files of a dump, those of the same name numbered."""
    names = _Names()
    sheets = []
    for number, file in enumerate(dump.files):
        own = Dump((file,), tuple(probe for probe in dump.probes if probe.file == number))
        name = names.unique(_name(file.name), " ({})")
        models = tuple(map(readable, own.models))
        sheets.append(DumpFileSheet(name, file.kind, models, len(own.probes)))
    return tuple(sheets)


class _Settled(Sequence[Sheet]):
    """Sheets that are made when they are asked for; the last ones are kept."""

    def __init__(
        self, keys: Iterable[Key], make: Callable[[Key], Sheet], kept: int | None = None
    ) -> None:
        self._keys: list[Any] = list(keys)
        self._make = lru_cache(maxsize=kept or KEPT_SHEETS)(make)

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, index: int) -> Sheet: ...
    @overload
    def __getitem__(self, index: slice) -> list[Sheet]: ...
    def __getitem__(self, index: int | slice) -> Sheet | list[Sheet]:
        if isinstance(index, slice):
            return [self._make(key) for key in self._keys[index]]
        return self._make(self._keys[index])


def _default_title(dump: Dump) -> str:
    """Return the heading of a report that was given none."""
    return f"{dump.models[0]} · {dump.name}" if len(dump.models) == 1 else dump.name


def _chosen_probes(dump: Dump, options: Options) -> list[int]:
    """Return the numbers of the probes to draw, in the order of the dump."""
    count = len(dump.probes)
    if options.probe_indexes is None:
        return list(range(count))
    for index in options.probe_indexes:
        if not 0 <= index < count:
            have = "only probe 0" if count == 1 else f"probes 0 to {count - 1}"
            raise InputError(f"{dump.name}: there is no probe {index}; the dump has {have}")
    return sorted(set(options.probe_indexes))


def _chosen_features(dump: Dump, known: list[Feature], ids: Iterable[str]) -> list[Feature]:
    """Return the features that `ids` name: whole ids, or bare indexes in any source."""
    chosen: dict[Feature, None] = {}
    for wanted in ids:
        found = [f for f in known if f.id == wanted] or [
            f for f in known if wanted.isdecimal() and str(f.index) == wanted
        ]
        if not found:
            raise InputError(f"{dump.name}: no feature '{wanted}' in it; {_near(wanted, known)}")
        chosen.update(dict.fromkeys(found))
    return list(chosen)


def _near(wanted: str, known: Sequence[Feature]) -> str:
    """Return the features most like the one `wanted`, as the end of a message."""
    index = wanted.rpartition(":")[2]
    alike = [feature for feature in known if str(feature.index) == index]
    if not alike:
        ids = difflib.get_close_matches(wanted, [f.id for f in known], 3, 0.5)
        indexes = difflib.get_close_matches(index, [str(f.index) for f in known], 3, 0.5)
        alike = [f for f in known if f.id in ids or str(f.index) in indexes]
    names = ", ".join(_name(feature.id) for feature in (alike or known)[:5])
    return f"near ones are {names}" if alike else f"among those it has are {names}"


def _name(text: str) -> str:
    """Return a stranger's name as it is shown: readable, and not longer than a few lines."""
    return shortened(readable(text), _LONGEST_NAME)


@dataclass(frozen=True, slots=True, eq=False)
class _Gauge:
    """What a probe's drawings share: readable tokens, and every max and minimum."""

    probe_id: str
    place: str
    """The probe's id, after the file that it is from if there are several."""
    prompt: str
    tokens: tuple[Token, ...]
    counted: NDArray[np.bool_]
    """Which tokens count for a max."""
    maxima: NDArray[np.float64]
    """Of each feature."""
    minima: NDArray[np.float64]

    @property
    def max_value(self) -> float:
        return float(self.maxima.max())

    @property
    def min_value(self) -> float:
        return float(self.minima.min())


class _Settler:
    """Makes the sheets of one dump."""

    def __init__(self, dump: Dump, options: Options) -> None:
        self.dump = dump
        self.options = options
        self.dump_files = _file_sheets(dump)
        self.tokens_per_row = min(options.tokens_per_row, MAX_COLUMNS)
        self._gauges: dict[int, _Gauge] = {}
        # Most dumps have the same features in every probe: such a list is looked into once.
        alike: dict[int, list[int]] = {}
        for number, probe in enumerate(dump.probes):
            alike.setdefault(id(probe.features), []).append(number)
        self._places: dict[Feature, list[tuple[list[int], list[int]]]] = {}
        """Of each feature, for each such list that it is in: the probes with it, its rows in it."""
        for numbers in alike.values():
            rows: dict[Feature, list[int]] = {}
            for row, feature in enumerate(dump.probes[numbers[0]].features):
                rows.setdefault(feature, []).append(row)
            for feature, own in rows.items():
                self._places.setdefault(feature, []).append((numbers, own))
        self.known = list(self._places)
        """Every feature of the dump, once."""

    def gauge(self, number: int) -> _Gauge:
        """Measure probe `number`, once."""
        if number not in self._gauges:
            probe = self.dump.probes[number]
            tokens = read_tokens(probe.tokens, probe.byte_level)
            special = probe.special
            if special is None:
                special = np.array([token.is_bos for token in tokens])
            counted = ~special | self.options.include_bos
            probe_id = _name(probe.probe_id)
            file = f"{self.dump_files[probe.file].name} · " if len(self.dump_files) > 1 else ""
            self._gauges[number] = _Gauge(
                probe_id=probe_id,
                place=file + probe_id,
                prompt=readable(probe.prompt),
                tokens=tokens,
                counted=counted,
                maxima=core.max_over(probe.values, counted),
                minima=-core.max_over(-probe.values, counted),
            )
        return self._gauges[number]

    def probe(self, number: int) -> ProbeSheet:
        """Settle one probe."""
        gauge = self.gauge(number)
        order = core.rank_order(gauge.maxima)
        combined, *files = self.files(number, order)
        return ProbeSheet(
            number=number,
            file=self.dump.probes[number].file,
            probe_id=gauge.probe_id,
            prompt=gauge.prompt,
            tokens=gauge.tokens,
            matrix=replace(self.matrix(number, order), pngs=combined),
            rows=tuple(
                replace(self.feature(number, row, rank), pngs=own)
                for rank, (row, own) in enumerate(zip(order.tolist(), files, strict=False), 1)
            ),
        )

    def files(
        self, number: int, order: NDArray[np.intp] | None = None
    ) -> Iterator[tuple[str, ...]]:
        """Give the paths of a probe's PNGs: of the combined heatmap, then of each top feature."""
        folder, probe = f"probe_{number}", self.dump.probes[number]
        n_tokens = len(probe.tokens)
        blocks = -(-len(probe.features) // MATRIX_FEATURES) * -(-n_tokens // MATRIX_TOKENS)
        yield _part_names(f"{folder}/combined_heatmap", blocks + (blocks > 1), 0)
        if self.options.combined_only:
            return
        if order is None:
            order = core.rank_order(self.gauge(number).maxima)
        for rank, row in enumerate(order[: self.options.top_k].tolist(), 1):
            feature = probe.features[row]
            stem = f"{folder}/feature_{_safe(feature.source)}_{feature.index}_rank{rank}"
            yield _part_names(stem, self.strip_parts([n_tokens]), 1)

    def stacked_files(self, feature: Feature, stem: str) -> tuple[str, ...]:
        """Return the paths of the PNGs of a stacked heatmap."""
        lengths = [len(self.dump.probes[number].tokens) for number, _ in self.places(feature)]
        return _part_names(stem, self.strip_parts(lengths), 1)

    def strip_parts(self, lengths: Iterable[int]) -> int:
        """Return how many PNGs lines of so many tokens take."""
        rows = sum(-(-length // self.tokens_per_row) for length in lengths)
        return -(-rows // _strip_rows(self.tokens_per_row))

    def matrix(self, number: int, order: NDArray[np.intp]) -> MatrixSheet:
        """Settle the combined heatmap of one probe."""
        gauge = self.gauge(number)
        probe = self.dump.probes[number]
        values = probe.values[order]
        top = gauge.max_value
        shape = f"{count_of(len(order), 'feature')} × {count_of(len(gauge.tokens), 'token')}"
        return MatrixSheet(
            title=f"{gauge.place} · {shape} · max {short_number(top)} ({self.max_note([number])})",
            feature_ids=tuple(_name(probe.features[row].id) for row in order.tolist()),
            positions=order,
            tokens=gauge.tokens,
            shade=Shade.relative_to(values, top, gauge.min_value),
            max_value=top,
            min_value=gauge.min_value,
            left_out=self.left_out([number]),
            exceeded=bool((values > max(top, core.VISIBLE_ABOVE)).any()),
            negatives=self.options.negatives,
        )

    def feature(self, number: int, row: int, rank: int) -> StripSheet:
        """Settle one feature of one probe."""
        line = self.line(number, row)
        feature = self.dump.probes[number].features[row]
        maximum = f"max {short_number(line.max_value)} ({self.max_note([number])})"
        return self.strip(
            feature,
            title=f"{_name(feature.id)} · rank {rank} · {maximum}",
            subtitle=" · ".join(filter(None, (line.probe_id, self.explanation(feature)))),
            rank=rank,
            max_value=line.max_value,
            token_rows=(line,),
        )

    def places(self, feature: Feature) -> list[tuple[int, int]]:
        """Return where `feature` stands: number of the probe, row in it."""
        return sorted(
            (number, row)
            for numbers, rows in self._places[feature]
            for number in numbers
            for row in rows
        )

    def stacked(self, feature: Feature, shown: Container[int] | None = None) -> StripSheet:
        """Settle one feature: a line each time it stands in a probe, or in one of those `shown`.

        Colours are relative to its max in all probes of the dump, shown or not.
        """
        places = self.places(feature)
        limits = [self.limits(number, row) for number, row in places]
        high, low = max(high for high, _ in limits), min(low for _, low in limits)
        own = [self.line(*place) for place in places if shown is None or place[0] in shown]
        n_all = len({number for number, _ in places})
        n_shown = len({line.probe for line in own})
        probes = (
            count_of(n_all, "probe") if n_shown == n_all else f"{n_shown:,} of {n_all:,} probes"
        )
        # Where there are several models, a feature's id alone does not tell which it is.
        is_told = feature.model and len(self.dump.models) > 1
        model = f"{_name(feature.model or '')} · " if is_told else ""
        note = self.max_note(number for number, _ in places)
        return self.strip(
            feature,
            title=f"{model}{_name(feature.id)} · {probes} · max {short_number(high)} ({note})",
            subtitle=self.explanation(feature),
            rank=None,
            max_value=high,
            token_rows=tuple(
                replace(line, shade=Shade.relative_to(line.shade.values, high, low)) for line in own
            ),
        )

    def top_features(self, numbers: Sequence[int], elsewhere: Sequence[Feature]) -> list[Feature]:
        """Return each feature of some drawn probe's top rows, strongest first.

        There are none for one probe alone, where they would repeat its rows, and none of the
        features `elsewhere`, which the report shows over all probes anyway.
        """
        if len(numbers) < 2 or self.options.combined_only:
            return []
        found: dict[Feature, None] = {}
        for number in numbers:
            features = self.dump.probes[number].features
            order = core.rank_order(self.gauge(number).maxima)[: self.options.top_k]
            found.update(dict.fromkeys(features[row] for row in order.tolist()))
        highest = {
            feature: max(self.limits(*place)[0] for place in self.places(feature))
            for feature in found
            if feature not in elsewhere
        }
        return sorted(highest, key=lambda feature: -highest[feature])

    def count_elements(
        self, numbers: Sequence[int], wanted: Sequence[Feature], top: Sequence[Feature]
    ) -> int:
        """Return how many token spans and matrix cells a page of everything has."""
        probes = self.dump.probes
        lengths = [len(probe.tokens) for probe in probes]
        drawn = set(numbers)
        rows = 0 if self.options.combined_only else self.options.top_k
        count = sum((min(rows, len(f := probes[n].features)) + len(f)) * lengths[n] for n in drawn)
        count += sum(lengths[n] for feature in wanted for n, _ in self.places(feature))
        return count + sum(lengths[n] for f in top for n, _ in self.places(f) if n in drawn)

    def explanation(self, feature: Feature) -> str:
        """Return what a feature is about, empty if that is not known."""
        text = readable(" ".join(self.dump.explanations.get(feature, "").split()))
        return text if len(text) <= _LONGEST_EXPLANATION else text[:_LONGEST_EXPLANATION] + "…"

    def max_note(self, numbers: Iterable[int]) -> str:
        """Return which tokens the max of some probes is over, in the words of titles."""
        return "incl. BOS" if self.options.include_bos else f"excl. {self.left_out(numbers)}"

    def left_out(self, numbers: Iterable[int]) -> str:
        """Return which tokens the max of some probes leaves out, in words."""
        others = any(_has_other_specials(self.dump.probes[number]) for number in numbers)
        return "special tokens" if others else "BOS"

    def limits(self, number: int, row: int) -> tuple[float, float]:
        """Return max and minimum of row `row` of probe `number`."""
        gauge = self.gauge(number)
        return float(gauge.maxima[row]), float(gauge.minima[row])

    def line(self, number: int, row: int) -> TokenRow:
        """Return row `row` of probe `number`, coloured by its own max."""
        gauge = self.gauge(number)
        values = self.dump.probes[number].values[row]
        high, low = self.limits(number, row)
        return TokenRow(
            probe=number,
            row=row,
            probe_id=gauge.place,
            prompt=gauge.prompt,
            tokens=gauge.tokens,
            shade=Shade.relative_to(values, high, low),
            max_value=high,
            min_value=low,
            probe_max=gauge.max_value,
            top_position=int(np.where(gauge.counted, values, -np.inf).argmax()),
        )

    def strip(
        self,
        feature: Feature,
        *,
        title: str,
        subtitle: str,
        rank: int | None,
        max_value: float,
        token_rows: tuple[TokenRow, ...],
    ) -> StripSheet:
        """Fill in what every strip takes from the options."""
        return StripSheet(
            title=title,
            subtitle=subtitle,
            feature=feature,
            feature_id=_name(feature.id),
            rank=rank,
            max_value=max_value,
            token_rows=token_rows,
            explanation=self.explanation(feature),
            stacked=rank is None,
            tokens_per_row=self.tokens_per_row,
            show_values=self.options.values,
            negatives=self.options.negatives,
        )


def _has_other_specials(probe: Probe) -> bool:
    """Tell whether the tokenizer calls more tokens special than those known as BOS."""
    if probe.special is None:
        return False
    return not {probe.tokens[place] for place in np.flatnonzero(probe.special)} <= BOS_TOKENS


class _Names:
    """File names of one folder, unique also where case does not count."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def unique(self, stem: str, numbered: str = "-{}") -> str:
        """Return `stem`, numbered if it is taken."""
        name, number = stem, 2
        while name.casefold() in self.taken:
            name, number = stem + numbered.format(number), number + 1
        self.taken.add(name.casefold())
        return name


def _safe(text: str) -> str:
    """Return a stranger's text as part of a file name."""
    safe = re.sub(r"[^A-Za-z0-9._-]|\.(?=\.)", "_", text)
    return re.sub(r"^\.", "_", safe)[:_LONGEST_STEM] or "_"


def _strip_rows(tokens_per_row: int) -> int:
    """Return how many rows of tokens one PNG can have."""
    return max(1, min(STRIP_ROWS, STRIP_CELLS // tokens_per_row))


def _part_names(stem: str, count: int, first: int) -> tuple[str, ...]:
    """Return the names of `count` PNGs; the first has no number, the next has `first` + 1."""
    others = (f"{stem}_part{number}.png" for number in range(first + 1, first + count))
    return (f"{stem}.png", *others)


def _strongest(array: NDArray[np.float64], rows: int, columns: int) -> NDArray[np.float64]:
    """Return the value farthest from zero in each block of `rows` × `columns`."""
    tops = np.arange(0, array.shape[0], rows)
    lefts = np.arange(0, array.shape[1], columns)
    high = np.maximum.reduceat(np.maximum.reduceat(array, tops, axis=0), lefts, axis=1)
    low = np.minimum.reduceat(np.minimum.reduceat(array, tops, axis=0), lefts, axis=1)
    return np.where(-low > high, low, high)
