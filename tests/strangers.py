"""Put strangers' things in every place that a run touches: `python tests/strangers.py`.

Links, hard links, pipes, sockets, devices, folders, edited and foreign files: before a run and in
the middle of it, in place of what it writes and of what it keeps for itself. Not a byte of them may
change, and none may go, whatever the run says. Those that `--overwrite` names may be replaced, but
not what they lead to. The test suite does the same with reports of three files; this, with real
ones by the command.
"""

import os
import shutil
import signal
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from reportgen import Dump
from reportgen.cli import main
from reportgen.errors import InputError, MachineError
from reportgen.files import write_file
from reportgen.publish import Facts, Publication, SinglePage

Snapshot = dict[str, object]
Middle = Callable[[], None]
Kind = Callable[[Path, Path], None]
"""Puts a thing in a place; what it leads to, if it does, is in the folder of a victim."""

OLD = {"index.html": b"old page", "probe_0/a.png": b"old a", "probe_1/b.png": b"old b"}
NEW = {"index.html": b"new page", "probe_0/a.png": b"new a", "probe_2/c.png": b"new c"}
SECONDS = 60
"""What takes longer hangs."""


def link(place: Path, victim: Path) -> None:
    place.symlink_to(victim / "file")


def link_to_folder(place: Path, victim: Path) -> None:
    place.symlink_to(victim)


def dangling_link(place: Path, victim: Path) -> None:
    place.symlink_to(victim / "nowhere")


def hard_link(place: Path, victim: Path) -> None:
    place.hardlink_to(victim / "file")


def pipe(place: Path, victim: Path) -> None:
    os.mkfifo(place)


def device(place: Path, victim: Path) -> None:
    os.mknod(place, stat.S_IFCHR | 0o600, os.makedev(1, 3))


def unix_socket(place: Path, victim: Path) -> None:
    here = os.open(place.parent, os.O_RDONLY)  # (the path of a socket must be short)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(f"/proc/self/fd/{here}/{place.name}")
    finally:
        os.close(here)


def foreign_file(place: Path, victim: Path) -> None:
    place.write_bytes(b"thesis")


def folder(place: Path, victim: Path) -> None:
    place.mkdir()
    (place / "thesis.txt").write_bytes(b"thesis")
    (place / "index.html").write_bytes(b"thesis")


def whole_report(place: Path, victim: Path) -> None:
    publish(place, OLD, overwrite=False)


KINDS = [
    *(link, link_to_folder, dangling_link, hard_link),
    *(pipe, device, unix_socket, foreign_file, folder, whole_report),
]
IN_STAGING = [
    "",
    *("/reportgen-staging.lock", "/lock", "/files", "/kept", "/report.json"),
    *("/files/thesis.txt", "/kept/thesis.txt", "/files/probe_0/thesis.txt", "/thesis.txt"),
]
IN_REPORT = [
    *("", "/index.html", "/report.json", "/probe_0", "/probe_0/a.png"),
    *("/probe_0/combined_heatmap.png", "/probe_1", "/probe_1/b.png", "/probe_2", "/probe_2/c.png"),
]
REPORT_PLACES = [f"out{p}" for p in IN_REPORT] + [f".out.reportgen-staging{p}" for p in IN_STAGING]
PAGE_PLACES = ["out.html", *(f".out.html.reportgen-staging{p}" for p in IN_STAGING)]
SAVED_PLACES = ["out.json", ".out.json.reportgen-staging"]


@dataclass(frozen=True)
class Way:
    """A way to write, into `out` in a folder."""

    name: str
    write: Callable[[Path, bool, Middle], None]
    """Writes, replaces what is in the way or not, and has something happen in the middle of it."""
    prepare: Callable[[Path], None]
    places: list[str]
    replaces: bool = False
    """It replaces what is at its place unasked."""


def publish(out: Path, contents: dict[str, bytes], *, overwrite: bool) -> None:
    """Write a report of three files."""
    _publish(out, contents, overwrite, lambda: None)


def _publish(out: Path, contents: dict[str, bytes], overwrite: bool, middle: Middle) -> None:
    with Publication(out, overwrite=overwrite) as publication:
        for name, content in contents.items():
            publication.add(name, content)
        middle()
        publication.publish(Facts("t"))


def _page(top: Path, overwrite: bool, middle: Middle) -> None:
    with SinglePage(top / "out.html", top / "out.html", overwrite=overwrite) as publication:
        middle()
        publication.publish(b"<!doctype html>\n")


def _saved(top: Path, overwrite: bool, middle: Middle) -> None:
    def parts() -> Iterator[bytes]:
        yield b"a"
        middle()
        yield b"b"

    # (to a pipe a dump is written, and waits for a reader)
    if not (top / "out.json").is_fifo():
        write_file(top / "out.json", parts())


def _by_command(*arguments: str) -> Callable[[Path, bool, Middle], None]:
    def write(top: Path, overwrite: bool, middle: Middle) -> None:
        middle()
        more = ["--overwrite"] * overwrite
        main([str(top / "dump.json"), *arguments, "-q", *more], standalone_mode=False)

    return write


