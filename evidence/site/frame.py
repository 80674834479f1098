"""The templates' surroundings: one Jinja environment a build, its words, and how a page links to another."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from jinja2 import BytecodeCache, Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from evidence.resources import resource
from evidence.site.atlas import Atlas
from evidence.site.names import anchor, link
from evidence.site.pages import Page
from evidence.site.records import FACETS, Finding, Study
from evidence.site.shelves import KEPT
from evidence.site.weight import EFFECTS, GAPS, LEANINGS, ROLES, Word, told_of

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
_NAMED = {path for path, _ in (*NAVIGATION, *BELOW)}
_MOST_AROUND = 64


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

        links = _Links(atlas)
        self._environment.globals |= {
            "atlas": atlas,
            "quotes": atlas.quotes if len(atlas.quotes) else {},
            "site_title": title,
            "base": base,
            "navigation": NAVIGATION,
            "below": BELOW,
            "effects": EFFECTS,
            "roles": ROLES,
            "gap_kinds": GAPS,
            "leanings": LEANINGS,
            "to": links.to,
            "at": links.at,
            "facets_of": links.facets_of,
            "asking": asking,
            "facet_kinds": FACETS,
        }
        self._environment.filters |= {"anchor": anchor, "counted": counted, "asdict": asdict, "size": size, "mark": mark, "facts": facts}
        self._environment.filters |= {"work": links.work, "factor": links.factor, "facet": links.facet}
        self._environment.tests |= {"web": is_web}
        self._around = lru_cache(_MOST_AROUND)(self._render_around)

    def _render_around(self, name: str, root: str, path: str) -> Markup:
        """What stands around every page, the same for all pages of a folder that no navigation names."""
        return Markup(self._environment.get_template(name).render(root=root, path=path))

    def render(self, page: Page) -> str:
        """A page as HTML."""
        here = page.path if page.path in _NAMED else ""
        around = {name: self._around(f"{name}.html", page.root, here) for name in ("masthead", "colophon")}
        context: dict[str, Any] = {"root": page.root, "path": page.path, "title": page.title, **around, **page.context}
        return self._environment.get_template(page.template).render(context)


class _Links:
    """Links to things from the page that is rendered; remembered, because a large site shows the same ones again and again."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._path = lru_cache(KEPT)(lambda thing: link("", atlas.page_of(thing)))
        self._work = lru_cache(KEPT)(lambda root, iri: self._link(root, iri, atlas.works[iri].label))
        self._factor = lru_cache(KEPT)(lambda root, iri: self._link(root, iri, atlas.factors[iri].label))
        self._facet = lru_cache(KEPT)(lambda root, kind, label: Markup("<span>%s</span>") % self._link(root, f"{kind}={label}", label))
        self._anchor = lru_cache(KEPT)(anchor)

    def _link(self, root: str, thing: str, label: str) -> Markup:
        return Markup('<a href="%s">%s</a>') % (root + self._path(thing), label)

    @pass_context
    def to(self, context: Context, thing: str) -> str:
        """The address of a thing's page, from the page at hand."""
        return str(context["root"]) + self._path(thing)

    @pass_context
    def at(self, context: Context, finding: Finding) -> str:
        """The address of the place where a finding is shown."""
        return str(context["root"]) + link("", finding.place)

    @pass_context
    def work(self, context: Context, iri: str) -> Markup:
        """A work as a link."""
        return self._work(context["root"], iri)

    @pass_context
    def factor(self, context: Context, iri: str) -> Markup:
        """A factor as a link."""
        return self._factor(context["root"], iri)

    @pass_context
    def facet(self, context: Context, label: str, kind: str) -> Markup:
        """A country, setting or design as a link."""
        return self._facet(context["root"], kind, label)

    def facets_of(self, finding: Finding) -> Markup:
        """The attributes by which the findings of a page are chosen; anchors need no escaping."""
        told = {facet: told_of(self._atlas, finding, facet) for facet in FACETS}
        said = {"effect": (finding.effect,), "role": (finding.role,), **told}
        return Markup(" ".join(f'data-{name}="{" ".join(map(self._anchor, values))}"' for name, values in said.items()))


def asking(name: str, **values: str) -> str:
    """The address, from the site's folder, of the query page with a named query and its values filled in."""
    return f"query.html#name={name}" + "".join(f"&{key}={_quoted(value)}" for key, value in values.items() if value)


_quoted = lru_cache(KEPT)(quote_plus)


@lru_cache
def mark(word: Word) -> Markup:
    """A word with its sign."""
    return Markup('<span class="mark %s"><span aria-hidden="true">%s</span> %s</span>') % (word.key, word.sign, word.label)


def facts(study: Study) -> str:
    """What is known of how and where a study was made, in one line."""
    return " · ".join(study.designs + study.countries + study.settings) or "design and country not known"


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
