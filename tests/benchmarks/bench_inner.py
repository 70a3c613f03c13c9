"""The inner parts, by pytest-benchmark: `pytest tests/benchmarks/bench_inner.py`.

The name is not one that pytest collects, so they run only when asked for.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from make_dump import write_dump

from reportgen import Dump, core, page, png, read_dump
from reportgen.sheets import Options, ProbeSheet, settle

Benchmark = Callable[..., Any]
ALL = Options(probe_indexes=None)


@pytest.fixture(scope="session")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dump of 40 probes."""
    return write_dump(tmp_path_factory.mktemp("dumps") / "dump.json", 40, 60, 16)


@pytest.fixture(scope="session")
def dump(path: Path) -> Dump:
    return read_dump(path)


@pytest.fixture(scope="session")
def probe(dump: Dump) -> ProbeSheet:
    return settle(dump, ALL).probes[0]


def test_opacity(benchmark: Benchmark) -> None:
    values = np.random.default_rng(0).gamma(2.0, 20.0, 1_000_000)
    alphas = benchmark(core.opacity, values, values.max())
    assert alphas.max() == 1


def test_reading(benchmark: Benchmark, path: Path) -> None:
    assert len(benchmark(read_dump, path).probes) == 40


def test_settling(benchmark: Benchmark, dump: Dump) -> None:
    assert len(benchmark(lambda: list(settle(dump, ALL).probes))) == 40


def test_feature_png(benchmark: Benchmark, probe: ProbeSheet) -> None:
    assert benchmark(png.render, probe.rows[0])


def test_combined_png(benchmark: Benchmark, probe: ProbeSheet) -> None:
    assert benchmark(png.render, probe.matrix)


def test_page(benchmark: Benchmark, tmp_path: Path) -> None:
    large = read_dump(write_dump(tmp_path / "dump.json", 1, 200, 64))
    options = Options(top_k=200)
    assert benchmark(lambda: page.render(settle(large, options)))
