"""Writing a report: all or nothing, and nobody else's files."""

import errno
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from test_input_growth import costs

from reportgen.errors import InputError, MachineError
from reportgen.folders import Folder
from reportgen.paths import INDEX, MANIFEST
from reportgen.publish import MANIFEST_FORMAT, Facts, Publication, SinglePage, machine, staging
from reportgen.publish.manifest import read_manifest

Tree = dict[str, bytes | None]
Move = Callable[[Folder, str, Folder, str], None]

OLD = {INDEX: b"old page", "probe_0/a.png": b"old a", "probe_1/b.png": b"old b", "s.png": b"old s"}
NEW = {INDEX: b"new page", "probe_0/a.png": b"new a", "probe_2/c.png": b"new c"}


def tree(directory: Path) -> Tree:
    """Return everything under `directory`: contents of files, None for folders."""
    return {
        path.relative_to(directory).as_posix(): None if path.is_dir() else path.read_bytes()
        for path in sorted(directory.rglob("*"))
    }


def files(directory: Path) -> set[str]:
    return {name for name, content in tree(directory).items() if content is not None}


def publish(directory: Path, contents: dict[str, bytes], *, overwrite: bool = False) -> None:
    with Publication(directory, overwrite=overwrite) as publication:
        for name, content in contents.items():
            publication.add(name, content)
        publication.publish(Facts("t"))


