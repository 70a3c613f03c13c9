"""Kill runs over an older report at random moments: `python tests/kills.py [HOW_MANY]`.

After each kill every file has to be whole and every link of the page alive, and the next run has to
repair what is left.
"""

import hashlib
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import unquote

from dumps import DALLAS

from reportgen.cli import main

OLD = [str(DALLAS), "--all-probes", "-k", "4", "--feature-id", "17", "-q"]
NEW = [str(DALLAS), "-k", "6", "--probe-index", "1", "--probe-index", "3", "--theme", "dark", "-q"]


def run(arguments: list[str], out: Path) -> None:
    """Make a report."""
    main([*arguments, "-o", str(out)], standalone_mode=False)


def contents(out: Path) -> dict[str, str]:
    """Return the hash of every file."""
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*")
        if path.is_file()
    }


def check(out: Path, reports: list[dict[str, str]]) -> None:
    """Hold what a killed run left to what was promised."""
    found = contents(out)
    for name, digest in found.items():
        assert digest in [report.get(name) for report in reports], f"{name} is of neither run"
    page = (out / "index.html").read_text("utf-8")
    for part in page.split('class="png" href="')[1:]:
        assert unquote(part.split('"')[0]) in found, "a dead link"
    manifest = json.loads((out / "report.json").read_bytes())
    assert any(manifest["files"].items() <= report.items() for report in reports)


def kill(how_many: int, seed: int = 0) -> int:
    """Kill so many runs; return how many of them had not ended before."""
    rng = random.Random(seed)
    killed = 0
    with tempfile.TemporaryDirectory() as folder:
        out, other = Path(folder) / "out", Path(folder) / "other"
        run(NEW, other)
        run(OLD, out)
        reports = [contents(out), contents(other)]
        started = time.monotonic()
        command = [sys.executable, "-m", "reportgen", *NEW, "-j", "1", "-o", str(out)]
        subprocess.run(command, check=True)
        length = time.monotonic() - started
        for _ in range(how_many):
            run(OLD, out)
            assert contents(out) == reports[0]
            process = subprocess.Popen(command)
            # Most of the promises are about the last moments.
            time.sleep(length * rng.choice([rng.random(), 0.8 + 0.4 * rng.random()]))
            killed += process.poll() is None
            process.kill()
            process.wait()
            check(out, reports)
        run(NEW, out)
        assert contents(out) == reports[1]
        assert {path.name for path in Path(folder).iterdir()} == {"out", "other"}
    return killed


if __name__ == "__main__":
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    print(f"{kill(many)} of {many} runs were killed before their end; nothing was half")
