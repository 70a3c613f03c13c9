"""Makes the sheets of one dump."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np

from reportgen import core, paths
from reportgen.dumps import Dump, Feature
from reportgen.options import Options
from reportgen.sheets.matrix import MatrixSheet
from reportgen.sheets.measure import Measures
from reportgen.sheets.names import explanation_text, shown_name
from reportgen.sheets.parts import MatrixPart, StripPart, columns_of, matrix_parts, strip_parts
from reportgen.sheets.report import ProbeSheet
from reportgen.sheets.shade import Shade
from reportgen.sheets.strip import StripSheet, TokenRow
from reportgen.words import count_of, short_number

__all__ = ["Settler"]


class Settler:
    """Makes the sheets of one dump."""

    def __init__(self, dump: Dump, options: Options) -> None:
        self.dump = dump
        self.options = options
        self.measures = Measures(dump, options.include_bos)
        self.columns = columns_of(options.tokens_per_row)
        self._explanations: dict[Feature, str] = {}

    def ranks(self, number: int) -> range:
        """Return the ranks of the features of probe `number` that are drawn by themselves."""
        return range(1, 1 + min(self.options.top_k, len(self.dump.probes[number].features)))

    def parts(self, number: int) -> Iterator[MatrixPart | StripPart]:
        """Give the PNGs of probe `number`."""
        yield from self.combined_parts(number)
        yield from (part for parts in self.row_parts(number) for part in parts)

    def combined_parts(self, number: int) -> tuple[MatrixPart, ...]:
        """Return the PNGs of a combined heatmap."""
        probe = self.dump.probes[number]
        stem = paths.combined_stem(number)
        return matrix_parts(stem, len(probe.features), len(probe.tokens))

    def row_parts(self, number: int) -> Iterator[tuple[StripPart, ...]]:
        """Give the PNGs of each top feature of probe `number`, by rank."""
        if self.options.combined_only:
            return
        probe, order = self.dump.probes[number], self.measures.gauge(number).order
        for rank in self.ranks(number):
            feature = probe.features[order[rank - 1]]
            stem = paths.feature_stem(number, feature.source, feature.index, rank)
            yield strip_parts(stem, [len(probe.tokens)], self.columns)

    def stacked_parts(self, features: Sequence[Feature]) -> dict[Feature, tuple[StripPart, ...]]:
        """Return the PNGs of the stacked heatmaps of `features`."""
        names = paths.UniqueNames()
        found = {}
        for feature in features:
            stem = names.unique(paths.stacked_stem(feature.source, feature.index))
            places = self.measures.places(feature)
            lengths = [len(self.dump.probes[number].tokens) for number, _ in places]
            found[feature] = strip_parts(stem, lengths, self.columns)
        return found

    def probe(self, number: int) -> ProbeSheet:
        """Settle one probe."""
        gauge = self.measures.gauge(number)
        return ProbeSheet(
            number=number,
            file=self.dump.probes[number].file,
            probe_id=gauge.probe_id,
            prompt=gauge.prompt,
            tokens=gauge.tokens,
            matrix=self.matrix(number),
            rows=tuple(
                replace(self.feature(number, rank), parts=parts)
                for rank, parts in enumerate(self.row_parts(number), 1)
            ),
        )

    def matrix(self, number: int) -> MatrixSheet:
        """Settle the combined heatmap of one probe."""
        gauge = self.measures.gauge(number)
        probe = self.dump.probes[number]
        values = probe.values[gauge.order]
        high = gauge.max_value
        shade = Shade.relative_to(values, high, gauge.min_value)
        shape = f"{count_of(len(values), 'feature')} × {count_of(len(gauge.tokens), 'token')}"
        note = self.measures.max_note([number])
        return MatrixSheet(
            title=f"{gauge.place} · {shape} · max {short_number(high)} ({note})",
            feature_ids=tuple(shown_name(probe.features[row].id) for row in gauge.order.tolist()),
            positions=gauge.order,
            lit=np.any(shade.opacity > 0, axis=1),
            tokens=gauge.tokens,
            shade=shade,
            max_value=high,
            min_value=gauge.min_value,
            left_out=self.measures.left_out([number]),
            exceeded=bool((values > max(high, core.VISIBLE_ABOVE)).any()),
            negatives=self.options.negatives,
            parts=self.combined_parts(number),
        )

    def feature(self, number: int, rank: int) -> StripSheet:
        """Settle the feature of this rank in one probe."""
        row = int(self.measures.gauge(number).order[rank - 1])
        token_row = self.token_row(number, row)
        feature = self.dump.probes[number].features[row]
        maximum = f"max {short_number(token_row.max_value)} ({self.measures.max_note([number])})"
        sheet = self.strip(feature, f"rank {rank} · {maximum}", token_row.max_value, (token_row,))
        about = " · ".join(filter(None, (token_row.probe_id, sheet.explanation)))
        return replace(sheet, subtitle=about, rank=rank, stacked=False)

    def stacked(self, feature: Feature, shown: Collection[int] | None = None) -> StripSheet:
        """Settle one feature: a row each time it is in a probe, or in one of those `shown`.

        Colours are relative to its max in all probes of the dump, shown or not.
        """
        places = self.measures.places(feature)
        limits = [self.measures.limits(number, row) for number, row in places]
        high, low = max(high for high, _ in limits), min(low for _, low in limits)
        rows = [self.token_row(*place) for place in places if shown is None or place[0] in shown]
        n_all = len({number for number, _ in places})
        n_shown = len({row.probe for row in rows})
        probes = (
            count_of(n_all, "probe") if n_shown == n_all else f"{n_shown:,} of {n_all:,} probes"
        )
        note = self.measures.max_note(number for number, _ in places)
        sheet = self.strip(
            feature,
            f"{probes} · max {short_number(high)} ({note})",
            high,
            tuple(
                replace(row, shade=Shade.relative_to(row.shade.values, high, low)) for row in rows
            ),
        )
        # Where there are several models, a feature's id alone does not tell which it is.
        is_told = feature.model and len(self.dump.models) > 1
        model = f"{shown_name(feature.model or '')} · " if is_told else ""
        return replace(sheet, title=model + sheet.title)

    def strip(
        self,
        feature: Feature,
        about: str,
        max_value: float,
        token_rows: tuple[TokenRow, ...],
    ) -> StripSheet:
        """Return a sheet of `token_rows`, titled with the feature's id and `about`."""
        feature_id = shown_name(feature.id)
        explanation = self.explanation(feature)
        return StripSheet(
            title=f"{feature_id} · {about}",
            subtitle=explanation,
            feature=feature,
            feature_id=feature_id,
            rank=None,
            max_value=max_value,
            token_rows=token_rows,
            explanation=explanation,
            stacked=True,
            tokens_per_row=self.columns,
            show_values=self.options.values,
            negatives=self.options.negatives,
        )

    def token_row(self, number: int, row: int) -> TokenRow:
        """Return row `row` of probe `number`, coloured by its own max."""
        gauge = self.measures.gauge(number)
        values = self.dump.probes[number].values[row]
        high, low = self.measures.limits(number, row)
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

    def explanation(self, feature: Feature) -> str:
        """Return what a feature is about, empty if that is not known."""
        if feature not in self._explanations:
            told = self.dump.explanations.get(feature, "")
            self._explanations[feature] = explanation_text(told)
        return self._explanations[feature]

    def top_features(self, numbers: Sequence[int], elsewhere: Collection[Feature]) -> list[Feature]:
        """Return each feature of some drawn probe's top rows, strongest first.

        There are none for one probe alone, where they would repeat its rows, and none of the
        features `elsewhere`, which the report shows over all probes anyway.
        """
        if len(numbers) < 2 or self.options.combined_only:
            return []
        found: dict[Feature, None] = {}
        for number in numbers:
            features = self.dump.probes[number].features
            order = self.measures.gauge(number).order[: self.options.top_k]
            found.update(dict.fromkeys(features[row] for row in order.tolist()))
        highest = {
            feature: max(self.measures.limits(*p)[0] for p in self.measures.places(feature))
            for feature in found
            if feature not in elsewhere
        }
        return sorted(highest, key=lambda feature: -highest[feature])