def write(path: Path, content: bytes = b"mine") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def manifest(directory: Path) -> Any:
    return json.loads((directory / MANIFEST).read_bytes())


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return the directory of an old report, alone in its folder."""
    directory = tmp_path / "out"
    publish(directory, OLD)
    return directory


def test_a_first_report(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "down" / "out"
    publish(out, OLD)
    assert files(out) == {*OLD, MANIFEST}
    assert {name: content for name, content in tree(out).items() if name in OLD} == OLD
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_the_manifest_lists_every_file_with_its_hash(out: Path) -> None:
    facts = manifest(out)
    assert (facts["format"], facts["title"], facts["tool"]["name"]) == (1, "t", "reportgen")
    assert facts["files"] == {
        name: hashlib.sha256(content).hexdigest() for name, content in OLD.items()
    }
    assert "earlier" not in facts
    assert list(facts["files"]) == sorted(OLD)


def test_the_same_report_is_the_same_bytes(out: Path) -> None:
    before = tree(out)
    publish(out, dict(reversed(OLD.items())))
    assert tree(out) == before


def test_a_report_replaces_the_one_before(out: Path, tmp_path: Path) -> None:
    publish(out, NEW)
    assert files(out) == {*NEW, MANIFEST}
    assert not (out / "probe_1").exists()
    assert (out / INDEX).read_bytes() == b"new page"
    assert set(manifest(out)["files"]) == set(NEW)
    assert list(tmp_path.iterdir()) == [out]


def test_files_of_others_stay(out: Path) -> None:
    others = [write(out / name) for name in ("notes.txt", "probe_1/mine.png", "deep/er/x")]
    (out / "empty").mkdir()
    publish(out, NEW)
    assert files(out) == {*NEW, MANIFEST, "notes.txt", "probe_1/mine.png", "deep/er/x"}
    assert {path.read_bytes() for path in others} == {b"mine"}
    assert (out / "empty").is_dir()


@pytest.mark.parametrize("name", [INDEX, "probe_0/a.png", MANIFEST])
def test_a_strangers_file_in_the_way_is_refused(name: str, tmp_path: Path) -> None:
    stranger = write(tmp_path / "out" / name)
    before = tree(tmp_path)
    with pytest.raises(InputError, match="is in the way") as caught:
        publish(tmp_path / "out", OLD)
    assert str(stranger) in caught.value.message
    assert "--overwrite" in caught.value.message
    assert caught.value.exit_code == 2
    assert tree(tmp_path) == before


def test_a_strangers_file_keeps_the_old_report_as_it_was(out: Path, tmp_path: Path) -> None:
    write(out / "probe_2" / "c.png")
    before = tree(tmp_path)
    with pytest.raises(InputError, match=r"probe_2/c\.png: is in the way"):
        publish(out, NEW)
    assert tree(tmp_path) == before


def test_a_dangling_link_is_a_stranger_too(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / INDEX).symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="is in the way"):
        publish(out, OLD)
    assert (out / INDEX).is_symlink()


def test_overwrite_replaces_strangers_in_the_way_only(out: Path) -> None:
    write(out / "probe_2" / "c.png")
    write(out / "probe_2" / "d.png")
    publish(out, NEW, overwrite=True)
    assert files(out) == {*NEW, MANIFEST, "probe_2/d.png"}
    assert (out / "probe_2" / "c.png").read_bytes() == b"new c"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, MachineError])
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_exception_leaves_everything_as_it_was(
    error: type[BaseException], when: str, out: Path, tmp_path: Path
) -> None:
    before = tree(tmp_path)
    with pytest.raises(error), Publication(out) as publication:  # noqa: PT012
        if when == "after":
            publication.add(INDEX, b"new")
            publication.add("probe_0/a.png", b"new")
        raise error("stop")
    assert tree(tmp_path) == before


def test_an_exception_leaves_no_folder_made_for_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), Publication(tmp_path / "a" / "b" / "out"):
        raise RuntimeError
    assert tree(tmp_path) == {}


def test_a_folder_that_was_there_stays_when_a_run_fails(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(RuntimeError), Publication(tmp_path / "a" / "b" / "out"):
        raise RuntimeError
    assert tree(tmp_path) == {"a": None}


def test_nothing_is_written_without_publish(out: Path, tmp_path: Path) -> None:
    before = tree(tmp_path)
    with Publication(out) as publication:
        publication.add(INDEX, b"new")
    assert tree(tmp_path) == before


def test_nothing_is_seen_before_publish(out: Path) -> None:
    before = tree(out)
    with Publication(out) as publication:
        for name, content in NEW.items():
            publication.add(name, content)
        assert tree(out) == before
        publication.publish(Facts("t"))
    assert files(out) == {*NEW, MANIFEST}


def test_the_order_of_moves_keeps_every_link_alive(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(out, {**OLD, "probe_1/index.html": b"links b.png"})
    moved: list[str] = []

    def spy(usual: Move) -> Move:
        def move(source: Folder, name: str, target: Folder, new: str) -> None:
            moved.append(new + "-" * (source.path == out))
            usual(source, name, target, new)

        return move

    for way in ("replace", "place"):
        monkeypatch.setattr(Folder, way, spy(getattr(Folder, way)))
    publish(out, NEW)
    assert moved == [
        MANIFEST,
        "probe_0/a.png",
        "probe_2/c.png",
        INDEX,
        "probe_1/index.html-",
        "probe_1/b.png-",
        "s.png-",
        MANIFEST,
    ]


@pytest.mark.parametrize("directory", ["file", "file/below"])
def test_an_output_path_that_is_a_file(directory: str, tmp_path: Path) -> None:
    file = write(tmp_path / "file")
    with pytest.raises(MachineError) as caught:
        publish(tmp_path / directory, OLD)
    assert str(file) in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.exit_code == 1
    assert tree(tmp_path) == {"file": b"mine"}


def test_a_full_disk_is_one_clear_error(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Folder, name: str, content: bytes) -> None:
        raise OSError(28, "No space left on device", str(folder.path / name))

    before = tree(tmp_path)
    monkeypatch.setattr(Folder, "write", full)
    with pytest.raises(MachineError, match="cannot be written: No space left on device"):
        publish(out, NEW)
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    "name", ["../victim", "/etc/hostname", "a/../../victim", "..\\victim", "probe_0/../../victim"]
)
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_manifest_that_points_outside_is_not_trusted(
    name: str, overwrite: bool, out: Path, tmp_path: Path
) -> None:
    victim = write(tmp_path / "victim")
    facts = manifest(out)
    facts["files"][name] = "0" * 64
    write(out / MANIFEST, json.dumps(facts).encode())
    before = tree(tmp_path)
    if overwrite:
        publish(out, NEW, overwrite=True)
        assert victim.read_bytes() == b"mine"
        assert files(out) == {*OLD, *NEW, MANIFEST}
    else:
        with pytest.raises(InputError, match="is in the way"):
            publish(out, NEW)
        assert tree(tmp_path) == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'"files"',
        b'{"files": {}}',
        b'{"format": 1}',
        b'{"format": 1, "tool": {"name": "reportgen"}, "files": 5}',
        b'{"format": 1, "tool": {"name": "reportgen"}, "files": [5]}',
        b'{"format": 2, "files": {}}',
        b'{"format": 1, "files": {}}',
        b'{"format": 1, "tool": "reportgen", "files": {}}',
        b'{"format": 1, "tool": {"name": "other"}, "files": {}}',
        b'{"format": true, "tool": {"name": "reportgen"}, "files": {}}',
        b'{"format": 1.0, "tool": {"name": "reportgen"}, "files": {}}',
        b'{"format": 1, "tool": {"name": "reportgen"}, "files": {"index.html": ""}}',
        b'{"format": 1, "tool": {"name": "reportgen"}, "files": {"index.html": 5}}',
        b'{"format": 1, "tool": {"name": "reportgen"}, "files": {"thesis.tex": "%s"}}'
        % (b"0" * 64),
        b'{"format": 1, "tool": {"name": "reportgen"}, "files": {}, "earlier": 5}',
        b'{"format": 1, "tool": {"name": "reportgen"}, "files": {}, "earlier": [{}]}',
        b"[" * 100_000,
    ],
)
def test_a_broken_or_foreign_manifest_is_a_stranger(content: bytes, out: Path) -> None:
    write(out / MANIFEST, content)
    before = tree(out)
    with pytest.raises(InputError, match="is in the way"):
        publish(out, NEW)
    assert tree(out) == before


KILLED = """
import json, os, pathlib, sys
from reportgen.folders import Folder
from reportgen.publish import Facts, Publication

