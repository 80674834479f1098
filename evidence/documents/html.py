"""Pages saved from publishers' sites: what a reader reads of them, and nothing of what surrounds it.

No site has its own branch here: pages of PMC, Springer, PLOS, JMIR, Wiley, eLife and others are told apart from their menus by
element names, roles and the words that class names are made of, all in tables. Reference lists show themselves by their class
names, by the heading above them, and by what the links in the text point to. Nothing outside the file is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote

from lxml import etree

from evidence.documents import headings
from evidence.documents.builder import TextBuilder
from evidence.documents.encoding import decode
from evidence.documents.xml import DEEPEST, Element, words
from evidence.model import CslItem, Document, EntryMark, Link, Problem

DROPPED = frozenset(
    "script style noscript template nav footer aside button select input textarea svg canvas iframe object embed video audio dialog img "
    "link meta head annotation annotation-xml option map area".split()
)
"""Elements that hold nothing to read."""

DROPPED_ROLES = frozenset("navigation banner complementary search contentinfo dialog alert menu menubar toolbar tablist tooltip".split())

NOISE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|cookies?|share|sharing|social|toolbar|sidebar|advert\w*|ads?|banner|footer|related|"
    r"recommend\w*|metrics?|altmetric\w*|popups?|popover|modal|tooltip|skip\w*|login|signin|search|comments?|promo\w*|newsletter|subscribe|"
    r"reflinks|extra-links|getftr|references__links|sr-only|visually-?hidden|u-visually-hidden|screen-reader\w*|pagination|download\w*|"
    r"similar-articles|citedby|cited-by|site-header|page-header|usa-banner|usa-overlay|ncbi-header|article-tools|article-actions|figure-viewer|"
    r"view-larger|copy-link|permalink|crossmark|toc(?![\w-])|table-of-contents|in-page-nav|pmc-sidenav\w*|ref-cit-blk-links|citation-tools|actions?)"
    r"(?:$|[\s_-])",
    re.I,
)
"""Words of class names and ids that mark what stands around a text."""

BLOCKS = frozenset(
    "p div section article main header ul ol li dl dt dd table caption thead tbody tfoot figure figcaption blockquote pre address details "
    "summary fieldset form hr center body html".split()
)

LIST_WORDS = re.compile(
    r"(?:^|[\s_-])(?:references?|ref-?list\w*|reflist|bibliograph\w*|citations?-list|biblist|literature)(?:$|[\s_-])", re.I
)
ENTRY_ID = re.compile(r"(?:.*[-._])?(?:ref(?:erence)?|bib(?:r|l|item)?|cr|cit(?:e_note|ation)?|bbib|r|b|c)[-_.]?0*\d{1,4}[a-z]?", re.I)
NO_ENTRY = re.compile(
    r"(?:^|[-._])(?:fig\w*|f\d+|tab\w*|t\d+|tbl\w*|sec\w*|s\d+|fn\w*|app\w*|eq\w*|box\w*|supp?\w*|aff\w*|note\w*)(?:[-._\d]|$)", re.I
)
ENTRY_TAGS = frozenset("li p div tr dd cite".split())

LINK_WORDS = re.compile(
    r"\[?\s*(?:google scholar|cross ?ref|pub ?med|pubmed central|pmc free article|free full text|full text(?: pdf)?|view article|article|"
    r"cas|doi|medline|web of science®?|isi|ads|mathscinet|scopus|abstract|pdf|download|export citation|open url|free pmc article|view|link|"
    r"find this article online|search|taylor & francis online|wiley online library|external link|\(opens in new tab/window\))\s*\]?",
    re.I,
)
"""Texts of the links that publishers put after an entry; all of a link's text must match."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_EMPTY_BRACKETS = re.compile(r"\s*\[[\s,;|·•]*\]|\s*\([\s,;|]*\)")
_TRAILING = re.compile(r"[\s|·•]+$")
_DOI = re.compile(r"10\.\d{4,9}/[^\s<>\"?#&]+[^\s<>\"?#&.,;)\]]")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.I)
_LABEL = re.compile(r"\s*[\[(]?\d{1,4}[\])]?[.)]?\s*")
_LABELLED = re.compile(r"[\[(]?(\d{1,4})[\])]?[.)]?\s")


