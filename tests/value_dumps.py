"""Dumps whose values and names are of every kind: small, and as people record them."""

from typing import Any

from byte_letters import LETTERS
from dumps import make_dump, make_result

__all__ = [
    "bos_only_dump",
    "chat_dump",
    "half_decoded_dump",
    "hidden_negatives_dump",
    "label_table",
    "labelled_dump",
    "signed_dump",
]

REVIEW = ["<bos>", "I", " loved", " the", " film", ",", " but", " the", " ending", " is", " awful"]
WEATHER = ["<bos>", "A", " mild", " day", ";", " nobody", " complains"]
CHAT = ["<bos>", "<start_of_turn>", "user", "\n", "Hello", "!", "<end_of_turn>", "\n",
        "<start_of_turn>", "model", "\n", "Hi", " there", ".", "<end_of_turn>", "\n"]  # fmt: skip
DALLAS = ["<bos>", "The", " capital", " of", " the", " state", " containing", " Dallas", " is"]
AUSTIN = ["<bos>", "Austin", " is", " a", " city", " in", " Texas"]


def _spread(n_tokens: int, **values: float) -> list[float]:
    """Return zeros with values at positions, given as `_3=1.5`."""
    found = [0.0] * n_tokens
    for place, value in values.items():
        found[int(place.removeprefix("_"))] = value
    return found


def signed_dump() -> dict[str, Any]:
    """Return directions, with values of both signs that matter, on BOS far below all others."""
    return make_dump(
        make_result(
            REVIEW,
            ("20-direction:0", [-80.0, 0.31, 4.2, 0.1, 0.62, -0.05, -0.9, -0.12, -0.4, -1.1, -5.4]),
            ("20-direction:1", [-60.0, -0.4, -0.7, -0.2, -2.6, -0.1, -0.3, -0.2, -1.9, -0.6, -1.2]),
            ("20-direction:2", [2.0, 0.0, 1.05, 0.3, 0.8, -0.07, 0.0, 0.2, 0.45, 0.0, 0.9]),
            ("20-direction:3", _spread(11)),
            probe_id="review",
        ),
        make_result(
            WEATHER,
            ("20-direction:0", [-78.0, 0.2, 0.9, 1.3, 0.0, -0.2, -2.2]),
            ("20-direction:1", [-61.0, 0.3, 1.4, 2.0, 0.1, 0.6, 0.2]),
            ("20-direction:2", _spread(7)),
            ("20-direction:3", _spread(7, _0=-7.0)),
            probe_id="weather",
        ),
        model="gemma-2-2b",
        source_set="direction",
    )


def hidden_negatives_dump() -> dict[str, Any]:
    """Return activations with 12 negative values that are too near zero to be shown unasked."""
    low = [0.0, -0.2, 0.0, -1.5, 0.0, -5.4, 0.0, -0.3, 0.0, -0.1, -0.02]
    return make_dump(
        make_result(
            REVIEW,
            ("6-mlp:12", [90.0, 0.0, 31.5, 0.0, 12.0, *low[5:]]),
            ("6-mlp:40", [45.0, 3.0, 8.0, *low[3:]]),
            ("6-mlp:41", [0.0, -0.2, -1.5, -0.4, *_spread(7, _2=6.0)]),
        ),
        model="gpt2-small",
    )


def chat_dump() -> dict[str, Any]:
    """Return a chat with Gemma's turn tokens, flagged as special.

    Feature 55 fires on `<end_of_turn>` at 55.0 and elsewhere at 0.30.
    """
    ends = _spread(16, _4=0.3, _6=55.0, _14=48.5)
    roles = [300.0, 12.5, *_spread(6), 14.0, 9.5, *_spread(6)]
    greets = _spread(16, _0=2.0, _4=7.25, _5=1.5, _11=8.0, _12=2.5)
    newlines = _spread(16, _3=3.0, _7=2.0, _10=3.5, _15=0.75)
    result = make_result(
        CHAT,
        ("20-gemmascope-res-16k:55", ends),
        ("20-gemmascope-res-16k:7", roles),
        ("20-gemmascope-res-16k:19", greets),
        ("20-gemmascope-res-16k:4096", newlines),
        probe_id="chat",
        tokens_is_special=[token.startswith("<") for token in CHAT],
    )
    return make_dump(result, model="gemma-2-2b-it", source_set="gemmascope-res-16k")


