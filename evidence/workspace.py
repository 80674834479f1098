"""A workspace: the folder with ``evidence.toml`` that says where bibliographies, codebook, findings and papers lie."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evidence.model import Problem

CONFIG = "evidence.toml"


class WorkspaceError(Exception):
    """The workspace cannot be used at all; the message says why and what to do."""


@dataclass(frozen=True)
class PaperPolicy:
    """What the workspace says of one paper: the digest of the file it was coded from, and whether its licence lets it be quoted."""

    key: str
    sha256: str = ""
    licence: str = ""
    quote: bool = False


@dataclass(frozen=True)
class Workspace:
    """Where everything lies; all paths are absolute, ``root`` is the folder of ``evidence.toml``."""

    root: Path
    title: str
    description: str
    base: str
    licence: str
    codebook: Path
    frameworks: tuple[Path, ...]
    papers_bib: Path
    references_bib: tuple[Path, ...]
    lists: Path
    citations: Path
    findings: Path
    studies: Path
    influences: Path
    codings: Path
    decisions: Path
    overrules: Path
    paper_folders: tuple[Path, ...]
    build: Path
    policies: Mapping[str, PaperPolicy] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def name(self, path: Path) -> str:
        """How a file is called in messages and graph names: its path relative to the workspace, with forward slashes."""
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return path.as_posix()

    def policy(self, key: str) -> PaperPolicy:
        """What is said of a paper; an empty policy (never quote) when nothing is."""
        return self.policies.get(key, PaperPolicy(key))


def find_workspace(start: Path) -> Workspace:
    """The workspace that ``start`` lies in (the nearest ``evidence.toml`` upwards).

    Raises ``WorkspaceError`` when there is none or its file cannot be read.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / CONFIG).is_file():
            return read_workspace(folder / CONFIG)
    ways = "`evidence init` makes a workspace, `evidence init --example` brings the shipped one"
    raise WorkspaceError(f"no {CONFIG} in {start} or above it; {ways}")


def read_workspace(config: Path) -> Workspace:
    """Reads ``evidence.toml``. Raises ``WorkspaceError`` with file and line when it is no TOML or lacks ``base``."""
    try:
        text = config.read_bytes().decode("utf-8-sig")
        table = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"{config}: cannot be read ({error}); it must be a UTF-8 text file") from error
    except tomllib.TOMLDecodeError as error:
        raise WorkspaceError(f"{config}: {error}") from error
    root = config.resolve().parent
    base = _string(table, "base", "")
    if not base.startswith(("http://", "https://", "urn:")):
        raise WorkspaceError(f'{config}: `base` must be an absolute IRI, such as base = "https://example.org/my-review/"')
    files = table.get("files", {})

    def path(name: str, default: str) -> Path:
        return root / _string(files, name, default)

    known = ", ".join(_FILE_KEYS)
    problems = tuple(
        Problem("workspace", config.name, _line_of(text, key), key, f"[files] has `{key}`, which means nothing here; known are {known}")
        for key in files
        if key not in _FILE_KEYS
    )
    return Workspace(
        root=root,
        title=_string(table, "title", root.name),
        description=_string(table, "description", ""),
        base=base if base.endswith(("/", "#", ":")) else base + "/",
        licence=_string(table, "licence", ""),
        codebook=path("codebook", "codebook.csv"),
        frameworks=tuple(root / p for p in _strings(files, "frameworks", [])),
        papers_bib=path("papers_bib", "bib/papers.bib"),
        references_bib=tuple(root / p for p in _strings(files, "references_bib", ["bib/references.bib"])),
        lists=path("lists", "bib/lists"),
        citations=path("citations", "bib/citations"),
        findings=path("findings", "bib/findings"),
        studies=path("studies", "bib/studies.csv"),
        influences=path("influences", "bib/influences.csv"),
        codings=path("codings", "bib/codings"),
        decisions=path("decisions", "bib/decisions"),
        overrules=path("overrules", "bib/overrules.csv"),
        paper_folders=tuple(root / p for p in _strings(files, "papers", ["papers"])),
        build=path("build", "build"),
        policies=dict(_policies(table.get("papers", {}))),
        problems=problems,
    )


_FILE_KEYS = (
    "codebook",
    "frameworks",
    "papers_bib",
    "references_bib",
    "lists",
    "citations",
    "findings",
    "studies",
    "influences",
    "codings",
    "decisions",
    "overrules",
    "papers",
    "build",
)


def _policies(table: Mapping[str, Any]) -> Iterator[tuple[str, PaperPolicy]]:
    for key, entry in table.items():
        if isinstance(entry, dict):
            licence, sha = str(entry.get("licence", "")), str(entry.get("sha256", ""))
            yield key, PaperPolicy(key, sha, licence, bool(entry.get("quote", False)))


def _string(table: Mapping[str, Any], name: str, default: str) -> str:
    value = table.get(name, default)
    return value if isinstance(value, str) else default


def _strings(table: Mapping[str, Any], name: str, default: list[str]) -> list[str]:
    value = table.get(name, default)
    return [value] if isinstance(value, str) else [str(v) for v in value]


def _line_of(text: str, key: str) -> int | None:
    return next((n for n, line in enumerate(text.splitlines(), 1) if line.strip().startswith(key)), None)
