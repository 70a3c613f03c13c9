"""Drawing by a Dask cluster: a real scheduler and two workers on this machine, one of them lost."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from dumps import DALLAS, make_dump, make_result, write_dump
from runner import runner
from test_pool import contents

import reportgen
from reportgen.cli import main


def start(module: str, *arguments: str, cwd: Path) -> "subprocess.Popen[bytes]":
    """Start a part of a cluster."""
    command = [sys.executable, "-m", f"distributed.cli.{module}", "--no-dashboard", *arguments]
    env = os.environ | {"DASK_DISTRIBUTED__SCHEDULER__WORK_STEALING": "false"}
    log = (cwd / f"{module}.log").open("ab")
    with log:
        return subprocess.Popen(command, cwd=cwd, env=env, stdout=log, stderr=log)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list["subprocess.Popen[bytes]"]]]:
    """Give the address of a scheduler, and its two workers."""
    at = tmp_path / "scheduler.json"
    parts = [
        start(
            "dask_scheduler",
            *["--host", "tcp://127.0.0.1", "--port", "0", "--scheduler-file", str(at)],
            cwd=tmp_path,
        )
    ]
    deadline = time.monotonic() + 60
    while not at.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    address = json.loads(at.read_text())["address"]
    options = ["--nthreads", "1", "--no-nanny", "--host", "127.0.0.1"]
    workers = [start("dask_worker", address, *options, cwd=tmp_path) for _ in range(2)]
    try:
        yield address, workers
    finally:
        for part in [*workers, *parts]:
            part.kill()
            part.wait()


def test_a_cluster_that_loses_a_worker_draws_the_same(
    cluster: tuple[str, list["subprocess.Popen[bytes]"]], tmp_path: Path
) -> None:
    address, workers = cluster
    result = make_result([f" t{n}" for n in range(40)], *[(f"s:{n}", [n] * 40) for n in range(8)])
    path = write_dump(tmp_path, make_dump(*[result] * 120))
    here, there = tmp_path / "here", tmp_path / "there"
    reportgen.build_report(path, here, probe_indexes=None)
    command = [sys.executable, "-m", "reportgen", str(path), "--all-probes", "-o", str(there)]
    run = subprocess.Popen([*command, "--scheduler", address], stderr=subprocess.PIPE)
    staged = tmp_path / ".there.reportgen-staging" / "files" / "probe_9"
    while run.poll() is None and not staged.exists():
        time.sleep(0.02)
    assert run.poll() is None, "the run was to lose a worker half-way"
    workers[0].send_signal(signal.SIGKILL)
    _, said = run.communicate(timeout=120)
    assert run.returncode == 0, said
    assert contents(there) == contents(here)


def test_no_scheduler_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reportgen.pool.CONNECT_SECONDS", 1)
    command = [str(DALLAS), "--scheduler", "tcp://127.0.0.1:9", "-o", str(tmp_path / "out")]
    result = runner().invoke(main, command)
    assert result.exit_code == 1
    assert "no Dask scheduler answers there" in result.stderr
    assert not (tmp_path / "out").exists()


def test_without_dask_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    command = [str(DALLAS), "--scheduler", "tcp://127.0.0.1:9", "-o", str(tmp_path / "out")]
    result = runner().invoke(main, command)
    assert result.exit_code == 2
    assert "pip install 'activation-reportgen[dask]'" in result.stderr
