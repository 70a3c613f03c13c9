"""From raw tokens to text that people can read."""

import unicodedata
from typing import Any

import numpy as np
import pytest
from byte_letters import LETTERS, to_letters
from hypothesis import given
from hypothesis import strategies as st

from reportgen.encoding import ByteLevel
from reportgen.tokens import (
    BOS_TOKENS,
    Token,
    code_point,
    join_tokens,
    read_tokens,
    readable,
)


def shown(raw: str, byte_level: ByteLevel = "none") -> str:
    return read_tokens([raw], byte_level)[0].text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Ġthe", " the"),
        ("ĠĠ", "  "),
        ("Ċ", "↵"),
        ("ĊĊ", "↵↵"),
        ("čĊ", "␍↵"),
        ("ĉ", "→"),
        ("âĢĶ", "—"),
        ("Ã©", "é"),
        ("Ġæĸĩ", " 文"),
        ("ðŁĻĤ", "🙂"),
        ("Âł", "U+00A0"),
        ("Ń", "\\xad"),
        ("ä½", "\\xe4\\xbd"),
        ("ł", "\\xa0"),
        ("Ġä½", " \\xe4\\xbd"),
        ("<0x0A>", "<0x0A>"),
        ("", ""),
    ],
)
def test_byte_level(raw: str, text: str) -> None:
    assert shown(raw, byte_level="full") == text


def test_the_letters_of_single_bytes() -> None:
    assert [LETTERS[byte] for byte in (0x20, 0x0A, 0x00, 0x7F, 0xAD)] == ["Ġ", "Ċ", "Ā", "ġ", "Ń"]
    for byte, letter in LETTERS.items():
        expected = readable(chr(byte)) if byte < 0x80 else f"\\x{byte:02x}"
        assert shown(letter, byte_level="full") == expected


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_byte_level_tells_what_the_text_was(text: str) -> None:
    assert join_tokens([to_letters("." + text), "Ġx"], byte_level="full") == f".{text} x"
    assert shown("Ġ" + to_letters(text), byte_level="full") == " " + readable(text)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("▁the", " the"),
        ("▁▁", "  "),
        ("a▁b", "a b"),
        ("<0x0A>", "↵"),
        ("<0x09>", "→"),
        ("<0x41>", "A"),
        ("<0xe4>", "\\xe4"),
        ("<0x00>", "␀"),
        ("<0x0A>x", "<0x0A>x"),
        ("<0x0AB>", "<0x0AB>"),
        ("##ing", "##ing"),
        ("Ġthe", "Ġthe"),
        (" plain", " plain"),
    ],
)
def test_other_tokenizers(raw: str, text: str) -> None:
    assert shown(raw) == text


@pytest.mark.parametrize(
    "raw",
    [
        *sorted(BOS_TOKENS),
        "</s>",
        "<eos>",
        "<pad>",
        "<unk>",
        "<mask>",
        "[SEP]",
        "[MASK]",
        "[PAD]",
        "[UNK]",
        "<start_of_turn>",
        "<end_of_turn>",
        "<|im_start|>",
        "<|start_header_id|>",
        "<｜begin▁of▁sentence｜>",
    ],
)
@pytest.mark.parametrize("byte_level", ["none", "full", "half"])
def test_specials_are_shown_as_they_are(raw: str, byte_level: ByteLevel) -> None:
    assert shown(raw, byte_level) == raw


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("\n", "↵"),
        ("a\n\nb", "a↵↵b"),
        ("\t", "→"),
        ("\r", "␍"),
        ("\0", "␀"),
        ("\x1b[31m", "␛[31m"),
        ("\x1f", "␟"),
        ("\x7f", "␡"),
        ("\x85", "U+0085"),
        ("\x9f", "U+009F"),
        ("\xa0", "U+00A0"),
        ("\u3000", "U+3000"),
        ("\xad", "U+00AD"),
        ("a\u200bb", "aU+200Bb"),
        ("\u200d", "U+200D"),
        ("\u202e", "U+202E"),
        ("\u2028", "U+2028"),
        ("\ufeff", "U+FEFF"),
        ("\ufe0f", "U+FE0F"),
        ("\u034f", "U+034F"),
        ("\U000e0041", "U+E0041"),
        ("\ud83d", "U+D83D"),
        ("a\udc00", "aU+DC00"),
        ("\ue000", "U+E000"),
        ("\uffff", "U+FFFF"),
        ("\U0010ffff", "U+10FFFF"),
        ("e\u0301", "e\u0301"),
        ("日本", "日本"),
        ("שלום", "שלום"),
        ("🙂", "🙂"),
        ("<b>&amp;", "<b>&amp;"),
        ("  ", "  "),
    ],
)
def test_nothing_is_invisible(raw: str, text: str) -> None:
    assert shown(raw) == text == readable(raw)


