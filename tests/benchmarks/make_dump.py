"""Write a synthetic dump of any size, row by row.

    make_dump.py DUMP PROBES FEATURES TOKENS [SEED]

The numbers are spread as in real dumps of transcoder features: of the feature rows 40 % are all
zero, of all values 14.5 % are not, and on a third of the live rows `<bos>` has 3.4 times the most
that any other token has. The same arguments give the same bytes.
"""

import argparse
import json
from pathlib import Path
from typing import Any, TextIO

import numpy as np

DEAD_ROWS = 0.4
NONZERO = 0.145
BOS_ROWS, BOS_FACTOR = 1 / 3, 3.4
LAYERS, WIDTH = 26, 98_304

_TEXT = """
a an and answer are as because bridge by called city coast county does every for found from has his
in into is it its large lies map means near new north not of old on one or people river road said
sea she small south state that the their there to town two was water west what which who with word
"""
_STEMS = _TEXT.split()
_PIECES = ["ing", "ed", "s", "er", "ville", ",", ".", "?", "-", '"', "\n", "é", "7", "19"]


def write_dump(path: Path, probes: int, features: int, tokens: int, seed: int = 0) -> Path:
    """Write a dump of that size to `path`; return `path`."""
    rng = np.random.default_rng(seed)
    sources = [
        (f"{number * LAYERS // features}-clt-hp", int(index))
        for number, index in enumerate(rng.integers(WIDTH, size=features))
    ]
    with path.open("w", encoding="utf-8") as file:
        file.write('{"model": "synthetic", "source_set": "clt-hp", "results": [')
        for number in range(probes):
            file.write(",\n" if number else "\n")
            _write_probe(file, rng, number, sources, tokens)
        file.write("\n]}\n")
    return path


def _write_probe(
    file: TextIO,
    rng: np.random.Generator,
    number: int,
    sources: list[tuple[str, int]],
    n_tokens: int,
) -> None:
    """Write one result, its features as they are made."""
    tokens = ["<bos>", *(_token(rng) for _ in range(n_tokens - 1))]
    head = {"probe_id": f"synthetic_{number}", "prompt": "".join(tokens[1:]), "tokens": tokens}
    file.write(json.dumps(head)[:-1] + ', "activations": [')
    for row, (source, index) in enumerate(sources):
        feature = {"source": source, "index": index, **_facts(_values(rng, n_tokens))}
        file.write((",\n" if row else "\n") + json.dumps(feature))
    file.write("]}")


def _token(rng: np.random.Generator) -> str:
    """Return a token: mostly a word with the space before it, sometimes a piece of one."""
    if rng.random() < 0.2:
        return _PIECES[rng.integers(len(_PIECES))]
    return " " + _STEMS[rng.integers(len(_STEMS))]


def _values(rng: np.random.Generator, n_tokens: int) -> list[float]:
    """Return one row of activations."""
    if rng.random() < DEAD_ROWS:
        return [0.0] * n_tokens
    active = rng.random(n_tokens) < NONZERO / (1 - DEAD_ROWS)
    values = np.where(active, rng.gamma(1.8, 22.0, n_tokens), 0.0)
    if rng.random() < BOS_ROWS:
        values[0] = BOS_FACTOR * values[1:].max(initial=0.0)
    return [round(value, 6) for value in values.tolist()]


def _facts(values: list[float]) -> dict[str, Any]:
    """Return what a dump says of a row besides: which reportgen does not trust."""
    top = max(values)
    facts = {"sum_values": sum(values), "max_value": top, "max_value_index": values.index(top)}
    return {"values": values, **facts}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dump", type=Path)
    for name in ("probes", "features", "tokens"):
        parser.add_argument(name, type=int)
    parser.add_argument("seed", type=int, nargs="?", default=0)
    arguments = vars(parser.parse_args())
    write_dump(arguments.pop("dump"), **arguments)


if __name__ == "__main__":
    main()
