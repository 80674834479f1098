"""Small files made on the fly for the tests of documents: PDFs written object by object, DOCX packages, hostile XML."""

from __future__ import annotations

import hashlib
import io
import textwrap
import zipfile
from dataclasses import dataclass

_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


@dataclass(frozen=True)
class Piece:
    """Text at a place of a page; ``y`` grows upwards, in points."""

    x: float
    y: float
    text: str
    size: float = 10
    bold: bool = False


def pdf(pages: list[list[Piece]], password: str = "") -> bytes:
    """A PDF of the pages; with a password its strings and streams are encrypted (standard handler, 40-bit RC4)."""
    identifier = hashlib.md5(b"evidence", usedforsecurity=False).digest()
    key, encrypt = _encryption(password, identifier)
    numbers = range(5, 5 + 2 * len(pages), 2)
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{n} 0 R' for n in numbers)}] >>".encode(),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        4: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    }
    for number, pieces in zip(numbers, pages, strict=True):
        stream = _rc4(_object_key(key, number + 1), _stream(pieces)) if key else _stream(pieces)
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {number + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>"
        ).encode()
        objects[number + 1] = f"<< /Length {len(stream)} >>\nstream\n".encode() + stream + b"\nendstream"
    return _file(objects, encrypt, identifier)


def _stream(pieces: list[Piece]) -> bytes:
    shown = []
    for piece in pieces:
        text = piece.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        shown.append(f"BT /F{2 if piece.bold else 1} {piece.size} Tf {piece.x} {piece.y} Td ({text}) Tj ET")
    return "\n".join(shown).encode("cp1252")


def _file(objects: dict[int, bytes], encrypt: bytes, identifier: bytes) -> bytes:
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    offsets = []
    for number, content in sorted(objects.items()):
        offsets.append(out.tell())
        out.write(f"{number} 0 obj\n".encode() + content + b"\nendobj\n")
    start = out.tell()
    out.write(f"xref\n0 {len(offsets) + 1}\n0000000000 65535 f \n".encode())
    out.write(b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets))
    trailer = f"trailer\n<< /Size {len(offsets) + 1} /Root 1 0 R /ID [<{identifier.hex()}> <{identifier.hex()}>]".encode()
    out.write(trailer + encrypt + f" >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def _encryption(password: str, identifier: bytes) -> tuple[bytes, bytes]:
    """The file key and the trailer's entry (PDF 1.4 reference, 3.5.2, revision 2); both empty without a password."""
    if not password:
        return b"", b""
    padded = (password.encode("latin-1") + _PADDING)[:32]
    owner = _rc4(hashlib.md5(padded, usedforsecurity=False).digest()[:5], padded)
    permissions = (-4).to_bytes(4, "little", signed=True)
    key = hashlib.md5(padded + owner + permissions + identifier, usedforsecurity=False).digest()[:5]
    user = _rc4(key, _PADDING)
    return key, f" /Encrypt << /Filter /Standard /V 1 /R 2 /O <{owner.hex()}> /U <{user.hex()}> /P -4 >>".encode()


def _object_key(key: bytes, number: int) -> bytes:
    salted = key + number.to_bytes(3, "little") + b"\0\0"
    return hashlib.md5(salted, usedforsecurity=False).digest()[:10]


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def column(text: str, x: float, top: float, width: int = 46, size: float = 10, indent: float = 10) -> list[Piece]:
    """A paragraph set in a column: wrapped lines under each other, the first one indented, words parted at hyphens as given."""
    lines = textwrap.wrap(text, width, break_on_hyphens=True)
    return [Piece(x + (indent if n == 0 else 0), top - 12 * n, line, size) for n, line in enumerate(lines)]


def docx(parts: dict[str, bytes]) -> bytes:
    """A zip archive of the parts, compressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()