def killed(usual, moves=[int(sys.argv[3])]):
    def move(folder, name, target, new):
        if moves[0] == 0:
            os._exit(9)
        moves[0] -= 1
        return usual(folder, name, target, new)
    return move

Folder.replace, Folder.place = killed(Folder.replace), killed(Folder.place)
with Publication(pathlib.Path(sys.argv[1])) as publication:
    for name, content in json.loads(sys.argv[2]).items():
        publication.add(name, content.encode())
    publication.publish(Facts("killed"))
"""


def kill(out: Path, contents: dict[str, bytes], moves: int) -> int:
    """Have a process publish `contents` that is killed after so many moves; return its status."""
    texts = json.dumps({name: content.decode() for name, content in contents.items()})
    command = [sys.executable, "-c", KILLED, str(out), texts, str(moves)]
    return subprocess.run(command, check=False).returncode


@pytest.mark.parametrize("moves", range(10))
def test_a_run_killed_at_any_move_leaves_whole_files_and_the_next_repairs(
    out: Path, tmp_path: Path, moves: int
) -> None:
    killed = {"probe_9/z.png": b"moved", **NEW}
    status = kill(out, killed, moves)
    whole = {
        name: {old for old in (OLD.get(name), killed.get(name)) if old is not None}
        for name in {*OLD, *killed}
    }
    told = manifest(out)
    runs = [run["files"] for run in [told, *told.get("earlier", [])]]
    for name in files(out) - {MANIFEST}:
        assert (out / name).read_bytes() in whole[name], name
        digest = hashlib.sha256((out / name).read_bytes()).hexdigest()
        assert [run for run in runs if run.get(name) == digest], f"{name} is of no run that is told"
    assert [set(run) for run in runs] in ([set(OLD)], [set(killed), set(OLD)], [set(killed)])
    page = killed if (out / INDEX).read_bytes() == killed[INDEX] else OLD
    assert set(page) <= files(out), "a page with dead links"
    assert (status == 9) == (moves < 8), "six moves in, two out"
    publish(out, OLD)
    assert files(out) == {*OLD, MANIFEST}
    assert list(tmp_path.iterdir()) == [out]


def test_the_report_of_a_killed_run_can_be_written_again(out: Path) -> None:
    kill(out, NEW, 1)
    publish(out, NEW)
    assert files(out) == {*NEW, MANIFEST}


def test_a_second_run_at_the_same_time_is_refused(out: Path, tmp_path: Path) -> None:
    with Publication(out) as first:
        first.add(INDEX, b"first")
        with pytest.raises(MachineError, match="another run"), Publication(out):
            pass
        first.publish(Facts("t"))
    assert (out / INDEX).read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [out]


def test_a_lock_that_a_run_removes_as_it_ends_is_none(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked_too_late(descriptor: int) -> bool | None:
        shutil.rmtree(tmp_path / ".out.reportgen-staging")
        monkeypatch.undo()
        return machine.locked(descriptor)

    monkeypatch.setattr(staging, "locked", locked_too_late)
    with (
        Publication(out),
        pytest.raises(MachineError, match="another run"),
        Publication(out),
    ):
        pass


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize(
    ("stranger", "is_folder"),
    [("probe_2", False), ("probe_2/c.png", True), ("index.html", True), ("report.json", True)],
)
def test_something_of_another_kind_in_the_way_is_found_before_any_move(
    out: Path, stranger: str, is_folder: bool, overwrite: bool
) -> None:
    publish(out, {"old.png": b"old"})
    (out / MANIFEST).rename(out / "kept")
    path = out / stranger
    path.mkdir(parents=True) if is_folder else path.write_bytes(b"mine")
    before = files(out)
    with pytest.raises(InputError, match="in the way"):
        publish(out, NEW, overwrite=overwrite)
    assert files(out) == before


@pytest.mark.parametrize(
    "edit", [lambda told: told | {"note": "mine"}, lambda told: told | {"files": {}}]
)
def test_a_manifest_that_somebody_has_edited_is_not_replaced(
    edit: Callable[[dict[str, Any]], dict[str, Any]], out: Path
) -> None:
    (out / MANIFEST).write_text(json.dumps(edit(manifest(out))))
    before = tree(out)
    with pytest.raises(InputError, match="changed since reportgen wrote it"):
        publish(out, NEW)
    assert tree(out) == before
    publish(out, NEW, overwrite=True)
    assert set(manifest(out)["files"]) == set(NEW)


def test_a_manifest_in_another_layout_is_as_reportgen_wrote_it(out: Path) -> None:
    (out / MANIFEST).write_text(json.dumps(manifest(out), indent=4))
    publish(out, NEW)
    assert files(out) == {*NEW, MANIFEST}


def test_nothing_is_removed_through_a_linked_folder(out: Path, tmp_path: Path) -> None:
    publish(out, {INDEX: b"i", "probe_1/b.png": b"b"})
    elsewhere = tmp_path / "elsewhere"
    (out / "probe_1").rename(elsewhere)
    (out / "probe_1").symlink_to(elsewhere)
    publish(out, {INDEX: b"i"})
    assert (elsewhere / "b.png").read_bytes() == b"b"


@pytest.mark.parametrize("name", ["", ".", "..", "a//b", "x" * 301, "a\0b", "\ud800", "/etc/x"])
def test_a_manifest_with_odd_names_is_not_trusted(out: Path, name: str) -> None:
    tool = {"name": "reportgen"}
    manifest = {"format": MANIFEST_FORMAT, "tool": tool, "files": {name: "0" * 64}}
    (out / MANIFEST).write_text(json.dumps(manifest))
    (out / "mine.txt").write_text("mine")
    before = tree(out)
    with pytest.raises(InputError, match="in the way"):
        publish(out, NEW)
    assert tree(out) == before


@pytest.mark.parametrize("length", [250, 300, 5000])
def test_a_name_that_is_too_long(length: int, tmp_path: Path) -> None:
    path = tmp_path / "new" / ("n" * length)
    for publication in (Publication(path), SinglePage(path, path)):
        with pytest.raises(MachineError, match="too long; name a shorter one with -o"):
            publication.__enter__()
    assert tree(tmp_path) == {}


def test_folders_made_for_nothing_are_unmade(tmp_path: Path) -> None:
    with Publication(tmp_path / "a" / "b" / "out"):
        pass
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(MachineError), Publication(tmp_path / "a" / ("n" * 250)):
        pass
    assert list(tmp_path.iterdir()) == []


def test_two_reports_side_by_side_do_not_meet(tmp_path: Path) -> None:
    with Publication(tmp_path / "a") as one, Publication(tmp_path / "b") as other:
        one.add(INDEX, b"a")
        other.add(INDEX, b"b")
        other.publish(Facts("t"))
        one.publish(Facts("t"))
    assert (tmp_path / "a" / INDEX).read_bytes() == b"a"
    assert (tmp_path / "b" / INDEX).read_bytes() == b"b"


@pytest.mark.parametrize("directory", [".", "sub/..", "out/"])
def test_a_relative_directory(
    directory: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    (here / "sub").mkdir(parents=True)
    monkeypatch.chdir(here)
    publish(Path(directory), OLD)
    publish(Path(directory), NEW)
    assert files(Path(directory)) == {*NEW, MANIFEST}
    hidden = [p for p in tmp_path.rglob("*") if "staging" in p.name]
    assert hidden == []


# --- moves that fail ----------------------------------------------------------------------------


def before_move(
    monkeypatch: pytest.MonkeyPatch, number: int, happening: Callable[[], object]
) -> None:
    """Have something happen before one of the moves into or out of the directory."""
    moves = iter(range(1000))

    def spied(usual: Move) -> Move:
        nested: list[None] = []

        def move(source: Folder, name: str, target: Folder, new: str) -> None:
            if not nested and next(moves) == number:
                happening()
            nested.append(None)
            try:
                usual(source, name, target, new)
            finally:
                nested.pop()

        return move

    for way in ("replace", "place"):
        monkeypatch.setattr(Folder, way, spied(getattr(Folder, way)))


def fail_at(monkeypatch: pytest.MonkeyPatch, move: int, error: BaseException) -> None:
    """Have one of the moves into or out of the directory fail."""

    def fail() -> None:
        raise error

    before_move(monkeypatch, move, fail)


ERRORS = [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()]


@pytest.mark.parametrize("error", ERRORS, ids=["disk", "Ctrl-C"])
@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
@pytest.mark.parametrize("move", range(8))
def test_a_move_that_fails_undoes_those_before(
    out: Path,
    tmp_path: Path,
    move: int,
    links: bool,
    error: BaseException,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (out / "probe_2").mkdir()
    before = tree(tmp_path)
    fail_at(monkeypatch, move, error)
    if not links:
        monkeypatch.setattr(os, "link", refuse_links)
    with pytest.raises((MachineError, KeyboardInterrupt)):
        publish(out, {"probe_9/z.png": b"z", **NEW})
    assert tree(tmp_path) == before
    publish(out, NEW)
    assert files(out) == {*NEW, MANIFEST}


def refuse_links(*_: object, **__: object) -> None:
    raise OSError(errno.EPERM, "Operation not permitted")


def test_an_overwritten_stranger_comes_back_when_a_move_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "out" / INDEX)
    before = tree(tmp_path)
    fail_at(monkeypatch, 4, OSError(errno.EIO, "Input/output error"))
    with pytest.raises(MachineError, match="Input/output error; name another place with -o"):
        publish(tmp_path / "out", OLD, overwrite=True)
    assert tree(tmp_path) == before


def test_a_first_report_comes_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Folder, name: str, *_: object) -> None:
        raise AssertionError(f"{name} was moved alone")

    monkeypatch.setattr(Folder, "replace", refuse)
    monkeypatch.setattr(Folder, "place", refuse)
    publish(tmp_path / "out", OLD)
    assert files(tmp_path / "out") == {*OLD, MANIFEST}


@pytest.mark.parametrize("move", range(7))
def test_a_directory_deleted_among_the_moves(
    out: Path, tmp_path: Path, move: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before_move(monkeypatch, move, lambda: shutil.rmtree(out))
    with pytest.raises(MachineError, match="is gone; run reportgen again") as caught:
        publish(out, NEW)
    assert "\n" not in caught.value.message
    assert tree(tmp_path) == {}


def test_a_directory_deleted_while_drawing_gets_the_whole_report(out: Path) -> None:
    with Publication(out) as publication:
        publication.add(INDEX, b"new")
        shutil.rmtree(out)
        publication.add("probe_0/a.png", b"new a")
        publication.publish(Facts("t"))
    assert files(out) == {INDEX, "probe_0/a.png", MANIFEST}


def test_a_staging_folder_deleted_while_drawing_does_not_come_back_in_part(
    out: Path, tmp_path: Path
) -> None:
    before = tree(tmp_path)
    with Publication(out) as publication:
        publication.add("probe_0/a.png", b"new a")
        shutil.rmtree(tmp_path / ".out.reportgen-staging")
        with pytest.raises(MachineError, match="is gone; run reportgen again"):
            publication.add("probe_2/c.png", b"new c")
    assert tree(tmp_path) == before


# --- whose files --------------------------------------------------------------------------------


def test_a_stale_file_that_somebody_has_changed_stays(out: Path) -> None:
    write(out / "probe_1" / "b.png", b"annotated")
    publish(out, NEW)
    assert files(out) == {*NEW, MANIFEST, "probe_1/b.png"}


def test_a_manifest_of_another_program_is_told_early(out: Path, tmp_path: Path) -> None:
    write(out / MANIFEST, b'{"created": 1, "tests": []}')
    with pytest.raises(InputError, match=r"report\.json: is in the way and broken, or not of"):
        Publication(out).__enter__()
    assert list(tmp_path.iterdir()) == [out]


def test_each_of_many_earlier_runs_is_read_once() -> None:
    def content(n: int) -> bytes:
        run = {"format": 1, "tool": {"name": "reportgen"}, "files": {"a.png": "0" * 64}}
        earlier = [run | {"title": str(number // 2)} for number in range(n)]
        return json.dumps(run | {"title": "now", "earlier": earlier}).encode()

    assert len(read_manifest(content(400))) == 1 + 200
    few, many = (costs(partial(read_manifest, content(n)))[0] for n in (400, 800))
    assert many < 2.3 * few


def test_a_manifest_may_be_moved_with_its_report(out: Path, tmp_path: Path) -> None:
    kill(out, NEW, 3)
    shutil.copytree(out, tmp_path / "copy")
    publish(tmp_path / "copy", {INDEX: b"third"})
    assert files(tmp_path / "copy") == {INDEX, MANIFEST}


def test_runs_killed_one_over_the_other_are_all_told(out: Path) -> None:
    kill(out, NEW, 3)
    third = {INDEX: b"third page", "probe_0/a.png": b"third a"}
    kill(out, third, 2)
    told = manifest(out)
    runs = [told["files"], *(run["files"] for run in told["earlier"])]
    assert [set(run) for run in runs] == [set(third), set(NEW), set(OLD)]
    for _ in range(3):
        kill(out, third, 2)
        assert len(manifest(out)["earlier"]) == 3, "each run once"
    publish(out, OLD)
    assert files(out) == {*OLD, MANIFEST}


def test_a_staging_folder_that_is_a_link_is_not_followed(out: Path, tmp_path: Path) -> None:
    mine = write(tmp_path / "elsewhere" / "files" / "mine")
    (tmp_path / ".out.reportgen-staging").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(MachineError, match="is a link"):
        publish(out, NEW)
    assert mine.read_bytes() == b"mine"


@pytest.mark.parametrize(
    "name",
    [
        "thesis.txt",
        "files/thesis.txt",
        "files/probe_0/thesis.png",
        "kept/probe_0/thesis.txt",
        "kept/thesis.html",
        "files",
        "reportgen-staging.lock",
        "reportgen-staging.lock with a second name",
    ],
)
def test_what_a_killed_run_did_not_leave_is_not_cleared(
    name: str, out: Path, tmp_path: Path
) -> None:
    kill(out, NEW, 3)
    left = tmp_path / ".out.reportgen-staging"
    path = left / name
    if name.endswith("name"):
        (tmp_path / "elsewhere").hardlink_to(left / "reportgen-staging.lock")
    else:
        shutil.rmtree(path, ignore_errors=True)
        write(path)
    before = tree(tmp_path)
    with pytest.raises(
        MachineError, match=r"staging: is in the way .* did not create .* in it; move"
    ):
        publish(out, NEW)
    assert tree(tmp_path) == before


def test_a_linked_directory(out: Path, tmp_path: Path) -> None:
    link = tmp_path / "links" / "out"
    link.parent.mkdir()
    link.symlink_to(out)
    publish(link, NEW)
    assert link.is_symlink()
    assert files(out) == {*NEW, MANIFEST}
    assert list(link.parent.iterdir()) == [link]
    with (
        Publication(out),
        pytest.raises(MachineError, match="another run"),
        Publication(link),
    ):
        pass


def test_a_link_to_where_there_is_nothing_yet(tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to(tmp_path / "real")
    publish(tmp_path / "out", OLD)
    assert files(tmp_path / "real") == {*OLD, MANIFEST}


# --- a page that stands alone -------------------------------------------------------------------

PAGE = b"<!doctype html><title>page</title>\n"


def sealed(page: bytes) -> bytes:
    digest = hashlib.sha256(page).hexdigest()
    return page + f"<!-- one page by reportgen; sha256 of all before: {digest} -->\n".encode()


def publish_alone(path: Path, output: Path, page: bytes = PAGE, **options: bool) -> None:
    with SinglePage(path, output, **options) as publication:
        publication.publish(page)


def test_a_page_alone(tmp_path: Path) -> None:
    path = tmp_path / "a" / "x.html"
    publish_alone(path, path)
    publish_alone(path, path, PAGE + b"again")
    assert tree(tmp_path) == {"a": None, "a/x.html": sealed(PAGE + b"again")}


def test_a_strangers_page_is_refused_before_anything_is_drawn(tmp_path: Path) -> None:
    path = write(tmp_path / "x.html")
    for target in (path, tmp_path / "link.html"):
        (tmp_path / "link.html").unlink(missing_ok=True)
        (tmp_path / "link.html").symlink_to(tmp_path / "nowhere")
        with pytest.raises(InputError, match="is in the way"), SinglePage(target, target):
            pytest.fail("drawn for nothing")
    publish_alone(path, path, overwrite=True)
    assert path.read_bytes() == sealed(PAGE)


def test_a_strangers_page_that_comes_while_drawing_stays(tmp_path: Path) -> None:
    path = tmp_path / "x.html"
    with SinglePage(path, path) as publication:
        write(path)
        with pytest.raises(InputError, match="is in the way"):
            publication.publish(PAGE)
    assert tree(tmp_path) == {"x.html": b"mine"}


@pytest.mark.parametrize("output", ["x.html", "."])
def test_a_second_page_alone_at_the_same_time_is_refused(tmp_path: Path, output: str) -> None:
    path = tmp_path / "x.html"
    with SinglePage(path, tmp_path / output) as first:
        with pytest.raises(MachineError, match="another run"):
            publish_alone(path, tmp_path / output)
        first.publish(PAGE)
    assert tree(tmp_path) == {"x.html": sealed(PAGE)}


def test_a_page_alone_that_fails_leaves_the_old_one_and_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "old.html"
    publish_alone(old, old)
    before = tree(tmp_path)
    for path in (old, tmp_path / "new" / "x.html"):
        fail_at(monkeypatch, 0, OSError(errno.ENOSPC, "No space left on device"))
        with pytest.raises(MachineError, match="make room there"):
            publish_alone(path, path, PAGE + b"new")
        assert tree(tmp_path) == before


# --- files that were changed since --------------------------------------------------------------


@pytest.mark.parametrize("name", [INDEX, "probe_0/a.png"])
def test_a_file_that_was_changed_since_is_not_replaced(
    name: str, out: Path, tmp_path: Path
) -> None:
    write(out / name, b"annotated")
    before = tree(tmp_path)
    with pytest.raises(InputError, match=f"{name}: is in the way and changed since") as caught:
        publish(out, NEW)
    assert "--overwrite" in caught.value.message
    assert tree(tmp_path) == before
    publish(out, NEW, overwrite=True)
    assert (out / name).read_bytes() == NEW[name]


def test_up_to_ten_files_in_the_way_are_named(tmp_path: Path) -> None:
    out = tmp_path / "out"
    contents = {f"probe_{n}/a.png": b"a" for n in range(12)}
    publish(out, contents)
    for name in contents:
        write(out / name, b"annotated")
    with pytest.raises(InputError) as caught:
        publish(out, contents)
    first, *names, last = caught.value.message.split("\n")
    assert first.startswith(f"{out}: 12 files that would be replaced")
    assert names == [f"  probe_{n}/a.png: changed since reportgen wrote it" for n in range(10)]
    assert last == "  and 2 more"


@pytest.mark.parametrize("during", [False, True])
def test_a_file_that_is_changed_while_a_report_is_written_stays(
    during: bool, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Be it before the last look, or after it, while the files move in."""
    with Publication(out) as publication:
        for name, content in NEW.items():
            publication.add(name, content)
        if during:
            before_move(monkeypatch, 1, lambda: write(out / INDEX, b"annotated"))
        else:
            write(out / INDEX, b"annotated")
        with pytest.raises(InputError, match=r"index\.html: .*changed"):
            publication.publish(Facts("t"))
    assert {name: (out / name).read_bytes() for name in OLD} == OLD | {INDEX: b"annotated"}


