"""Growth by doubling: twice the work may take 2.3 times as long, for what should be linear."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from make_dump import write_dump

from reportgen import build_report, page, png, read_dump
from reportgen.sheets import MatrixSheet, Options, ReportSheet, StripSheet, settle

MOST = 2.3
REPEATS = 3

Work = Callable[[], object]


@dataclass(frozen=True)
class Doubling:
    """One thing that is doubled."""

    what: str
    n: int
    prepare: Callable[[Path, int], Work]
    """Makes the work of a size, in a folder of its own."""

    def times(self, folder: Path) -> tuple[float, float]:
        """Return the CPU seconds that n and 2n take: the best of some turns, taken in turn."""
        works = []
        for size in (self.n, 2 * self.n):
            own = folder / f"{self.prepare.__name__}_{size}"
            own.mkdir()
            works.append(self.prepare(own, size))
        works[0]()  # fonts and caches
        turns = [tuple(map(_seconds, works)) for _ in range(REPEATS)]
        once, twice = map(min, zip(*turns, strict=True))
        return once, twice


def _seconds(work: Work) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _settled(folder: Path, features: int, tokens: int) -> ReportSheet:
    """Settle a dump of one probe."""
    dump = write_dump(folder / "dump.json", 1, features, tokens)
    return settle(read_dump(dump), Options(top_k=1))


def _drawing(sheet: StripSheet | MatrixSheet) -> Work:
    """Return the drawing of every PNG of a sheet as work."""
    return lambda: [len(png.render(drawing.sheet)) for drawing in sheet.drawings()]


def tokens_of_a_strip(folder: Path, size: int) -> Work:
    """Draw the strongest of ten features."""
    return _drawing(_settled(folder, 10, size).probes[0].rows[0])


def features_of_a_matrix(folder: Path, size: int) -> Work:
    """Draw a combined heatmap of 32 tokens."""
    return _drawing(_settled(folder, size, 32).probes[0].matrix)


def rows_of_a_page(folder: Path, size: int) -> Work:
    """Settle and render a page of one probe, all features by themselves too."""
    dump = read_dump(write_dump(folder / "dump.json", 1, size, 64))
    return lambda: page.render(settle(dump, Options(top_k=size)))


def probes(folder: Path, size: int) -> Work:
    """Write whole reports of 20 features × 16 tokens."""
    dump = write_dump(folder / "dump.json", size, 20, 16)
    return lambda: build_report(dump, folder / "report", probe_indexes=None, top_k=3)


DOUBLINGS = (
    Doubling("tokens of one strip", 2000, tokens_of_a_strip),
    Doubling("features of one matrix", 500, features_of_a_matrix),
    Doubling("rows of one page", 200, rows_of_a_page),
    Doubling("probes", 50, probes),
)


def check(folder: Path) -> bool:
    """Print a table of all doublings; tell whether all are as they should be."""
    print(f"| what is doubled | n | CPU s | 2n: CPU s | times (≤ {MOST}) | met |")
    print("|---|---|---|---|---|---|")
    all_met = True
    for doubling in DOUBLINGS:
        once, twice = doubling.times(folder)
        met = twice <= MOST * once
        all_met &= met
        cells = [doubling.what, f"{doubling.n:,}", f"{once:.3f}", f"{twice:.3f}"]
        print("|", " | ".join([*cells, f"{twice / once:.2f}", "yes" if met else "**no**"]), "|")
    return all_met
