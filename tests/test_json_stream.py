"""Reading piece by piece gives what reading at once does, wherever the pieces end."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen import json_stream
from reportgen.json_stream import BrokenJSONError, JSONStream

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


def read(data: bytes, chunk: int) -> Any:
    """Read a document by chunks of so many bytes; put its members together again."""
    patch = pytest.MonkeyPatch()
    patch.setattr(json_stream, "CHUNK", chunk)
    document: Any = {}
    try:
        for key, position, value in JSONStream(io.BytesIO(data)).members("results"):
            if key is None:
                document = value
            elif position is None or position == -1:
                document[key] = [] if position == -1 else value
            else:
                assert len(document[key]) == position
                document[key].append(value)
    finally:
        patch.undo()
    return document


@given(
    VALUES | st.fixed_dictionaries({"results": VALUES, "model": VALUES}),
    st.integers(1, 40),
    st.booleans(),
    st.sampled_from([None, 1, "\t"]),
)
def test_the_same_as_at_once(value: Any, chunk: int, ascii_only: bool, indent: Any) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    data = text.encode("utf-8", "surrogatepass")
    if ascii_only or not any("\ud800" <= char <= "\udfff" for char in text):
        assert read(data, chunk) == json.loads(data)


@given(
    st.lists(
        st.sampled_from(
            [
                '{"results": [',
                '"a": ',
                "1",
                "-",
                "0.5e",
                "{",
                "}",
                "[",
                "]",
                ",",
                '"',
                "\\u12",
                "\n",
            ]
        )
        | st.sampled_from(["true", "nul", "NaN", " ", "x", "é", "1e400"]),
        max_size=12,
    ),
    st.integers(1, 9),
)
def test_broken_where_reading_at_once_says_so(parts: list[str], chunk: int) -> None:
    text = "".join(parts)
    try:
        expected = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}" if error.pos else "not JSON"
        place = place if text.strip() else "empty"
    else:
        assert json.dumps(read(text.encode(), chunk)) == json.dumps(expected)
        return
    with pytest.raises(BrokenJSONError, match=place):
        read(text.encode(), chunk)


def test_a_doubled_list_begins_again() -> None:
    data = b'{"results": [1, 2], "a": 1, "results": [3], "results": []}'
    found = list(JSONStream(io.BytesIO(data)).members("results"))
    assert found == [
        ("results", -1, None),
        ("results", 0, 1),
        ("results", 1, 2),
        ("a", None, 1),
        ("results", -1, None),
        ("results", 0, 3),
        ("results", -1, None),
    ]


def test_text_that_is_read_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "CHUNK", 100)
    data = b'{"results": [' + b", ".join([b"[1, 2, 3]"] * 1000) + b"]}"
    stream = JSONStream(io.BytesIO(data))
    for _ in stream.members("results"):
        assert len(stream._text) < 300


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_what_was_found_is_shown_wherever_the_pieces_end(chunk: int) -> None:
    with pytest.raises(
        BrokenJSONError, match=r"line 2, column 4: .*, found \"'b': 'abcdefghijklmnopqr\""
    ):
        read(b"{\"a\": 1,\n   'b': 'abcdefghijklmnopqrstuvwxyz'}", chunk)