@pytest.mark.parametrize(("move", "said"), [(1, "was changed while"), (2, "File exists")])
def test_a_file_that_comes_while_the_others_move_in_stays(
    move: int, said: str, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before_move(monkeypatch, move, lambda: write(out / "probe_2" / "c.png"))
    with pytest.raises((InputError, MachineError), match=said):
        publish(out, NEW)
    assert {name: (out / name).read_bytes() for name in OLD} == OLD
    assert (out / "probe_2" / "c.png").read_bytes() == b"mine"


def test_a_stale_file_that_was_changed_is_told_of(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(out / "probe_1" / "b.png", b"annotated")
    publish(out, NEW)
    said = capsys.readouterr().err
    assert said == (f"{out}: kept, since changed after reportgen wrote it: probe_1/b.png\n")


def test_a_directory_whose_manifest_was_deleted(out: Path) -> None:
    write(out / INDEX, b'<!doctype html><meta name="generator" content="reportgen">')
    (out / MANIFEST).unlink()
    with pytest.raises(InputError, match=r"report\.json, .*, is missing") as caught:
        publish(out, NEW)
    assert "remove that directory" in caught.value.message


# --- paths that change --------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["link", "directory", "new"])
def test_a_path_that_comes_to_lead_elsewhere(what: str, tmp_path: Path) -> None:
    one, other, link = tmp_path / "one", tmp_path / "other", tmp_path / "out"
    if what != "new":
        publish(one, OLD)
    publish(other, {INDEX: b"a stranger's"})
    link.symlink_to(one)
    before = tree(other)
    with Publication(link) as publication:
        publication.add(INDEX, b"new")
        if what == "directory":
            one.rename(tmp_path / "moved")
            other.rename(one)
            other = one
        else:
            link.unlink()
            link.symlink_to(other)
        with pytest.raises(MachineError, match="no longer leads to the same place as"):
            publication.publish(Facts("t"))
    assert tree(other) == before
    assert not list(tmp_path.glob(".*"))


def test_a_page_whose_path_comes_to_lead_elsewhere(tmp_path: Path) -> None:
    for name in ("one", "other"):
        publish_alone(tmp_path / name / "x.html", tmp_path / name / "x.html")
    link = tmp_path / "link"
    link.symlink_to("one")
    before = tree(tmp_path / "other")
    with SinglePage(link / "x.html", link / "x.html") as publication:
        link.unlink()
        link.symlink_to("other")
        with pytest.raises(MachineError, match="no longer leads to the same place"):
            publication.publish(PAGE + b"new")
    assert tree(tmp_path / "other") == before


def test_a_directory_that_is_moved_among_the_moves_gets_all_files(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = write(tmp_path / "stranger" / INDEX)

    def swap() -> None:
        out.rename(tmp_path / "moved")
        stranger.parent.rename(out)

    before_move(monkeypatch, 2, swap)
    publish(out, NEW)
    assert files(tmp_path / "moved") == {*NEW, MANIFEST}
    assert tree(out) == {INDEX: b"mine"}


# --- what a page alone may replace --------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"",
        PAGE,
        b'<!doctype html><meta name="generator" content="reportgen">',
        sealed(PAGE) + b"edited",
        sealed(PAGE).replace(b"page</title>", b"edited</title>"),
        b"quoted: " + sealed(PAGE),
        sealed(PAGE).rstrip(b"\n"),
    ],
)
def test_a_page_that_is_not_as_we_wrote_it_is_not_replaced(content: bytes, tmp_path: Path) -> None:
    path = write(tmp_path / "x.html", content)
    with pytest.raises(InputError, match="is in the way and not a single page of reportgen"):
        publish_alone(path, path)
    assert path.read_bytes() == content


def test_the_page_of_a_directory_is_not_replaced_by_a_single_one(out: Path) -> None:
    with pytest.raises(InputError, match="is in the way"):
        publish_alone(out / INDEX, out / INDEX)
    assert (out / INDEX).read_bytes() == OLD[INDEX]


# --- locks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_of_the_usual_kind(
    number: int, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    publish(out, NEW)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(fcntl, "lockf", refuse)
    publish(out, OLD)
    assert files(out) == {*OLD, MANIFEST}
    assert capsys.readouterr().err == (
        f"Warning: {out}: this file system has no locks; "
        "make sure that no other run of reportgen writes there\n"
    )


def test_the_other_kind_of_lock_locks_too(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = (
        "import errno, fcntl, sys\nfrom pathlib import Path\n"
        "def refuse(*_): raise OSError(errno.ENOSYS, 'no')\nfcntl.flock = refuse\n"
        "from reportgen.publish import Publication\n"
        f"with Publication(Path({str(out)!r})):\n    print(flush=True)\n    sys.stdin.read()\n"
    )
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as first:
        assert first.stdout
        first.stdout.readline()
        done = subprocess.run(command, input="", capture_output=True, text=True, check=False)
        first.communicate("")
    assert "another run of reportgen is writing" in done.stderr


def test_another_refusal_of_a_lock_is_an_error(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(MachineError, match="Input/output error"):
        publish(out, NEW)


# --- Ctrl-C -------------------------------------------------------------------------------------


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Have Ctrl-C heeded, which it is not in the background."""
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, usual)


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("move", range(6))
def test_ctrl_c_again_and_again_does_not_stop_the_undoing(
    move: int,
    out: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = tree(tmp_path)
    moves = iter(range(1000))

    def pressed(usual: Move) -> Move:
        def pressing(source: Folder, name: str, target: Folder, new: str) -> None:
            if next(moves) >= move:
                os.kill(os.getpid(), signal.SIGINT)
            usual(source, name, target, new)

        return pressing

    for way in ("replace", "place"):
        monkeypatch.setattr(Folder, way, pressed(getattr(Folder, way)))
    with pytest.raises(KeyboardInterrupt):
        publish(out, NEW)
    assert tree(tmp_path) == before
    said = "Interrupted: restoring what was there before; this cannot be interrupted.\n"
    assert capsys.readouterr().err == said


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_after_the_last_move_is_too_late(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before_move(monkeypatch, 6, lambda: os.kill(os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        publish(out, NEW)
    assert files(out) == {*NEW, MANIFEST}
