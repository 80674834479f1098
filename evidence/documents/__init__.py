"""Papers in, documents out: one reader per format, chosen by what the file holds, then by its name.

``read_document`` never raises for what a file holds: whatever cannot be read ends in an empty document with a Problem that
says what was met and what to do.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from evidence.documents.plaintext import read_markdown, read_text
from evidence.documents.sentences import sentences
from evidence.documents.structure import paragraphs, section_at
from evidence.model import Document

__all__ = ["paragraphs", "read_document", "section_at", "sentences"]


def read_document(path: Path) -> Document:
    """Read the paper at ``path``."""
    data = path.read_bytes()
    reader = read_markdown if path.suffix.lower() in {".md", ".markdown"} else read_text
    return reader(data, hashlib.sha256(data).hexdigest())
