"""Files that are written whole, and places that are no files."""

import os
import secrets
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from reportgen import Dump, read_dump
from reportgen.errors import InputError, MachineError
from reportgen.files import write_file
from reportgen.folders import Folder

posix = pytest.mark.skipif(os.name != "posix", reason="devices and pipes of POSIX")


def dump() -> Dump:
    return Dump.from_arrays(["a", "b"], np.array([[1.0], [2.0]]), ["s:1"])


def save_as_root(path: str) -> subprocess.CompletedProcess[str]:
    """Save a dump in a process of its own, which may be ended if it hangs."""
    script = (
        "import reportgen as rg, sys\n"
        "rg.Dump.from_arrays(['a'], [[1.0]], ['s:1']).save(sys.argv[1])"
    )
    return subprocess.run(
        [sys.executable, "-c", script, path], capture_output=True, text=True, timeout=60, check=True
    )


@posix
@pytest.mark.parametrize("name", ["null", "full"])
def test_a_device_is_written_to_and_not_replaced(name: str, tmp_path: Path) -> None:
    device, link = Path("/dev") / name, tmp_path / "link"
    link.symlink_to(device)
    before = device.stat().st_ino
    for path in (device, link):
        if name == "null":
            dump().save(path)
        else:
            with pytest.raises(MachineError, match="cannot be written: No space left on device"):
                dump().save(path)
    assert (device.stat().st_ino, stat.S_ISCHR(device.stat().st_mode)) == (before, True)
    assert link.is_symlink()


@posix
def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    path, copy = tmp_path / "pipe", tmp_path / "copy.json"
    os.mkfifo(path)
    reader = threading.Thread(target=lambda: copy.write_bytes(path.read_bytes()))
    reader.start()
    dump().save(path)
    reader.join()
    assert path.is_fifo()
    assert read_dump(copy).probes[0].tokens == ("a", "b")


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="a name for standard output")
def test_standard_output_may_be_named() -> None:
    assert '"tokens"' in save_as_root("/dev/stdout").stdout


@posix
def test_a_socket_is_refused(tmp_path: Path) -> None:
    import strangers

    strangers.unix_socket(tmp_path / "s", tmp_path)
    with pytest.raises(MachineError, match="s: cannot be written"):
        dump().save(tmp_path / "s")
    assert (tmp_path / "s").is_socket()


@pytest.mark.parametrize("length", [200, 255])
def test_a_name_may_be_as_long_as_the_system_takes(length: int, tmp_path: Path) -> None:
    path = tmp_path / ("n" * length)
    write_file(path, [b"a", b"b"])
    assert path.read_bytes() == b"ab"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o600, 0o664])
def test_the_permissions_of_the_file_before_stay(mode: int, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"before")
    path.chmod(mode)
    write_file(path, [b"after"])
    assert path.read_bytes() == b"after"
    assert path.stat().st_mode & 0o777 == mode


def test_a_staged_file_is_never_one_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "token_hex", lambda length: "0" * length)
    mine = tmp_path / ".reportgen-staging-00000000"
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    for put in (mine.symlink_to, mine.hardlink_to):
        put(victim)
        with pytest.raises(MachineError, match="File exists"):
            write_file(tmp_path / "x", [b"a"])
        assert victim.read_bytes() == b"mine"
        assert not (tmp_path / "x").exists()
        mine.unlink()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_what_fails_leaves_the_file_before(error: type[BaseException], tmp_path: Path) -> None:
    def parts() -> Iterator[bytes]:
        yield b"half"
        raise error

    path = tmp_path / "x"
    path.write_bytes(b"before")
    with pytest.raises(error):
        write_file(path, parts())
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_followed_and_stays(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("x")
    write_file(tmp_path / "link", [b"a"])
    assert (tmp_path / "x").read_bytes() == b"a"
    assert (tmp_path / "link").is_symlink()
    with pytest.raises(InputError, match="is a directory"):
        write_file(tmp_path, [b"a"])


# --- folders ------------------------------------------------------------------------------------


def test_nothing_is_reached_through_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (real / "x").write_bytes(b"mine")
    (tmp_path / "link").symlink_to(real)
    (tmp_path / "x").symlink_to(real / "x")
    with pytest.raises(NotADirectoryError):
        Folder.opened(tmp_path / "link")
    with Folder.opened(tmp_path) as folder:
        assert folder.status("link/x") is None
        assert folder.sha256("x") is None
        for name in ("link/x", "x", "link"):
            with pytest.raises(OSError, match=name):
                folder.read(name)
        for name in ("link/new", "x"):
            with pytest.raises(OSError, match=name):
                folder.write(name, b"ours")
        folder.remove_empty("link")
        folder.remove_tree("link")
        folder.remove("link/x")
    assert (real / "x").read_bytes() == b"mine"


def test_a_folder_that_is_moved_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with Folder.opened(tmp_path / "a") as folder:
        (tmp_path / "a").rename(tmp_path / "b")
        (tmp_path / "a").mkdir()
        folder.write("x", b"x")
    assert list((tmp_path / "a").iterdir()) == []
    assert (tmp_path / "b" / "x").read_bytes() == b"x"


@pytest.mark.parametrize("links", [True, False])
def test_a_file_is_placed_only_where_nothing_is(
    links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not links:
        monkeypatch.setattr(Folder, "_link", lambda *_: False)
    with Folder.opened(tmp_path) as folder:
        folder.write("new", b"new")
        folder.write("there", b"mine")
        with pytest.raises(FileExistsError):
            folder.place("new", folder, "there")
        folder.place("new", folder, "place")
        assert folder.names() == ["place", "there"]
        assert folder.read("there") == b"mine"
