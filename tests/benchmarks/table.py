"""The table of speed and size: `python tests/benchmarks/table.py`.

Each line of it is some work, done by `reportgen` and, where that can be compared, by a plain pyplot
script (`pyplot_script.py`, or any other by `--baseline`); both from a cold start, as processes of
their own, one after the other. What has to be reached is in the table, and the exit status is 1
where it is not. Linux only: memory is read from `/proc`.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from measure import Measured, run

# Nothing large may be imported here: a new process counts its parent's memory as its own.

HERE = Path(__file__).resolve().parent
DALLAS = HERE.parents[1] / "output" / "examples" / "Dallas" / "activations_dump.json"
TOP = "10"
GROWTH = 2.3
"""How many times as long twice as much may take."""


@dataclass(frozen=True)
class Reach:
    """One number and what it has to be."""

    what: str
    unit: str
    bound: float
    found: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.found >= self.bound if self.at_least else self.found < self.bound

    @property
    def wanted(self) -> str:
        return f"{self.what} {'≥' if self.at_least else '<'} {self.bound:g}{self.unit}"

    @property
    def reached(self) -> str:
        return f"{_short(self.found)}{self.unit}"


@dataclass(frozen=True)
class Result:
    """What a row has measured."""

    ours: Measured | None
    reaches: tuple[Reach, ...]
    baseline: Measured | None = None
    work: str = ""
    """What was done, where that is not what the row says."""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    """For `--only`."""
    work: str
    measure: Callable[["Bench"], Result]


@dataclass
class Bench:
    """Where and how everything is measured."""

    folder: Path
    runs: int
    baseline: Path
    dump: Path
    quick: bool

    def synthetic(self, probes: int, features: int, tokens: int) -> Path:
        """Return a synthetic dump, written when it is first asked for."""
        path = self.folder / f"{probes}x{features}x{tokens}.json"
        if not path.exists():
            self.script("make_dump.py", path, *map(str, (probes, features, tokens)))
        return path

    def script(self, name: str, *arguments: str | Path) -> tuple[Measured, str]:
        """Run one of the scripts beside this one."""
        return run([sys.executable, HERE / name, *arguments], self.folder)

    def ours(self, dump: Path, *options: str) -> Measured:
        """Let reportgen write a report, into a new directory each time."""
        with self._directory() as out:
            command = [sys.executable, "-m", "reportgen", str(dump), "-o", out, "--quiet"]
            return run([*command, *options], self.folder)[0]

    def pyplot(self, dump: Path, *arguments: str) -> Measured:
        """Let the baseline draw a dump."""
        with self._directory() as out:
            return run([sys.executable, self.baseline, dump, out, *arguments], self.folder)[0]

    def compared(
        self, dump: Path, options: Sequence[str], arguments: Sequence[str]
    ) -> tuple[Measured, Measured]:
        """Return the baseline and ours, measured in turn."""
        baseline = ours = None
        for _ in range(self.runs):
            baseline = self.pyplot(dump, *arguments).best(baseline)
            ours = self.ours(dump, *options).best(ours)
        assert baseline
        assert ours
        return baseline, ours

    def warm_up(self) -> None:
        """Have files read and caches of fonts and byte code written, for both sides alike."""
        small = self.synthetic(1, 2, 4)
        self.pyplot(small)
        self.ours(small)

    def _directory(self) -> tempfile.TemporaryDirectory[str]:
        """Return a directory to write to that is removed after."""
        return tempfile.TemporaryDirectory(dir=self.folder)


# --- the rows -----------------------------------------------------------------------------------


def real_dump(bench: Bench) -> Result:
    """All probes of a real dump."""
    baseline, ours = bench.compared(bench.dump, ["--all-probes", "-k", TOP], [TOP])
    return Result(ours, (_faster(6, baseline, ours),), baseline)


def synthetic_dump(bench: Bench) -> Result:
    """All probes of a synthetic dump."""
    dump = bench.synthetic(40, 60, 16)
    baseline, ours = bench.compared(dump, ["--all-probes", "-k", TOP], [TOP])
    less = Reach("CPU", "×", 7, baseline.cpu / ours.cpu, at_least=True)
    return Result(ours, (_faster(12, baseline, ours), less), baseline)


def one_probe(bench: Bench) -> Result:
    """The first probe, as it is without options."""
    baseline, ours = bench.compared(bench.synthetic(40, 60, 16), [], [TOP, "0"])
    return Result(ours, (_faster(2, baseline, ours),), baseline)


def large_matrix(bench: Bench) -> Result:
    """A matrix that pyplot cannot draw in 24 GB."""
    dump = bench.synthetic(1, 3000, 64)
    ours = _best(bench.ours(dump, "--combined-only") for _ in range(bench.runs))
    return Result(ours, (Reach("wall", " s", 3, ours.wall), Reach("peak", " MB", 400, ours.peak)))


def page_of(top_k: str, values: str, seconds: float, megabytes: float) -> Callable[[Bench], Result]:
    """Return the measuring of one large page, made without PNGs."""

    def measure(bench: Bench) -> Result:
        path = bench.folder / f"page_{top_k}.html"
        dump = bench.synthetic(1, 1000, 256)
        taken = [
            float(bench.script("render_page.py", dump, path, top_k, values)[1])
            for _ in range(bench.runs)
        ]
        size = path.stat().st_size / 1e6
        reaches = Reach("made", " s", seconds, min(taken)), Reach("size", " MB", megabytes, size)
        return Result(None, reaches)

    return measure


def visit_of(top_k: str, values: str, seconds: float) -> Callable[[Bench], Result]:
    """Return the measuring of that page in a browser."""

    def measure(bench: Bench) -> Result:
        path = bench.folder / f"page_{top_k}.html"
        if not path.exists():
            bench.script("render_page.py", bench.synthetic(1, 1000, 256), path, top_k, values)
        visits = [bench.script("scroll_page.py", path)[1].split() for _ in range(bench.runs)]
        loads, tasks = (list(map(float, numbers)) for numbers in zip(*visits, strict=True))
        # The best load, as of all times; but no visit may have a long task.
        longest = Reach("longest task", " ms", 200, max(tasks))
        reaches = Reach("load", " s", seconds, min(loads)), longest
        return Result(None, reaches)

    return measure


def many_probes(bench: Bench) -> Result:
    """A corpus, and half of it."""
    most = 400 if bench.quick else 2000
    half, whole = (
        _best(bench.ours(dump, "--all-probes", "-k", TOP) for _ in range(bench.runs))
        for dump in (bench.synthetic(count, 60, 16) for count in (most // 2, most))
    )
    growth = Reach("twice the probes", "×", GROWTH, whole.wall / half.wall)
    work = f"{most:,} × 60 × 16, all probes" + (" (quick)" if bench.quick else "")
    return Result(whole, (Reach("peak", " MB", 600, whole.peak), growth), work=work)


def _faster(times: float, baseline: Measured, ours: Measured) -> Reach:
    return Reach("wall", "×", times, baseline.wall / ours.wall, at_least=True)


def _best(runs: Iterator[Measured]) -> Measured:
    """Return the best of some runs."""
    best = next(runs)
    for measured in runs:
        best = measured.best(best)
    return best


ROWS = (
    Row("real", "a real dump, all probes", real_dump),
    Row("synthetic", "40 × 60 × 16, all probes (440 PNGs)", synthetic_dump),
    Row("probe", "one probe of it, default options", one_probe),
    Row("matrix", "3,000 × 64, `--combined-only`", large_matrix),
    Row("page", "page of 1,000 × 256, 1,000 rows", page_of("1000", "bare", 1.5, 11)),
    Row("page10", "the same, 10 rows", page_of("10", "values", 0.6, 2.5)),
    Row("visit", "1,000 rows in Chromium", visit_of("1000", "bare", 1.5)),
    Row("visit10", "10 rows in Chromium", visit_of("10", "values", 0.4)),
    Row("probes", "2,000 × 60 × 16, all probes", many_probes),
)


# --- the table ----------------------------------------------------------------------------------

_HEADS = "work | baseline s | MB | ours s | CPU s | peak MB | ratio | reach | reached | met"


def print_table(bench: Bench, rows: Sequence[Row]) -> bool:
    """Measure and print row by row; tell whether everything is reached."""
    print(f"| {_HEADS} |")
    print("|---" * len(_HEADS.split("|")) + "|", flush=True)
    all_met = True
    for row in rows:
        result = row.measure(bench)
        print(f"| {' | '.join(_cells(row, result))} |", flush=True)
        all_met &= all(reach.met for reach in result.reaches)
    return all_met


def _cells(row: Row, result: Result) -> list[str]:
    """Return a line of the table."""
    baseline, ours, reaches = result.baseline, result.ours, result.reaches
    missed = [reach.what for reach in reaches if not reach.met]
    return [
        result.work or row.work,
        *([_short(baseline.wall), f"{baseline.peak:.0f}"] if baseline else ["–", "–"]),
        *([_short(ours.wall), _short(ours.cpu), f"{ours.peak:.0f}"] if ours else ["–"] * 3),
        f"{baseline.wall / ours.wall:.1f}×" if baseline and ours else "–",
        ", ".join(reach.wanted for reach in reaches),
        ", ".join(reach.reached for reach in reaches),
        f"**no: {', '.join(missed)}**" if missed else "yes",
    ]


def _short(number: float) -> str:
    """Return a number with what matters of it."""
    return f"{number:.2f}" if number < 10 else f"{number:.1f}" if number < 100 else f"{number:.0f}"


def _arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1, help="how often; the best time counts")
    parser.add_argument(
        "--only", action="append", choices=[row.name for row in ROWS], help="may be repeated"
    )
    parser.add_argument(
        "--baseline",
        type=Path,
        default=HERE / "pyplot_script.py",
        help="a script that takes DUMP OUT [K [PROBE]]",
    )
    parser.add_argument("--dump", type=Path, default=DALLAS, help="the real dump of the first row")
    parser.add_argument("--quick", action="store_true", help="400 probes in place of 2,000")
    parser.add_argument("--doubling", action="store_true", help="check growth instead")
    return parser.parse_args()


def main() -> int:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="reportgen-bench-") as name:
        folder = Path(name)
        if arguments.doubling:
            from growth import check

            return 0 if check(folder) else 1
        bench = Bench(
            folder,
            max(1, arguments.runs),
            arguments.baseline.resolve(),
            arguments.dump.resolve(),
            arguments.quick,
        )
        bench.warm_up()
        rows = [row for row in ROWS if not arguments.only or row.name in arguments.only]
        return 0 if print_table(bench, rows) else 1


if __name__ == "__main__":
    sys.exit(main())
