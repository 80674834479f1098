"""The templates' surroundings: one Jinja environment a build, its words, and how a page links to another."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from jinja2 import BytecodeCache, Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from evidence.resources import resource
from evidence.site.atlas import Atlas
from evidence.site.names import anchor, link
from evidence.site.pages import Page
from evidence.site.records import FACETS, Finding
from evidence.site.shelves import KEPT
from evidence.site.weight import EFFECTS, GAPS, LEANINGS, ROLES, told_of

NAVIGATION = (
    ("index.html", "Overview"),
    ("graph.html", "Map"),
    ("gapmap.html", "Gaps"),
    ("influences.html", "Influences"),
    ("contexts.html", "Contexts"),
    ("works.html", "Works"),
    ("query.html", "Query"),
    ("methods.html", "Methods"),
    ("downloads.html", "Downloads"),
)
BELOW = (("figures.html", "Figures"), ("citations.html", "Who cites what"), ("glossary.html", "Glossary"), ("problems.html", "Problems"))


class Frame:
    """Renders the pages of one site. Autoescape is on; an unknown name in a template is an error."""

    def __init__(self, atlas: Atlas, title: str, base: str) -> None:
        self.title, self.base = title, base
        self._environment = Environment(
            loader=FileSystemLoader(resource("site", "templates")),
            bytecode_cache=_compiled(),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

        @lru_cache(KEPT)
        def path(thing: str) -> str:
            return link("", atlas.page_of(thing))

        def facets_of(finding: Finding) -> Markup:
            """The attributes by which the findings of a page are chosen; anchors need no escaping."""
            said = {"effect": (finding.effect,), "role": (finding.role,), **{facet: told_of(atlas, finding, facet) for facet in FACETS}}
            return Markup(" ".join(f'data-{name}="{" ".join(map(known_anchor, values))}"' for name, values in said.items()))

        known_anchor = lru_cache(KEPT)(anchor)

        def asking(name: str, **values: str) -> str:
            given = {name: value for name, value in values.items() if value}
            return f"query.html#{urlencode({'name': name, **given})}"

        @pass_context
        def to(context: Context, thing: str) -> str:
            return str(context["root"]) + path(thing)

        @pass_context
        def at(context: Context, finding: Finding) -> str:
            return str(context["root"]) + link("", finding.place)

        self._environment.globals |= {
            "atlas": atlas,
            "site_title": title,
            "base": base,
            "navigation": NAVIGATION,
            "below": BELOW,
            "effects": EFFECTS,
            "roles": ROLES,
            "gap_kinds": GAPS,
            "leanings": LEANINGS,
            "to": to,
            "at": at,
            "facets_of": facets_of,
            "asking": asking,
            "facet_kinds": FACETS,
        }
        self._environment.filters |= {"anchor": anchor, "counted": counted, "asdict": asdict, "size": size}
        self._environment.tests |= {"web": is_web}

    def render(self, page: Page) -> str:
        """A page as HTML."""
        context: dict[str, Any] = {"root": page.root, "path": page.path, "title": page.title, **page.context}
        return self._environment.get_template(page.template).render(context)


def size(number: int) -> str:
    """A number of bytes for people, in powers of ten as file managers count: ``18 kB``, ``2.4 MB``."""
    return f"{number} bytes" if number < 1000 else f"{number / 1000:.0f} kB" if number < 1_000_000 else f"{number / 1_000_000:.1f} MB"


def is_web(address: str) -> bool:
    """Whether an address may become a link: only the web's own schemes, never one that a browser would run."""
    return address.startswith(("https://", "http://"))


def _compiled() -> BytecodeCache | None:
    """Templates compiled by an earlier build, in a folder of the system that only this user may write; ``None`` where there is none."""
    try:
        return FileSystemBytecodeCache()
    except (OSError, RuntimeError):
        return None


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: ``1 study``, ``3 studies``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
