"""Small dumps for tests, and where the example dumps are."""

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reportgen.dumps import Dump, read_dump
from reportgen.sheets import Options, ReportSheet, settle

ROOT = Path(__file__).resolve().parent.parent
DALLAS = ROOT / "output" / "examples" / "Dallas" / "activations_dump.json"
LONG = ROOT / "output" / "examples" / "long" / "activations_dump.json"


def make_feature(feature_id: str, values: Sequence[float]) -> dict[str, Any]:
    """Return a feature as a dump has it; `feature_id` is `source:index`."""
    source, _, index = feature_id.rpartition(":")
    return {"source": source, "index": int(index), "values": list(values)}


def make_result(
    tokens: Sequence[str], *features: tuple[str, Sequence[float]], **more: Any
) -> dict[str, Any]:
    """Return one result; each feature is its id and its values."""
    return {"tokens": list(tokens), "activations": [make_feature(*f) for f in features], **more}


def make_dump(*results: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a dump of `results`, of one small one if there are none."""
    return {"results": list(results) or [make_result(["<bos>", "a"], ("s:1", [9.0, 1.0]))], **more}


def write_dump(tmp_path: Path, doc: Any, name: str = "dump.json") -> Path:
    """Write a dump as JSON; return its path."""
    path = tmp_path / name
    path.write_text(json.dumps(doc), encoding="ascii")
    return path


def load(doc: Any) -> Dump:
    """Read a dump without a file."""
    return read_dump(io.BytesIO(json.dumps(doc).encode("ascii")))


def settled(*results: dict[str, Any], **options: Any) -> ReportSheet:
    """Settle a dump of `results`."""
    return settle(load(make_dump(*results)), Options(**options))
