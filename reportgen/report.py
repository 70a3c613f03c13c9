"""From a dump to a report: gather, settle, draw, write."""

import os
import platform
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from reportgen.dump import Dump, read_dump
from reportgen.errors import InputError
from reportgen.publish import INDEX, Publication
from reportgen.sheets import Drawing, Options, ReportSheet, StripSheet, settle

__all__ = ["DEFAULT_DIRECTORY", "Written", "build_report"]

DEFAULT_DIRECTORY = Path("output") / "activation_heatmaps"
"""Where reports go when no directory is named."""

Progress = Callable[[list[Drawing]], AbstractContextManager[Iterable[Drawing]]]


@dataclass(frozen=True)
class Written:
    """What a run has written."""

    directory: Path
    index: Path
    """The page to open."""
    pngs: tuple[Path, ...]
    n_probes: int
    """Probes in the dump."""
    drawn_probes: int


def build_report(
    dump: Dump | str | os.PathLike[str],
    output_dir: str | os.PathLike[str] = DEFAULT_DIRECTORY,
    *,
    overwrite: bool = False,
    progress: Progress = nullcontext,
    **options: Any,
) -> Written:
    """Write a report of `dump`, a `Dump` or the path of one, into `output_dir`.

    `options` are those of the command line under the names of `Options`: `top_k`, `probe_indexes`
    (None for all), `tokens_per_row`, `values`, `combined_only`, `feature_ids`, `include_bos`,
    `negatives`, `theme`, `title`. `progress` may wrap the list of drawings in a context manager
    that iterates over it. An earlier report in the directory is replaced as a whole; other files
    are let be unless `overwrite` is true.

    Raises `InputError` for what is wrong with the dump or the options, and `MachineError` when the
    report cannot be written; in both cases the directory is as it was.
    """
    chosen = _checked(Options(**options))
    if not isinstance(dump, Dump):
        dump = read_dump(dump)
    report = settle(dump, chosen)
    with Publication(Path(output_dir), overwrite=overwrite) as publication:
        drawn = _draw(report, publication, progress)
        from reportgen import page

        publication.add(INDEX, page.render(report).encode())
        publication.publish(_facts(dump, report))
    directory = Path(output_dir)
    return Written(
        directory,
        directory / INDEX,
        tuple(directory / file for file in drawn),
        len(dump.probes),
        len(report.probes),
    )


def _checked(options: Options) -> Options:
    """Return `options`, or raise for a value that makes no sense."""
    if options.top_k < 0:
        raise InputError(f"top_k is {options.top_k}; expected 0 or more")
    if options.tokens_per_row < 1:
        raise InputError(f"tokens_per_row is {options.tokens_per_row}; expected 1 or more")
    if options.theme not in ("light", "dark"):
        raise InputError(f"theme is '{options.theme}'; expected 'light' or 'dark'")
    return options


def _draw(report: ReportSheet, publication: Publication, progress: Progress) -> list[str]:
    """Draw every PNG into `publication`; return their names."""
    from reportgen import png

    drawings = list(report.drawings())
    with progress(drawings) as shown:
        for drawing in shown:
            publication.add(drawing.file, png.render(drawing.sheet, report.options.theme))
    return [drawing.file for drawing in drawings]


def _facts(dump: Dump, report: ReportSheet) -> dict[str, Any]:
    """Return what the manifest tells of a report, apart from its files."""
    return {
        "tool": {"name": "reportgen", "version": version("activation-reportgen")},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("matplotlib", "numpy", "jinja2")},
        },
        "title": report.title,
        "dump": {"name": dump.name, "sha256": dump.sha256, "probes": len(dump.probes)},
        "options": asdict(report.options),
        "probes": [
            {
                "probe": probe.number,
                "probe_id": probe.probe_id,
                "max": probe.matrix.max_value,
                "combined": list(probe.matrix.files),
                "features": [_feature_facts(row) for row in probe.rows],
            }
            for probe in report.probes
        ],
        "stacked": [_feature_facts(sheet) for sheet in report.stacked],
    }


def _feature_facts(sheet: StripSheet) -> dict[str, Any]:
    """Return what the manifest tells of one drawn feature."""
    facts: dict[str, Any] = {"feature": sheet.feature_id, "max": sheet.max_value}
    if sheet.rank is not None:
        facts["rank"] = sheet.rank
    return {**facts, "files": list(sheet.files)}
