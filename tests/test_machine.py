"""What a real machine refuses, tried on real disks and with real permissions."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dumps import make_dump, make_result, write_dump
from test_publish import NEW, OLD, files, publish, tree

from reportgen.errors import MachineError
from reportgen.paths import MANIFEST

pytestmark = pytest.mark.slow

# Modes do not bind root; but without these two capabilities they do.
BOUND_BY_MODES = """
import ctypes, os, sys
if os.geteuid() == 0:
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
PUBLISH = """
import json, sys
from pathlib import Path
from reportgen.errors import ReportgenError
from reportgen.publish import Facts, Publication
try:
    with Publication(Path(sys.argv[1])) as publication:
        for name, content in json.loads(sys.argv[2]).items():
            publication.add(name, content.encode())
        publication.publish(Facts("t"))
except ReportgenError as error:
    sys.exit(error.message)
"""

linux = pytest.mark.skipif(sys.platform != "linux", reason="mounts and capabilities of Linux")
Mount = Callable[[Path, str], None]


def bound(*arguments: object, **env: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a process that modes bind."""
    command = [sys.executable, "-c", BOUND_BY_MODES, *map(str, arguments)]
    return subprocess.run(
        command, env=os.environ | env, capture_output=True, text=True, check=False
    )


def publish_bound(out: Path) -> str:
    """Publish `NEW` in a process that modes bind; return what it says."""
    contents = json.dumps({name: content.decode() for name, content in NEW.items()})
    return bound("-c", PUBLISH, out, contents).stderr.rstrip("\n")


@pytest.fixture
def mount() -> Iterator[Mount]:
    """Return what mounts a file system of its own; where that is not allowed, skip."""
    mounted: list[Path] = []

    def mount_tmpfs(folder: Path, options: str) -> None:
        folder.mkdir(exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", options, "none", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
        if "remount" not in options:
            mounted.append(folder)

    yield mount_tmpfs
    for folder in reversed(mounted):
        subprocess.run(["umount", str(folder)], check=True)


# --- a full disk --------------------------------------------------------------------------------


@linux
def test_a_disk_that_is_full_while_staging(mount: Mount, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    mount(disk, "size=256k")
    publish(disk / "out", OLD)
    before = tree(disk)
    with pytest.raises(MachineError, match="No space left on device; make room there") as caught:
        publish(disk / "out", {**NEW, "big.png": bytes(300_000)})
    assert str(disk / "out") in caught.value.message
    assert tree(disk) == before


@linux
def test_a_disk_that_is_full_at_any_moment(mount: Mount, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    mount(disk, "nr_inodes=100")
    publish(disk / "out", OLD)
    failures = list(publish_with_more_and_more_room(disk, mount))
    assert all("No space left on device" in message for message in failures)
    assert files(disk / "out") == {*NEW, MANIFEST}
    # 5 folders, 5 files and a lock are staged; so some of the runs failed among the moves.
    assert len(failures) > 11


def publish_with_more_and_more_room(disk: Path, mount: Mount) -> Iterator[str]:
    """Publish `NEW` until it goes well; give the message of each failure, which left no trace."""
    before = tree(disk)
    for room in range(100):
        mount(disk, f"remount,nr_inodes={1 + len(before) + room}")
        try:
            publish(disk / "out", NEW)
        except MachineError as error:
            yield error.message
        else:
            return
        assert tree(disk) == before, f"with room for {room} more"


@linux
def test_a_full_disk_is_one_line_of_the_command(mount: Mount, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    dump = write_dump(tmp_path, make_dump(make_result(["a"] * 900, ("s:1", [1.0] * 900))))
    mount(disk, "size=64k")
    command = [sys.executable, "-m", "reportgen", str(dump), "-o", str(disk / "out")]
    for more in ([], ["--self-contained"]):
        done = subprocess.run([*command, *more], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (1, "")
        assert re.fullmatch(r"Error: [^\n]+: No space left on device; [^\n]+\n", done.stderr)
        assert tree(disk) == {}


# --- permissions --------------------------------------------------------------------------------


@linux
@pytest.mark.parametrize(
    ("closed", "mode"),
    [("out", 0o555), ("out", 0o000), ("out/probe_0", 0o555), ("out/probe_1", 0o555)],
)
def test_a_folder_without_permission(closed: str, mode: int, tmp_path: Path) -> None:
    publish(tmp_path / "out", OLD)
    before = tree(tmp_path)
    (tmp_path / closed).chmod(mode)
    said = publish_bound(tmp_path / "out")
    (tmp_path / closed).chmod(0o755)
    assert re.fullmatch(r"[^\n]+: cannot be written: Permission denied; name a place [^\n]+", said)
    assert str(tmp_path / "out") in said
    assert tree(tmp_path) == before


@linux
def test_no_directory_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o555)
    said = publish_bound(tmp_path / "closed" / "deep" / "out")
    assert "cannot be written: Permission denied" in said
    assert tree(tmp_path) == {"closed": None}


@linux
def test_the_folder_above_may_be_closed(tmp_path: Path) -> None:
    above = tmp_path / "above"
    publish(above / "out", OLD)
    above.chmod(0o555)
    assert publish_bound(above / "out") == ""
    above.chmod(0o755)
    assert files(above) == {f"out/{name}" for name in (*NEW, MANIFEST)}


@linux
@pytest.mark.parametrize("mode", [0o555, 0o000])
def test_no_permission_is_one_line_of_the_command(mode: int, tmp_path: Path) -> None:
    dump = write_dump(tmp_path, make_dump())
    closed = tmp_path / "closed"
    closed.mkdir(mode=mode)
    done = bound("-m", "reportgen", dump, "-o", closed)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"Error: {closed}: cannot be written: Permission denied; "
        "name a place with -o where you may write\n"
    )
    dump.chmod(0)
    done = bound("-m", "reportgen", dump, "-o", tmp_path / "out")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"Error: [^\n]+json: cannot be read: Permission [^\n]+\n", done.stderr)


@linux
def test_a_closed_home_is_not_talked_about(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o555)
    dump = write_dump(tmp_path, make_dump())
    places = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), str(home))
    done = bound("-W", "error", "-m", "reportgen", dump, "-q", "-o", tmp_path / "out", **places)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# --- other file systems -------------------------------------------------------------------------


@linux
def test_a_read_only_file_system(mount: Mount, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    mount(disk, "size=256k")
    publish(disk / "out", OLD)
    before = tree(disk)
    mount(disk, "remount,ro")
    for out in (disk / "out", disk / "new", disk):
        with pytest.raises(MachineError, match="name a place with -o where you may write"):
            publish(out, NEW)
    assert tree(disk) == before


@linux
@pytest.mark.parametrize("linked", [False, True])
def test_a_directory_that_is_a_file_system_of_its_own(
    linked: bool, mount: Mount, tmp_path: Path
) -> None:
    out = disk = tmp_path / "disk"
    mount(disk, "size=256k")
    if linked:
        (out := tmp_path / "link").symlink_to(disk)
    publish(out, OLD)
    publish(out, NEW)
    assert files(disk) == {*NEW, MANIFEST}
    assert {path.name for path in tmp_path.iterdir()} == {"disk", out.name}
