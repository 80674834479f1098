"""Making a workspace: an empty one to fill, or the shipped corpus to look at."""

from __future__ import annotations

import shutil
from pathlib import Path

from evidence.findings.tables import FINDING_COLUMNS, INFLUENCE_COLUMNS
from evidence.lists import STUDY_COLUMNS
from evidence.resources import resource
from evidence.tables import write_table
from evidence.workspace import CONFIG

CODEBOOK_COLUMNS = ("code", "level", "category", "category_label", "factor", "definition")

_CONFIG = """\
title = "{title}"
description = ""
# Everything of this review is named below this IRI; choose one that you control.
base = "https://example.org/{slug}/"
licence = ""

[files]
codebook = "codebook.csv"
papers = ["papers"]

# One table for each coded paper, named after its citation key in bib/papers.bib:
# [papers.smith2020]
# sha256 = ""      # the digest of the text it was coded from; `evidence import` fills it in
# quote = false    # true only where the paper's licence lets its passages be shown to others
"""

_PAPERS = """\
Put your own copies of the papers here. They stay on this machine: version control ignores this folder, and the graph and the site
hold places and digests, not sentences. A copy is recognised by its content, whatever it is called.
"""


class AlreadyThereError(Exception):
    """There is a workspace already; nothing was written."""


def start_workspace(target: Path, title: str = "", example: bool = False) -> Path:
    """Makes a workspace and returns its ``evidence.toml``.

    ``example`` copies the shipped corpus. Raises ``AlreadyThereError`` when the folder has a workspace, ``OSError`` when it cannot be
    written.
    """
    config = target / CONFIG
    if config.exists():
        raise AlreadyThereError(f"{config} is there already; nothing was changed")
    target.mkdir(parents=True, exist_ok=True)
    (target / "papers").mkdir(exist_ok=True)
    (target / "papers" / "README.md").write_text(_PAPERS, encoding="utf-8")
    (target / ".gitignore").write_text("build/\npapers/*\n!papers/README.md\n", encoding="utf-8")
    (target / ".gitattributes").write_text("bib/decisions/*.csv merge=union\n", encoding="utf-8")
    if example:
        shutil.copytree(resource("bib"), target / "bib", dirs_exist_ok=True)
        shutil.copytree(resource("ontology"), target / "ontology", dirs_exist_ok=True)
        shutil.copy(resource(CONFIG), config)
    else:
        _fill_empty(target, title or target.resolve().name)
    return config


def _fill_empty(target: Path, title: str) -> None:
    slug = "-".join("".join(c if c.isalnum() and c.isascii() else " " for c in title.lower()).split()) or "review"
    write_table(target / "codebook.csv", CODEBOOK_COLUMNS, [])
    write_table(target / "bib" / "studies.csv", STUDY_COLUMNS, [])
    write_table(target / "bib" / "influences.csv", INFLUENCE_COLUMNS, [])
    write_table(target / "bib" / "findings" / "example.csv.template", FINDING_COLUMNS, [])
    for name in ("papers.bib", "references.bib"):
        (target / "bib" / name).write_text("", encoding="utf-8")
    (target / CONFIG).write_text(_CONFIG.format(title=title.replace('"', "'"), slug=slug), encoding="utf-8")
