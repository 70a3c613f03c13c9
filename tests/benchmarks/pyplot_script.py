"""The yardstick: what one's own pyplot script does with a dump: `DUMP OUT [K [PROBE]]`.

For each probe (or for PROBE alone) the matrix of all features and the K strongest features token by
token, as PNGs. It is fair, not foolish: no display, no mathtext, figures closed, `imshow` for the
matrix; but it is what one writes in an hour, an artist for everything. There is no page.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

mpl.use("Agg")
mpl.rcParams["text.parse_math"] = False

import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.patches import Rectangle  # noqa: E402

COLUMNS = 20
EMERALD = tuple(channel / 255 for channel in (52, 211, 153))
BOS = ("<bos>", "<s>", "<|endoftext|>", "<|begin_of_text|>", "[CLS]")


def draw_matrix(probe: dict[str, Any], path: Path) -> None:
    """Draw all features × tokens."""
    features, tokens = probe["activations"], [shown(token) for token in probe["tokens"]]
    names = [f"{feature['source']}:{feature['index']}" for feature in features]
    size = (max(16.0, 0.5 * len(tokens)), max(10.0, 0.3 * len(features)))
    fig, ax = plt.subplots(figsize=size)
    image = ax.imshow([feature["values"] for feature in features], cmap="Greens", aspect="auto")
    ax.set_xticks(np.arange(len(tokens)), tokens, rotation=45, ha="right", fontsize=8)
    ax.set_yticks(np.arange(len(names)), names, fontsize=8)
    ax.set_title(probe.get("probe_id", ""))
    fig.colorbar(image, ax=ax)
    save(fig, path)


def draw_feature(tokens: list[str], feature: dict[str, Any], path: Path) -> None:
    """Draw one feature, token by token."""
    values = np.array(feature["values"])
    most = max((v for v, token in zip(values, tokens, strict=True) if token not in BOS), default=0)
    shares = np.clip(values / most, 0, 1) if most > 0 else np.zeros_like(values)
    alphas = np.where(shares > 0, 0.05 + 0.95 * np.log10(1 + 9 * shares), 0)
    n_rows = -(-len(tokens) // COLUMNS)
    fig, ax = plt.subplots(figsize=(16, min(3, max(2, 1 + 0.5 * n_rows))))
    ax.set_xlim(0, COLUMNS)
    ax.set_ylim(n_rows, 0)
    ax.set_axis_off()
    ax.set_title(f"{feature['source']}:{feature['index']} (max {most:.2f})", weight="bold")
    for place, (token, value, alpha) in enumerate(zip(tokens, values, alphas, strict=True)):
        row, column = divmod(place, COLUMNS)
        fill = (*EMERALD, float(alpha))
        ax.add_patch(Rectangle((column, row), 1, 1, facecolor=fill, edgecolor="lightgray"))
        middle = column + 0.5
        ax.text(middle, row + 0.35, shown(token), ha="center", fontsize=8, family="monospace")
        if alpha > 0:
            ax.text(middle, row + 0.8, f"{value:.2f}", ha="center", fontsize=6)
    save(fig, path)


def shown(token: str) -> str:
    """Return a token with its spaces and line breaks visible."""
    return token.replace(" ", "·").replace("\n", "↵")


def save(fig: Any, path: Path) -> None:
    """Save and close a figure."""
    plt.tight_layout()
    fig.savefig(path, dpi=150, bbox_inches="tight")
    plt.close(fig)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dump", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("k", type=int, nargs="?", default=10)
    parser.add_argument("probe", type=int, nargs="?")
    arguments = parser.parse_args()
    probes = json.loads(arguments.dump.read_text(encoding="utf-8"))["results"]
    for number in range(len(probes)) if arguments.probe is None else [arguments.probe]:
        folder = arguments.out / f"probe_{number}"
        folder.mkdir(parents=True, exist_ok=True)
        draw_matrix(probes[number], folder / "combined.png")
        ranked = sorted(probes[number]["activations"], key=lambda item: -max(item["values"]))
        for rank, feature in enumerate(ranked[: arguments.k], 1):
            draw_feature(probes[number]["tokens"], feature, folder / f"rank_{rank}.png")


if __name__ == "__main__":
    main()