def read_html(data: bytes, sha256: str) -> Document:
    """A saved page's bytes as a document."""
    text, note = _decoded(data)
    root, broken = _parsed(text)
    if root is None:
        return Document(
            "", "html", sha256, problems=(_problem(f"this page cannot be read ({broken}): save it again from the publisher's site"),)
        )
    page = _Page(root)
    page.read()
    problems = [Problem("documents", "", None, "", note, "note")] if note else []
    if broken:
        problems.append(_problem(f"the page is damaged ({broken}): read up to there; save it again from the publisher's site"))
    if not page.out.end:
        problems.append(_problem("this page holds no text: it may be filled by scripts; print it to PDF or save the complete page"))
    return page.out.document("html", sha256, page.title, page.metadata, tuple(problems))


def _problem(message: str) -> Problem:
    return Problem("documents", "", None, "", message)


def _decoded(data: bytes) -> tuple[str, str]:
    """The page's text by its byte order mark, its declared character set, or its bytes; and a note on what was assumed."""
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode(declared[1].decode("ascii")), ""
        except (LookupError, UnicodeDecodeError):
            pass
    decoded = decode(data)
    return decoded.text, decoded.note


def _parsed(text: str) -> tuple[Element | None, str]:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        return None, str(error)
    fatal = [entry.message for entry in parser.error_log if entry.level_name == "FATAL"]
    return root, fatal[0] if fatal and root is not None else "no elements in it" if root is None else ""


class _Page:
    """Walks a page and writes its text."""

    def __init__(self, root: Element) -> None:
        self.out = TextBuilder()
        self._nesting = 0
        self.metadata = metadata(root)
        _name_items(root)
        self._drop(root)
        self.root = _content(root)
        first = next(self.root.iter("h1"), None)
        self.title = str(self.metadata.get("title") or (words(first) if first is not None else "") or _page_title(root)) or None
        self._title_heading = first if first is not None and self.title and _alike(words(first), self.title) else None
        self._ids, self._entries = _find_entries(self.root)
        levels = [int(h.tag[1]) for h in self.root.iter("h1", "h2", "h3", "h4", "h5", "h6") if h is not self._title_heading]
        self._top = min(levels, default=1)

    def read(self) -> None:
        """Write the whole page."""
        if self.title and self._title_heading is None:
            self.out.write(self.title)
            self.out.break_paragraph()
        self._element(self.root)

    def _drop(self, root: Element) -> None:
        for element in list(root.iter(etree.Element)):
            if element.getparent() is not None and _is_noise(element):
                _remove(element)

    def _element(self, element: Element) -> None:
        """Write an element (its tail is the caller's); below ``DEEPEST`` only its words."""
        if self._nesting > DEEPEST:
            self.out.write(words(element))
            return
        self._nesting += 1
        self._known(element, element.tag if isinstance(element.tag, str) else "")
        self._nesting -= 1

    def _known(self, element: Element, tag: str) -> None:
        if element in self._entries:
            self._entry(element)
        elif re.fullmatch("h[1-6]", tag):
            self._heading(element, int(tag[1]))
        elif tag == "br":
            self.out.break_line()
        elif tag == "tr":
            self._wrapped(element, self.out.break_line)
        elif tag in ("td", "th"):
            self._cell(element)
        elif tag == "sup":
            self._sup(element)
        elif tag == "a":
            self._anchor(element)
        elif tag == "li":
            self._item(element)
        elif tag in BLOCKS:
            self._wrapped(element, self.out.break_paragraph)
        elif tag:
            self._inside(element)

    def _inside(self, element: Element) -> None:
        self.out.write(element.text)
        for child in element:
            self._element(child)
            self.out.write(child.tail)

    def _wrapped(self, element: Element, apart: Callable[[], None]) -> None:
        apart()
        self._inside(element)
        apart()

    def _heading(self, element: Element, level: int) -> None:
        self.out.break_paragraph()
        start = self.out.here
        with self.out.flat():
            self._inside(element)
        if element is not self._title_heading:
            self.out.heading(start, level - self._top + 1)
        self.out.break_paragraph()

    def _cell(self, element: Element) -> None:
        if element.getprevious() is not None:
            self.out.break_cell()
        with self.out.flat():
            self._inside(element)

    def _item(self, element: Element) -> None:
        self.out.break_paragraph()
        parent = element.getparent()
        if parent is not None and parent.tag == "ol":
            self.out.write(f"{_position(element)}. ")
        self._inside(element)
        self.out.break_paragraph()

    def _sup(self, element: Element) -> None:
        start = self.out.here
        self._inside(element)
        if self.out.end > start:
            self.out.superscripts.append((start, self.out.end))

    def _anchor(self, element: Element) -> None:
        start = self.out.here
        self._inside(element)
        target = self._ids.get(_fragment(element))
        if target and self.out.end > start:
            self.out.links.append(Link(start, self.out.end, (target,)))

    def _entry(self, element: Element) -> None:
        """One entry of a reference list, without the links that sites put after it."""
        text, doi = _entry_text(element)
        identifier = self._entries[element]
        label = _LABELLED.match(text)
        if not label:
            number = element.get("data-counter", "").strip(". ") or (str(_position(element)) if _in_ol(element) else "")
            text = f"{number}. {text}" if number.isdigit() and text else text
            label = _LABELLED.match(text)
        self.out.break_paragraph()
        start = self.out.here
        with self.out.flat():
            self.out.write(text)
        if self.out.end > start:
            item: CslItem = ({"DOI": doi} if doi else {}) | ({"citation-number": label[1]} if label else {})
            self.out.entries.append(EntryMark(identifier, start, self.out.end, item))
        self.out.break_paragraph()


