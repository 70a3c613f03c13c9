"""Dumps with values and names of every kind, from the file to the report."""

import json
from pathlib import Path
from typing import Any

import pytest
from dumps import load, write_dump
from runner import runner
from value_dumps import (
    bos_only_dump,
    chat_dump,
    half_decoded_dump,
    hidden_negatives_dump,
    label_table,
    labelled_dump,
    signed_dump,
)

from reportgen.cli import main
from reportgen.sheets import Options, settle


def written(tmp_path: Path, dump: dict[str, Any], *options: str) -> dict[str, Any]:
    """Return the `report.json` of a dump, whose PNGs have to be there."""
    out = tmp_path / "out"
    given = (write_dump(tmp_path, dump), "--all-probes", "-o", out, *options)
    result = runner().invoke(main, [str(one) for one in given])
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    manifest: dict[str, Any] = json.loads((out / "report.json").read_bytes())
    pngs = [name for name in manifest["files"] if name.endswith(".png")]
    assert pngs
    assert all((out / name).read_bytes().startswith(b"\x89PNG") for name in pngs)
    return manifest


def ranked(probe: dict[str, Any]) -> list[tuple[str, float]]:
    """Return the features of a probe by rank with their max."""
    found = [(f["feature"], f["max"]) for f in probe["features"]]
    assert [f["rank"] for f in probe["features"]] == list(range(1, len(found) + 1))
    return found


def test_a_signed_dump(tmp_path: Path) -> None:
    manifest = written(tmp_path, signed_dump())
    assert manifest["title"] == "gemma-2-2b · dump.json"
    review, weather = manifest["probes"]
    assert ranked(review) == [
        ("20-direction:0", 5.4),
        ("20-direction:1", 2.6),
        ("20-direction:2", 1.05),
        ("20-direction:3", 0.0),
    ]
    assert ranked(weather)[2:] == [("20-direction:3", 7.0), ("20-direction:2", 0.0)]
    assert (review["max"], weather["max"]) == (5.4, 2.2)


def said(tmp_path: Path, dump: dict[str, Any], *options: object) -> str:
    """Return the line that the command ends with, from the page's path on."""
    given = (write_dump(tmp_path, dump), "--combined-only", "-o", tmp_path / "out", *options)
    result = runner().invoke(main, [str(one) for one in given])
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.count("\n") == 1
    return result.stdout.partition("index.html")[2].strip()


def test_the_summary_tells_what_is_hidden_undrawn_and_named_in_one_bracket(tmp_path: Path) -> None:
    hidden = "12 negative values hidden, lowest -5.40; --negatives shows them"
    assert said(tmp_path, hidden_negatives_dump()) == f"({hidden})"
    assert said(tmp_path, hidden_negatives_dump(), "--negatives") == ""
    (tmp_path / "labels.csv").write_text("feature,label\n6_12,films\n7_12,x\n")
    dump = hidden_negatives_dump()
    dump["results"] *= 3
    assert said(tmp_path, dump, "--labels", tmp_path / "labels.csv") == (
        "(1 of 3 probes drawn, --all-probes draws all; labels for 1 of 3 features; 1 row names "
        f"others; {hidden})"
    )
    assert said(tmp_path, signed_dump(), "--all-probes") == ""


def test_hidden_negatives(tmp_path: Path) -> None:
    (probe,) = written(tmp_path, hidden_negatives_dump())["probes"]
    assert ranked(probe) == [("6-mlp:12", 31.5), ("6-mlp:40", 8.0), ("6-mlp:41", 6.0)]
    (probe,) = written(tmp_path, hidden_negatives_dump(), "--negatives")["probes"]
    assert [name for name, _ in ranked(probe)] == ["6-mlp:12", "6-mlp:40", "6-mlp:41"]
    hidden = settle(load(hidden_negatives_dump()), Options()).hidden_negatives
    assert hidden is not None
    assert (hidden.count, hidden.lowest) == (12, -5.4)


def test_a_chat(tmp_path: Path) -> None:
    manifest = written(tmp_path, chat_dump())
    assert manifest["title"] == "gemma-2-2b-it · dump.json"
    (probe,) = manifest["probes"]
    assert ranked(probe) == [
        ("20-gemmascope-res-16k:55", 55.0),
        ("20-gemmascope-res-16k:7", 14.0),
        ("20-gemmascope-res-16k:19", 8.0),
        ("20-gemmascope-res-16k:4096", 3.5),
    ]


def test_a_half_decoded_dump(tmp_path: Path) -> None:
    assert len(written(tmp_path, half_decoded_dump())["probes"]) == 3
    texts = [
        [token.text for token in probe.tokens]
        for probe in settle(load(half_decoded_dump()), Options(probe_indexes=None)).probes
    ]
    assert texts[0][2:9] == [" caf", "é", "↤", " in", " 北", "京", "↤"]
    assert "".join(texts[1][1:]).replace("↤", "") == "“Don’t touch the Zürich cheese”"
    assert "".join(texts[2][1:]).replace("↤", "") == "Great job 🙂 see you on the 5 ºC"


def test_a_dump_with_features_on_bos_only(tmp_path: Path) -> None:
    dallas, austin = written(tmp_path, bos_only_dump())["probes"]
    assert ranked(dallas) == [
        ("3-clt-hp:13", 11.25),
        ("9-clt-hp:15", 3.0),
        ("0-clt-hp:11", 49.36),
        ("3-clt-hp:14", 7.5),
        ("0-clt-hp:12", 0.0),
    ]
    assert ranked(austin) == [("3-clt-hp:13", 790.0), ("0-clt-hp:11", 50.0), ("0-clt-hp:12", 0.0)]
    assert (dallas["max"], austin["max"]) == (11.25, 790.0)


@pytest.mark.parametrize("labelled", [True, False], ids=["in the dump", "in a file"])
def test_a_dump_with_names(labelled: bool, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text(label_table(), encoding="utf-8")
    options = () if labelled else ("--labels", str(tmp_path / "labels.csv"))
    manifest = written(tmp_path, labelled_dump(labelled=labelled), *options)
    first, second = (ranked(probe) for probe in manifest["probes"])
    assert first[0] == ("22-clt-hp:11998", 42.5)
    assert second[0] == ("7-clt-hp:4021", 44.0)
    assert manifest["probes"][0]["features"][0]["explanation"].startswith("Dallas and other")


def test_a_label_file_says_what_the_dump_says(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text(label_table(), encoding="utf-8")
    named = load(labelled_dump(labelled=False)).labelled(tmp_path / "labels.csv")
    assert named.labels == load(labelled_dump()).labels
    assert named.labels_summary == "labels for 7 of 8 features; 2 rows name others"
