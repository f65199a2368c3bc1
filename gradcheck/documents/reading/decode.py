"""From the bytes of a file to its characters and back, or a plain refusal: encodings are not guessed."""

from __future__ import annotations

import codecs

from gradcheck.documents.reading.source import UnreadableDocument

# UTF-32 before UTF-16: the little-endian mark of the one begins with the mark of the other.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, or in UTF-16 or UTF-32 with a byte order mark (which is dropped)."""
    if not data:
        raise UnreadableDocument("the file is empty: there is nothing to check in it")
    mark, encoding = _encoding(data)
    text = _decode_as(encoding, data, len(mark))
    if "\x00" in text:
        raise UnreadableDocument(_describe_binary(data))
    if not text.strip():
        raise UnreadableDocument("the file holds only white space: there is nothing to check in it")
    return text


def encode_like(text: str, data: bytes) -> bytes:
    """The bytes of a text in the encoding of other bytes, with a byte order mark if they have one."""
    mark, encoding = _encoding(data)
    return mark + text.encode(encoding)


def _encoding(data: bytes) -> tuple[bytes, str]:
    """The byte order mark of a file, if it has one, and its encoding."""
    return next((pair for pair in _MARKS if data.startswith(pair[0])), (b"", "utf-8"))


def _decode_as(encoding: str, data: bytes, skipped: int) -> str:
    try:
        return data[skipped:].decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableDocument(_describe_undecodable(error, data, skipped)) from None


def _describe_binary(data: bytes) -> str:
    return (
        f"there is a NUL byte at offset {data.index(0)}: this is a binary file, or text in UTF-16 without a "
        "byte order mark. Give the document's source text, saved as UTF-8"
    )


def _describe_undecodable(error: UnicodeDecodeError, data: bytes, skipped: int) -> str:
    if error.encoding == "utf-8" and b"\x00" in data:
        return _describe_binary(data)
    if error.encoding == "utf-8" and _is_mostly_undecodable(data):
        return (
            "most of the file is not text in UTF-8: it is a binary file, or text in another encoding. "
            "Give the document's source text, saved as UTF-8"
        )
    offset = skipped + error.start
    before = data[skipped:offset].decode(error.encoding, "replace")
    line = 1 + before.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    return (
        f"the byte 0x{data[offset]:02x} at offset {offset} (line {line}) is not valid "
        f"{error.encoding.upper()}: save it as UTF-8"
    )


def _is_mostly_undecodable(data: bytes) -> bool:
    sample = data[:65536].decode("utf-8", "replace")
    return sample.count("\ufffd") > 0.3 * len(sample)