# --- what to leave out ---------------------------------------------------------------------------------------------------


def _is_noise(element: Element) -> bool:
    tag = element.tag
    if not isinstance(tag, str) or tag in ("html", "body", "main", "article", "h1"):
        return False
    if tag in DROPPED or element.get("role") in DROPPED_ROLES or element.get("hidden") is not None:
        return True
    named = f"{element.get('class', '')} {element.get('id', '')}"
    if tag == "header" and element.find(".//h1") is None:
        return True
    return bool(NOISE.search(named)) and not LIST_WORDS.search(named) and not _holds_the_text(element)


def _holds_the_text(element: Element) -> bool:
    """Whether an element with a suspicious name holds too much prose to be a menu."""
    if element.find(".//h1") is not None or any(headings.is_known(words(h)) for h in element.iter("h2", "h3")):
        return True
    return sum(len(words(p)) > 200 for p in element.iter("p")) > 2


def _name_items(root: Element) -> None:
    """List items that only their role names become list items."""
    for element in root.iter(etree.Element):
        if element.get("role") == "listitem":
            element.tag = "li"


def _remove(element: Element) -> None:
    """Take an element out and leave its tail."""
    parent = element.getparent()
    if parent is None:
        return
    tail, before = _CONTROL.sub("", element.tail or ""), element.getprevious()
    if tail and before is not None:
        before.tail = _CONTROL.sub("", before.tail or "") + tail
    elif tail:
        parent.text = _CONTROL.sub("", parent.text or "") + tail
    parent.remove(element)


def _content(root: Element) -> Element:
    """The element that holds the paper: ``article`` or ``main`` where it has most of the page's words, else the body."""
    body = root.find(".//body")
    body = root if body is None else body
    whole = len(words(body))
    holders = [*body.iter("article"), *body.iter("main"), *body.iterfind(".//*[@role='main']")]
    best = max(holders, key=lambda e: len(words(e)), default=body)
    return best if len(words(best)) > 0.6 * whole else body


# --- reference lists -----------------------------------------------------------------------------------------------------