def nothing(top: Path) -> None:
    """Have nothing there before."""


WAYS = [
    Way("first", lambda top, *how: _publish(top / "out", NEW, *how), nothing, REPORT_PLACES),
    Way(
        "again",
        lambda top, *how: _publish(top / "out", NEW, *how),
        lambda top: publish(top / "out", OLD, overwrite=False),
        REPORT_PLACES,
    ),
    Way("page", _page, nothing, PAGE_PLACES),
    Way("page again", _page, lambda top: _page(top, False, lambda: None), PAGE_PLACES),
    Way("saved", _saved, nothing, SAVED_PLACES, replaces=True),
]


def command_ways(top: Path) -> list[Way]:
    """Return ways by the real command, which has to be in the folder `top`."""
    report, page = _by_command("-o", "out"), _by_command("--self-contained", "-o", "out.html")
    tell = Dump.from_arrays(["a", "b"], [[1.0], [2.0]], ["s:1"]).save

    def prepare(again: Callable[[Path, bool, Middle], None] | None) -> Callable[[Path], None]:
        def prepared(folder: Path) -> None:
            os.chdir(folder)
            tell(folder / "dump.json")
            if again:
                again(folder, False, lambda: None)

        return prepared

    return [
        Way("command", report, prepare(None), REPORT_PLACES),
        Way("command again", report, prepare(report), REPORT_PLACES),
        Way("page by command", page, prepare(None), PAGE_PLACES),
        Way("page by command again", page, prepare(page), PAGE_PLACES),
    ]


def snapshot(path: Path) -> Snapshot:
    """Return of a path and all below it what it is, and its content."""
    found: Snapshot = {}
    paths = [path, *sorted(path.rglob("*"))] if path.is_dir() and not path.is_symlink() else [path]
    for each in paths:
        try:
            status = each.lstat()
        except OSError:
            continue
        content: object = None
        if stat.S_ISREG(status.st_mode):
            content = each.read_bytes()
        elif stat.S_ISLNK(status.st_mode):
            content = os.readlink(each)  # noqa: PTH115
        found[str(each)] = (stat.S_IFMT(status.st_mode), content)
    return found


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Raise if the block takes longer."""

    def hang(*_: object) -> None:
        raise AssertionError("it hangs")

    usual = signal.signal(signal.SIGALRM, hang)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, usual)


def attempt(
    way: Way, place: str, kind: Callable[[Path, Path], None], how: tuple[bool, bool]
) -> str:
    """Put a thing in a place; return what the run says of it. Raises if the thing has changed."""
    overwrite, in_the_middle = how
    with tempfile.TemporaryDirectory() as folder:
        top, victim = Path(folder) / "top", Path(folder) / "victim"
        top.mkdir()
        victim.mkdir()
        (victim / "file").write_bytes(b"somebody's")
        (victim / "index.html").write_bytes(b"somebody's")
        way.prepare(top)
        before: Snapshot = {}
        path = top / place

        def plant() -> None:
            _clear(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            kind(path, victim)
            is_named = place in ("out", "out.html", "out.json")
            may_replace = overwrite or way.replaces
            if not (is_named and may_replace and path.is_symlink()):  # what is named goes by links
                before.update(snapshot(victim))
            if is_named and kind is whole_report:
                return  # a new report replaces it
            if not (place.startswith("out") and may_replace):
                before.update(snapshot(path))

        said = "written"
        if not in_the_middle:
            plant()
        with at_most(SECONDS):
            try:
                way.write(top, overwrite, plant if in_the_middle else lambda: None)
            except (InputError, MachineError) as error:
                said = error.message
        after = snapshot(victim) | snapshot(path)
        changed = [name for name in before if after.get(name) != before[name]]
        assert not changed, f"{way.name}, {kind.__name__} at {place}, {how}: {changed} ({said})"
        return said


def _clear(path: Path) -> None:
    """Remove what a run has put in a place, or what is in the way of its folder."""
    for above in reversed(path.parents):
        if above.is_file():
            above.unlink()
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        with suppress(FileNotFoundError):
            path.unlink()


def attempts(ways: list[Way]) -> Iterator[tuple[Way, str, Kind, bool]]:
    """Give what is tried."""
    kinds = [kind for kind in KINDS if kind is not device or os.geteuid() == 0]
    for way in ways:
        for place, kind, overwrite in product(way.places, kinds, (False, True)):
            yield way, place, kind, overwrite


def run(ways: list[Way], in_the_middle: tuple[bool, ...] = (False, True)) -> tuple[int, int]:
    """Try everything; return how much that was, and how many of the runs could write."""
    total = written = 0
    for way, place, kind, overwrite in attempts(ways):
        for middle in in_the_middle:
            if middle and "staging" in place:
                continue  # that folder is then the run's own
            total += 1
            written += attempt(way, place, kind, (overwrite, middle)) == "written"
    return total, written


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        tried = [run(WAYS), run(command_ways(Path(scratch)), (False,))]
        os.chdir("/")
    for total, written in tried:
        print(f"{total} things put in the way; {written} runs could write; nothing has changed")
