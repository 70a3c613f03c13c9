"""A dump with everything in it that tokens, ids and numbers can do to a report."""

from typing import Any

MARKUP = [
    "<script>alert(1)</script>",
    "</script>",
    "</style>",
    "</textarea></title>",
    "<style>*{display:none}",
    "<img src=x onerror=alert(1)>",
    '" onerror="alert(1)',
    "' onmouseover='alert(1)",
    "` onfocus=alert(1) autofocus x=`",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>",
    "javascript:alert(1)",
    "<!--",
    "-->",
    "]]>",
    "<![CDATA[",
    "<?php",
    '"',
    "'",
    "&",
    "<",
    ">",
    "&lt;",
    "&amp;lt;",
    "&#x3c;script&#x3e;",
    "{{7*7}}",
    "{% raw %}",
    "{# note #}",
    "${7*7}",
    "__proto__",
    "constructor",
    "url(//example.org)",
    "; background: red",
    "\\u003cscript\\u003e",
]
MATH = ["$x^$", "$\\frac{1}{0}$", "$", "$$", "\\", "\\\\server\\share", "\\n", "%s %d", "C:\\NUL"]
SCRIPTS = [
    "日本語",
    "中文",
    "한국어",
    "العربية",
    "שלום",
    "हिन्दी",
    "ไทย",
    "Ġorġ",
    "Ñandú",
    "ﷺ",
    "𝔘𝔫𝔦",
    "🙂",
    "👩\u200d💻",
    "❤\ufe0f",
    "🇩🇪",
    "👍🏽",
    "e\u0301",
    "\u0301",
    "Z\u0351\u036b\u0343\u036a\u0302",
    "abc\u202edcba\u202c",
    "\u2066iso\u2069",
    "\u200f",
]
INVISIBLE = [
    "\u0000",
    "\u0001\u001f",
    "\u007f",
    "\u0085\u009f",
    "\u001b[31mred\u001b[0m",
    "\u0007\u0008",
    "\u200b",
    "a\u200cb\u200dc",
    "\ufeff",
    "\u00ad",
    "\u00a0",
    "\u3000",
    "\u2028",
    "\u2029",
    "\ud83d",
    "a\udc00b",
    "\ue000",
    "\uffff",
    "\ufffe",
    "\U0010ffff",
    "\U000e0041",
    "\u034f",
]
SPACES = [
    " ",
    "     ",
    " lead",
    "trail ",
    " both ",
    "in  side",
    "",
    "\t",
    "\t\tx",
    "\n",
    "\n\n\n",
    "a\nb\nc",
    "\r\n",
    "\r",
    "\u000b\u000c",
]
LENGTHS = ["x" * 300, "W" * 300, "ab " * 100, "字" * 300, "i"]
TOKENIZERS = [
    "Ġthe",
    "Ċ",
    "âĢĶ",
    "▁the",
    "▁",
    "<0x0A>",
    "<0xE4>",
    "##ing",
    "<unk>",
    "<|im_start|>",
    "<|endoftext|>",
    "[CLS]",
    "<s>",
]

SOURCES = [
    "0-clt-hp",
    "../../etc/passwd",
    "a/b\\c",
    "<b>bold</b>",
    '"><script>alert(2)</script>',
    "with space & more",
    "s" * 5000,
    "",
    ".",
    "CON",
    "con",
    "a\u202eb\u0000c\nd",
    "日本",
    "$x^$",
]
VALUES = [0.0, 1.0, -2.5, 0.00004, 0.0001, 42.1234, 3.14159, 0.004, 0.0, 99999.99, 7.5]


def _values(n_tokens: int, shift: int) -> list[float]:
    """Return values of all sizes, other ones for each `shift`; the first is ten times the max."""
    values = [VALUES[(position * 3 + shift) % len(VALUES)] for position in range(n_tokens)]
    return [10.0 * max(values), *values[1:]]


def _result(tokens: list[str], **more: Any) -> dict[str, Any]:
    """Return one result with features from every source."""
    tokens = ["<bos>", *tokens]
    n = len(tokens)
    features = [
        {"source": source, "index": 40780 + number // 3, "values": _values(n, number)}
        for number, source in enumerate(SOURCES)
    ]
    features += [
        {"source": "zero", "index": 0, "values": [0.0] * n},
        {"source": "tiny", "index": 1, "values": [1e-5] * n},
        {"source": "negative", "index": 2, "values": [-1.0 - k for k in range(n)]},
        {"source": "huge", "index": "3", "values": [3e9] + [3e8 / (1 + k) for k in range(n - 1)]},
        {"source": "twice", "index": 4.0, "values": _values(n, 1)},
        {"source": "twice", "index": 4, "values": _values(n, 5)},
    ]
    return {"tokens": tokens, "activations": features, **more}


def ugly_dump() -> dict[str, Any]:
    """Return the dump; each of its probes is a kind of trouble."""
    return {
        "model": '</title><script>alert("model")</script> $m^$',
        "source_set": "set \u202e <i>",
        "results": [
            _result(MARKUP, probe_id="<b>markup</b>", prompt="".join(MARKUP)),
            _result(SCRIPTS, probe_id="../\u202escripts", prompt="".join(SCRIPTS)),
            _result(INVISIBLE, probe_id="invisible\u0000\ud83d", prompt="".join(INVISIBLE)),
            _result(MATH + SPACES, probe_id="p" * 5000, prompt="line\nline\ttab" * 50),
            _result(LENGTHS, probe_id="twice", prompt=""),
            _result(TOKENIZERS, probe_id="twice"),
            {
                "tokens": ["only"],
                "activations": [{"source": "0-clt-hp", "index": 40780, "values": [0.0]}],
            },
            {"tokens": ["<bos>"], "counts": [[5.0], [0.0]], "activations": []},
        ],
    }
