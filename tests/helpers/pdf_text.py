"""Reads the words out of a PDF that Qt wrote; nothing to install, nothing for other PDFs."""

from __future__ import annotations

import re
import unicodedata
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)endobj", re.DOTALL)
_RADICALS = str.maketrans("⻚⻔⻅⻓戶", "页门见长户")
"""Signs some fonts share with a radical, which Unicode does not fold back."""
_SHOWN = re.compile(rb"/F(\d+)\s+[\d.]+\s+Tf|<([0-9a-fA-F]+)>\s*Tj")


def pages_of(pdf: bytes) -> list[str]:
    """The words of each page in the order in which they were drawn, without spaces between."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    tables = {number: _table(objects, body) for number, body in objects.items() if b"/Font" in body}
    found = []
    for body in objects.values():
        if re.search(rb"/Type\s*/Page\b", body):
            contents = re.search(rb"/Contents\s+(\d+)", body)
            assert contents is not None
            found.append(_words(_stream(objects[int(contents[1])]), tables))
    return found


def _words(drawn: bytes, tables: dict[int, dict[int, str]]) -> str:
    words, table = [], {}
    for font, shown in _SHOWN.findall(drawn):
        if font:
            table = tables[int(font)]
        else:
            glyphs = [int(shown[place : place + 4], 16) for place in range(0, len(shown), 4)]
            words.extend(table.get(glyph, "") for glyph in glyphs)
    return "".join(unicodedata.normalize("NFKC", "".join(words)).split()).translate(_RADICALS)


def _table(objects: dict[int, bytes], font: bytes) -> dict[int, str]:
    """Glyph → character, as the font's ToUnicode says."""
    where = re.search(rb"/ToUnicode\s+(\d+)", font)
    if where is None:
        return {}
    found = {}
    for first, last, letters in re.findall(
        rb"<(\w+)>\s*<(\w+)>\s*(\[[^\]]*\]|<\w+>)", _stream(objects[int(where[1])])
    ):
        codes = [bytes.fromhex(one.decode()) for one in re.findall(rb"<(\w+)>", letters)]
        for step, glyph in enumerate(range(int(first, 16), int(last, 16) + 1)):
            if letters.startswith(b"["):
                found[glyph] = codes[step].decode("utf-16-be")
            else:
                found[glyph] = chr(int.from_bytes(codes[0], "big") + step)
    return found


def _stream(body: bytes) -> bytes:
    raw = body.split(b"stream\n", 1)[1].rsplit(b"endstream", 1)[0]
    return zlib.decompressobj().decompress(raw) if b"FlateDecode" in body else raw