def _fragment(anchor: Element) -> str:
    return unquote((anchor.get("href") or "").rpartition("#")[2]) if "#" in (anchor.get("href") or "") else ""


def _own_ids(element: Element) -> list[str]:
    return [value for name in ("id", "name", "data-bib-id") if (value := element.get(name))]


def _find_entries(root: Element) -> tuple[dict[str, str], dict[Element, str]]:
    """Every id that stands for an entry with the entry's id, and the entries with theirs."""
    wanted = {f for anchor in root.iter("a") if (f := _fragment(anchor))}
    entries: dict[Element, str] = {}
    for element in root.iter(etree.Element):
        for own in _own_ids(element):
            entry = _entry_of(element) if own in wanted or element.get("data-bib-id") else None
            if entry is not None and _is_entry(entry, own):
                entries.setdefault(entry, own)
    for entry in [*entries]:
        _add_siblings(entry, entries)
    for holder in _listed(root):
        for item in holder.iterchildren("li"):
            if not any(ancestor in entries for ancestor in item.iterancestors()):
                entries.setdefault(item, _any_id(item) or f"entry-{len(entries) + 1}")
    inner = {e for e in entries if any(ancestor in entries for ancestor in e.iterancestors())}
    entries = {e: i for e, i in entries.items() if e not in inner}
    return {own: entry_id for entry, entry_id in entries.items() for e in entry.iter(etree.Element) for own in _own_ids(e)}, entries


def _entry_of(element: Element) -> Element | None:
    """The list item or paragraph that an id stands in or on."""
    for candidate in [element, *element.iterancestors()]:
        if candidate.tag == "li":
            return candidate
        if candidate.tag in ("ol", "ul", "section", "article", "main", "body", "table"):
            break
    return next((c for c in [element, *element.iterancestors()] if c.tag in ENTRY_TAGS), None)


def _is_entry(entry: Element, own: str) -> bool:
    """Whether a link's target is an entry: by the names around it, by the heading above it, or by the form of its id."""
    if len(words(entry)) > 3000 or NO_ENTRY.search(own) or entry.find(".//h2") is not None:
        return False
    return bool(ENTRY_ID.fullmatch(own)) or any(_is_list(e) for e in [entry, *entry.iterancestors()][:6])


def _is_list(element: Element) -> bool:
    return bool(LIST_WORDS.search(f"{element.get('class', '')} {element.get('id', '')}"))


def _add_siblings(entry: Element, entries: dict[Element, str]) -> None:
    """The other items of an entry's list are entries too, cited or not."""
    parent = entry.getparent()
    if entry.tag == "li" and parent is not None:
        for item in parent.iterchildren("li"):
            entries.setdefault(item, _any_id(item) or f"entry-{len(entries) + 1}")


def _any_id(element: Element) -> str:
    return next((own for e in element.iter(etree.Element) for own in _own_ids(e)), "")


def _listed(root: Element) -> Iterator[Element]:
    """Lists that a heading of references stands right above, or whose class names say it."""
    for holder in root.iter("ol", "ul"):
        items = holder.findall("li")
        if len(items) < 2 or sum(len(words(i)) for i in items) < 40 * len(items):
            continue
        if _is_list(holder) or headings.key(_heading_above(holder)) in headings.LISTS:
            yield holder


def _heading_above(element: Element) -> str:
    """The nearest heading before an element, among its siblings and its ancestors' siblings."""
    for holder in [element, *element.iterancestors()][:5]:
        for before in holder.itersiblings(preceding=True):
            if isinstance(before.tag, str):
                found = before if re.fullmatch("h[1-6]", before.tag) else next(iter(before.iter("h2", "h3", "h4")), None)
                return words(found) if found is not None else ""
    return ""


def _position(item: Element) -> int:
    parent = item.getparent()
    first = int(parent.get("start", "1")) if parent is not None and parent.get("start", "1").isdigit() else 1
    return first + sum(1 for e in item.itersiblings("li", preceding=True))


