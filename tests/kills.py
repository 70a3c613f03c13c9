"""Kill runs over an older report at random moments: `python tests/kills.py [HOW_MANY]`.

After each kill every file has to be whole, every link of every page alive, and `report.json` has to
tell which run each file belongs to; and the next run has to repair what is left. Every second run
is killed over what the killed one before it left. As many runs are then ended by Ctrl-C or SIGHUP,
half of them with more of it while they undo what they did; that has to leave the older report as it
was.
"""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from dumps import DALLAS

from reportgen.cli import main

Contents = dict[str, str]

OLD = [str(DALLAS), "--all-probes", "-k", "4", "--feature-id", "17", "-q"]
NEW = [str(DALLAS), "-k", "6", "--probe-index", "1", "--probe-index", "3", "--theme", "dark", "-q"]
ENDING = (signal.SIGINT, signal.SIGHUP)


class Links(HTMLParser):
    """The files that a page links."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what the element refers to."""
        for key, value in attrs:
            if key in ("href", "src") and value and not value.startswith(("#", "https:", "data:")):
                self.found.add(unquote(value))


def run(arguments: list[str], out: Path) -> None:
    """Make a report."""
    main([*arguments, "-o", str(out)], standalone_mode=False)


def contents(out: Path) -> Contents:
    """Return the hash of every file."""
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*")
        if path.is_file()
    }


def check(out: Path, reports: list[Contents]) -> bool:
    """Hold what a killed run left to what was promised; tell whether it is one whole report."""
    found = contents(out)
    for page in out.rglob("*.html"):
        for link in Links(page).found:
            assert (page.parent / link).is_file(), f"{page}: a dead link to {link}"
    manifest = json.loads((out / "report.json").read_bytes())
    runs = [run["files"] for run in [manifest, *manifest.get("earlier", [])]]
    del found["report.json"]
    for name, digest in found.items():
        assert digest in [report.get(name) for report in reports], f"{name} is of neither run"
        assert digest in [files.get(name) for files in runs], f"{name} is of no run that is told"
    assert all(any(run.items() <= report.items() for report in reports) for run in runs)
    return "earlier" not in manifest and found == runs[0]


def kill(how_many: int, seed: int = 0) -> tuple[int, int]:
    """Kill so many runs; return how many had not ended before, and how many were in their moves."""
    rng = random.Random(seed)
    killed = within = 0
    with tempfile.TemporaryDirectory() as folder:
        out, other = Path(folder) / "out", Path(folder) / "other"
        run(NEW, other)
        run(OLD, out)
        reports = [contents(out), contents(other)]
        command = [sys.executable, "-m", "reportgen", "-j", "1", "-o", str(out)]
        lengths = [_seconds([*command, *arguments]) for arguments in (OLD, NEW)]
        for number in range(how_many):
            over_a_whole_report = number % 2 == 0
            if over_a_whole_report:
                run(OLD, out)
                assert contents(out) == reports[0]
            process = subprocess.Popen([*command, *(NEW if over_a_whole_report else OLD)])
            if rng.random() < 0.5:
                time.sleep(lengths[over_a_whole_report] * rng.random())
            else:
                _wait_for_moves(out, process)
                time.sleep(0.004 * rng.random())
            killed += process.poll() is None
            process.kill()
            process.wait()
            within += not check(out, reports)
        run(NEW, out)
        assert contents(out) == reports[1]
        assert {path.name for path in Path(folder).iterdir()} == {"out", "other"}
    return killed, within


def interrupt(how_many: int, seed: int = 0) -> int:
    """End so many runs by signals; return how many left the older report as it was."""
    rng = random.Random(seed)
    interrupted = 0
    with tempfile.TemporaryDirectory() as folder, _heeding_signals():
        out = Path(folder) / "out"
        command = [sys.executable, "-m", "reportgen", *NEW, "-o", str(out)]
        length = _seconds(command)
        reports = [contents(out)]
        run(OLD, out)
        reports.append(contents(out))
        for number in range(how_many):
            run(OLD, out)
            process = subprocess.Popen(
                [*command, "-j", str(1 + number % 2)],
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
            time.sleep(length * rng.random())
            if number % 4 > 1:
                _wait_for_moves(out, process)
            for _ in range(rng.choice((1, 4))):
                _signal(process, rng.choice(ENDING))
                time.sleep(0.002 * rng.random())
            _, said = process.communicate(timeout=20)
            _check_said(said, process.returncode)
            assert contents(out) in reports, "neither the old report nor the new one"
            interrupted += contents(out) == reports[1]
            assert [path.name for path in Path(folder).iterdir()] == ["out"]
    return interrupted


@contextmanager
def _heeding_signals() -> Iterator[None]:
    """Have runs heed signals that this process, in the background or under nohup, ignores."""
    usual = {number: signal.signal(number, signal.SIG_DFL) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)


def _signal(process: "subprocess.Popen[Any]", number: signal.Signals) -> None:
    """Send a signal to a run and to the processes that draw for it, as a terminal does."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _check_said(said: str, status: int) -> None:
    """Hold what an interrupted run says to what it may say."""
    lines = [line for line in said.splitlines() if line]
    undone = [
        line for line in lines if line.startswith("Interrupted: restoring what was there before")
    ]
    # (while Python is on its way up, or down, Ctrl-C is its own matter)
    assert lines in ([], ["Aborted!"], [*undone, "Aborted!"]) or "in invoke" not in said, said
    assert len(undone) <= 1, said
    assert status != 0 or not said, said


def _wait_for_moves(out: Path, process: "subprocess.Popen[Any]") -> None:
    """Wait until a run begins to move its files in: what it does then is over in no time."""
    path = out / "report.json"
    before = path.stat().st_ino
    while process.poll() is None and path.stat().st_ino == before:
        time.sleep(0.0002)


def _seconds(command: list[str]) -> float:
    """Return how long a command takes."""
    started = time.monotonic()
    subprocess.run(command, check=True)
    return time.monotonic() - started


if __name__ == "__main__":
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    killed, within = kill(many)
    print(
        f"{killed} of {many} runs were killed before their end, {within} of them in their moves; "
        "nothing was half"
    )
    print(
        f"{interrupt(many)} of {many} runs left the old report at Ctrl-C or SIGHUP, "
        "and the others a new one"
    )
