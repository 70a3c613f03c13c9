"""From a dump to a report: what is drawn, in which order, with all its numbers and names."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from reportgen.dumps import Dump, Probe
from reportgen.options import Options
from reportgen.sheets.choose import chosen_features, chosen_probes
from reportgen.sheets.extent import Extents
from reportgen.sheets.names import max_note, report_title
from reportgen.sheets.report import DumpFileSheet, ReportSheet, Settled
from reportgen.sheets.settler import Settler
from reportgen.sheets.strip import StripSheet
from reportgen.tokens import readable
from reportgen.words import some_of

__all__ = ["settle", "top_rows"]

KEPT_ROWS = 8192
"""Token rows that the kept sheets of the by-feature view have at most, if it is more than one."""

MOST_BY_FEATURE = 100
"""Features of the by-feature view, unless `top_k` is more. Probes often have different ones on top,
and each has a row in every probe: without a bound, twice the probes make four times the rows."""


def settle(dump: Dump, options: Options) -> ReportSheet:
    """Return the report of `dump`: what is drawn, in which order, with all its numbers.

    Sheets are settled when they are asked for, and not kept for long: a dump may have more probes
    than there is room for sheets.

    Raises `InputError` for a probe index or a feature id that the dump does not have.
    """
    numbers = chosen_probes(dump, options)
    settler = Settler(dump, options)
    measures = settler.measures
    wanted = chosen_features(dump, measures.known, options.feature_ids)
    every_top = settler.top_features(numbers, set(wanted))
    top = every_top[: max(MOST_BY_FEATURE, options.top_k)]
    stacked = settler.stacked_parts(wanted)
    shown, kept = frozenset(numbers), max(1, KEPT_ROWS // len(numbers))
    of_probes = (settler.parts(number) for number in numbers)
    drawn = (part for parts in (*of_probes, *stacked.values()) for part in parts)
    return ReportSheet(
        title=report_title(dump, options.title),
        models=tuple(map(readable, dump.models)),
        source_sets=tuple(map(readable, dump.source_sets)),
        dump_files=_file_sheets(dump, measures.file_names),
        n_probes=len(dump.probes),
        n_features=len(measures.known),
        pngs=tuple(part.path for part in drawn),
        extents=partial(Extents(measures, options).of_report, numbers, wanted, top),
        probes=Settled(numbers, settler.probe),
        stacked=Settled(wanted, lambda one: replace(settler.stacked(one), parts=stacked[one])),
        by_feature=Settled(top, lambda one: settler.stacked(one, shown), kept=kept),
        n_top_features=len(every_top),
        max_note=max_note(options.include_bos),
        state=measures.state,
        has_bos=measures.has_bos(numbers),
        negatives=measures.negatives(numbers),
        options=options,
    )


def top_rows(dump: Dump, number: int, options: Options) -> tuple[StripSheet, ...]:
    """Return the top features of probe `number` by rank, without anything else of a report."""
    settler = Settler(dump, options)
    return tuple(settler.feature(number, rank) for rank in settler.ranks(number))


def _file_sheets(dump: Dump, names: Sequence[str]) -> tuple[DumpFileSheet, ...]:
    """Return the files of a dump under their `names`."""
    probes: list[list[Probe]] = [[] for _ in dump.files]
    for probe in dump.probes:
        probes[probe.file].append(probe)
    return tuple(
        DumpFileSheet(
            name=name,
            kind=file.kind,
            models=some_of(tuple(map(readable, Dump((file,), tuple(own)).models))),
            n_probes=len(own),
        )
        for name, file, own in zip(names, dump.files, probes, strict=True)
    )