def _in_ol(item: Element) -> bool:
    parent = item.getparent()
    return item.tag == "li" and parent is not None and parent.tag == "ol"


def _entry_text(entry: Element) -> tuple[str, str]:
    """An entry's words without the links after it, and the DOI that one of those links holds."""
    hrefs = (unquote(a.get("href") or "") for a in entry.iter("a"))
    doi = next((m[0] for href in hrefs if (m := _DOI.search(href))), "")
    text = " ".join("".join(_pieces(entry, entry)).replace("\u00ad", "").split())
    return _TRAILING.sub("", _EMPTY_BRACKETS.sub("", text)), doi


def _pieces(element: Element, entry: Element) -> Iterator[str]:
    """The texts of an entry's parts: blocks and labels apart by a space, items of an inner list by commas, link furniture left out."""
    if element.tag == "a" and LINK_WORDS.fullmatch(words(element)):
        return
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield " " if child.tag in BLOCKS else ""
            yield from _pieces(child, entry)
        yield child.tail or ""
    if element.tag == "li" and element is not entry and element.getnext() is not None:
        yield ", "
    elif element.tag in BLOCKS or element.tag == "br" or (len(entry) and element is entry[0] and _LABEL.fullmatch(element.text or "")):
        yield " "


# --- what the page says of the paper -------------------------------------------------------------------------------------

META = {
    "title": ("citation_title", "dc.title", "og:title"),
    "container-title": ("citation_journal_title", "prism.publicationname", "citation_conference_title"),
    "volume": ("citation_volume", "prism.volume"),
    "issue": ("citation_issue", "prism.number"),
    "DOI": ("citation_doi", "prism.doi", "dc.identifier"),
    "PMID": ("citation_pmid",),
    "publisher": ("citation_publisher", "dc.publisher"),
    "language": ("citation_language", "dc.language"),
    "abstract": ("citation_abstract",),
    "ISSN": ("citation_issn", "prism.issn"),
}
"""CSL variables and the ``meta`` names that hold them, the better first (Highwire, PRISM, Dublin Core, Open Graph)."""

DATES = ("citation_publication_date", "citation_date", "citation_online_date", "prism.publicationdate", "dc.date")


def metadata(root: Element) -> CslItem:
    """The paper's own CSL-JSON item, from the page's ``meta`` elements."""
    values: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        name = (element.get("name") or element.get("property") or "").lower()
        if name and element.get("content"):
            values.setdefault(name, []).append(" ".join(str(element.get("content")).split()))
    item: CslItem = {variable: v for variable, names in META.items() if (v := _first(values, names))}
    authors = values.get("citation_author") or values.get("dc.creator") or []
    item["author"] = [_person(name) for name in authors]
    year = re.search(r"\b(1[5-9]|20)\d\d\b", _first(values, DATES))
    item["issued"] = {"date-parts": [[int(year[0])]]} if year else {}
    item["page"] = "–".join(filter(None, [_first(values, ("citation_firstpage",)), _first(values, ("citation_lastpage",))]))
    doi = _DOI.search(str(item.get("DOI", "")))
    item["DOI"] = doi[0] if doi else ""
    item["type"] = "article-journal" if item.get("container-title") else ""
    return {name: value for name, value in item.items() if value}


def _first(values: dict[str, list[str]], names: Iterable[str]) -> str:
    return next((values[name][0] for name in names if name in values), "")


def _person(name: str) -> CslItem:
    family, comma, given = name.partition(",")
    if not comma:
        given, _, family = name.rpartition(" ")
    return {"family": family.strip(), "given": given.strip()} if given.strip() else {"literal": name.strip()}


def _page_title(root: Element) -> str:
    element = root.find(".//title")
    return re.split(r"\s+[|–-]\s+", words(element))[0] if element is not None else ""


def _alike(one: str, other: str) -> bool:
    fold = re.compile(r"\W+")
    a, b = fold.sub("", one).casefold(), fold.sub("", other).casefold()
    return bool(a) and (a in b or b in a)