def half_decoded_dump() -> dict[str, Any]:
    """Return texts as SAEDashboard writes them: ASCII decoded, other bytes left as letters."""
    texts = [
        [
            "<|endoftext|>",
            "The",
            " caf",
            "é|",
            " in",
            " 北",
            "京|",
            " is",
            " closed",
            "—|",
            "sorry",
        ],
        ["<|endoftext|>", "“|", "Don", "’|", "t", " touch", " the", " Zür", "ich", " cheese", "”|"],
        ["<|endoftext|>", "Great", " job", " 🙂|", " see", " you", " on", " the", " 5", " º|", "C"],
    ]
    results = []
    for number, text in enumerate(texts):
        tokens = [written for token in text for written in _half_decoded(token)]
        rising = [float(place % 5) * (number + 1) for place in range(len(tokens))]
        falling = [20.0 / (place + 1) for place in range(len(tokens))]
        results.append(
            make_result(
                tokens, ("6-res-jb:7", rising), ("6-res-jb:650", falling), probe_id=f"text_{number}"
            )
        )
    return make_dump(*results, model="gpt2-small", source_set="res-jb")


def _half_decoded(token: str) -> list[str]:
    """Return a token half decoded; one that ends in `|` as two, cut before its last byte."""
    whole = token.removesuffix("|")
    letters = "".join(
        char if char.isascii() else "".join(LETTERS[byte] for byte in char.encode())
        for char in whole
    )
    return [letters] if whole == token else [letters[:-1], letters[-1]]


def bos_only_dump() -> dict[str, Any]:
    """Return features of which some fire on BOS only, some nowhere, and two elsewhere too.

    In the second probe nothing fires elsewhere than on BOS.
    """
    n, m = len(DALLAS), len(AUSTIN)
    return make_dump(
        make_result(
            DALLAS,
            ("0-clt-hp:11", _spread(n, _0=49.36)),
            ("0-clt-hp:12", _spread(n)),
            ("3-clt-hp:13", _spread(n, _0=812.0, _2=4.5, _7=11.25)),
            ("3-clt-hp:14", _spread(n, _0=7.5)),
            ("9-clt-hp:15", _spread(n, _5=2.25, _7=3.0)),
            probe_id="dallas",
        ),
        make_result(
            AUSTIN,
            ("0-clt-hp:11", _spread(m, _0=50.0)),
            ("0-clt-hp:12", _spread(m)),
            ("3-clt-hp:13", _spread(m, _0=790.0)),
            probe_id="austin",
        ),
        model="gemma-2-2b",
        source_set="clt-hp",
    )


LABELS = {
    "22-clt-hp:11998": ("Dallas", "cities", "Dallas and other cities of Texas"),
    "21-clt-hp:84338": ("Say (Austin)", "outputs", None),
    "7-clt-hp:4021": ("Texas", "places", "mentions of Texas, its cities and its people"),
    "3-clt-hp:77": ("capital", "relations", None),
    "2-clt-hp:15": (None, "relations", None),
    "23-clt-hp:9": ("Say (a capital city, of whichever state or country is asked for)", "outputs",
                    "raises the chance that the next token names the capital"),
    "0-clt-hp:1234": (None, None, "the word “is”"),
}  # fmt: skip
"""Label, group and explanation of each feature of `labelled_dump` that has any."""
_LABELLED = {
    "22-clt-hp:11998": (_spread(9, _7=42.5, _8=3.0), _spread(7, _1=9.0, _6=4.0)),
    "0-clt-hp:1234": (_spread(9, _8=6.0), _spread(7, _2=5.5)),
    "21-clt-hp:84338": (_spread(9, _0=80.0, _8=37.25), _spread(7, _1=12.0)),
    "7-clt-hp:4021": (_spread(9, _5=8.0, _7=21.0), _spread(7, _6=44.0)),
    "3-clt-hp:77": (_spread(9, _2=30.0), _spread(7, _4=2.0)),
    "2-clt-hp:15": (_spread(9, _3=5.0, _6=13.0), _spread(7, _5=3.5)),
    "23-clt-hp:9": (_spread(9, _8=19.0), _spread(7)),
    "12-clt-hp:500": (_spread(9, _1=1.5), _spread(7, _3=1.0)),
}


def labelled_dump(*, labelled: bool = True) -> dict[str, Any]:
    """Return 8 features, 7 of which have a name; without names, for a label file, on demand."""
    results = [
        make_result(tokens, *((name, values[place]) for name, values in _LABELLED.items()))
        for place, tokens in enumerate((DALLAS, AUSTIN))
    ]
    for feature in (f for result in results for f in result["activations"] if labelled):
        name = f"{feature['source']}:{feature['index']}"
        label, group, explanation = LABELS.get(name, (None, None, None))
        about = [{"description": explanation}] if explanation else None
        own = {"label": label, "group": group, "explanations": about}
        feature.update({key: said for key, said in own.items() if said})
    return make_dump(*results, model="gemma-2-2b", source_set="clt-hp")


def label_table() -> str:
    """Return the names of `labelled_dump` as CSV, with two rows about features it lacks."""
    rows = [*LABELS.items(), ("1-clt-hp:1", ("other", "", "")), ("1-clt-hp:2", ("other", "", ""))]
    lines = [f'{name},"{label or ""}",{group or ""},"{explanation or ""}"'
             for name, (label, group, explanation) in rows]  # fmt: skip
    return "\n".join(["feature,label,group,explanation", *lines, ""])