@given(st.text(st.characters(exclude_categories=[])))
def test_readable_text_can_be_printed_and_read_again(text: str) -> None:
    once = readable(text)
    once.encode("utf-8")
    assert all(char.isprintable() for char in once)
    assert len(once) >= len(text)
    assert readable(once) == once


@given(st.characters(exclude_categories=[]))
def test_every_control_and_format_character_has_a_sign(char: str) -> None:
    if unicodedata.category(char)[0] in "CZ" and char != " ":
        assert readable(char) != char


@pytest.mark.parametrize(
    ("char", "name"), [("\0", "U+0000"), ("\u200b", "U+200B"), ("\U0001f642", "U+1F642")]
)
def test_code_point(char: str, name: str) -> None:
    assert code_point(char) == name


@pytest.mark.parametrize("token", ["<bos>", "<|endoftext|>", "<|begin_of_text|>", "<s>", "[CLS]"])
def test_bos_is_told_by_its_text_wherever_it_stands(token: str) -> None:
    flags = [t.is_bos for t in read_tokens(["a", token, " " + token, token.upper() + "x", token])]
    assert flags == [False, True, False, False, True]


@pytest.mark.parametrize(
    ("raw", "byte_level", "newline"),
    [
        ("\n", "none", True),
        ("a\n\nb", "none", True),
        ("<0x0A>", "none", True),
        ("Ċ", "full", True),
        ("Ċ", "none", False),
        ("↵", "none", False),
        ("\r", "none", False),
    ],
)
def test_which_tokens_end_a_line(raw: str, byte_level: ByteLevel, newline: bool) -> None:
    assert read_tokens([raw], byte_level)[0].has_newline is newline


def test_tokens_keep_their_raw_text_and_number() -> None:
    raw = ["<bos>", "Ġa", "", "Ġa", "\ud83d"]
    assert read_tokens(raw)[1] == Token("Ġa", "Ġa")
    assert [token.raw for token in read_tokens(raw, byte_level="full")] == raw


@pytest.mark.parametrize(
    ("raw", "byte_level", "text"),
    [
        (["<bos>", "a", " b", "\n"], "none", "a b\n"),
        (["a", "<s>", "b"], "none", "ab"),
        (["<s>", "▁a", "▁b", "<0x0A>"], "none", " a b\n"),
        (["<|endoftext|>", "a", "Ġä½", "ł"], "full", "a 你"),
        (["ä½"], "full", "\\xe4\\xbd"),
        (["<bos>"], "none", ""),
    ],
)
def test_joining(raw: list[str], byte_level: ByteLevel, text: str) -> None:
    assert join_tokens(raw, byte_level) == text


@pytest.mark.parametrize(
    ("special", "text"),
    [
        (None, "<im>user<end>"),
        ([False, True, False, True], "<im>user<end>"),
        ([True, True, False, True], "user<end>"),
        (np.array([True, False, False, False]), "user<end>"),
    ],
)
def test_joining_leaves_out_bos_alone(special: Any, text: str) -> None:
    assert join_tokens(["<im>", "<bos>", "user", "<end>"], special=special) == text
