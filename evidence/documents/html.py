"""Pages saved from publishers' sites: what a reader reads of them, and nothing of what surrounds it.

No site has its own branch here: pages of PMC, Springer, PLOS, JMIR, Wiley, eLife and others are told apart from their menus by
element names, roles and the words that class names are made of, all in tables. Reference lists show themselves by their class
names, by the heading above them, and by what the links in the text point to. Nothing outside the file is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from lxml import etree

from evidence.documents import headings
from evidence.documents.encoding import decode
from evidence.documents.walking import Walker
from evidence.documents.xml import Element, words
from evidence.model import CslItem, Document, EntryMark, Link, Problem

DROPPED = frozenset(
    "script style noscript template nav footer aside button select input textarea svg canvas iframe object embed video audio dialog img "
    "link meta head annotation annotation-xml option map area".split()
)
"""Elements that hold nothing to read."""

DROPPED_ROLES = frozenset(
    "navigation banner complementary search contentinfo dialog alert menu menubar toolbar tablist tooltip doc-backlink".split()
)

NOTE_ROLES = frozenset("doc-endnotes doc-footnotes".split())

NOISE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|cookies?|share|sharing|social|toolbar|sidebar|advert\w*|ads?|banner|footer|related|"
    r"recommend\w*|metrics?|altmetric\w*|popups?|popover|modal|tooltip|skip\w*|login|signin|search|comments?|promo\w*|newsletter|subscribe|"
    r"reflinks|extra-links|getftr|references__links|sr-only|visually-?hidden|u-visually-hidden|screen-reader\w*|pagination|download\w*|"
    r"similar-articles|citedby|cited-by|site-header|page-header|usa-banner|usa-overlay|ncbi-header|article-tools|article-actions|figure-viewer|"
    r"view-larger|copy-link|permalink|crossmark|toc(?![\w-])|table-of-contents|in-page-nav|pmc-sidenav\w*|ref-cit-blk-links|citation-tools|actions?|"
    r"show-for-sr|ref-overlay|outline)"
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
    r"\[?\s*(?:google scholar|cross ?ref(?: full text)?|pub ?med(?: abstract)?|pubmed central|pmc free article|free full text|"
    r"full text(?: pdf)?|view article|article|cas|doi|medline|web of science®?|isi|ads|mathscinet|scopus|abstract|pdf|download|"
    r"export citation|open url|free pmc article|view|link|find this article online|search(?: ads)?|view pdf|view in scopus|"
    r"publisher full text|open access|↵|taylor & francis online|wiley online library|external link|\(opens in new tab/window\))\s*\]?",
    re.I,
)
"""Texts of the links that publishers put after an entry; all of a link's text must match."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_EMPTY_BRACKETS = re.compile(r"\s*\[[\s,;|·•]*\]|\s*\([\s,;|]*\)")
_TRAILING = re.compile(r"(?:\s[\s|·•,;]*|[|·•]+)$")
_DOI = re.compile(r"10\.\d{4,9}/[^\s<>\"?#&]+[^\s<>\"?#&.,;)\]]")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.I)
PARTS = re.compile(r"(?:^|[\s_-])(?:title|authors?|authors_list|host|origin|contribution)(?:$|[\s_-])", re.I)
"""Words of class names of an entry's large parts, which a page shows on lines of their own."""

LABELS = re.compile(r"(?:^|[\s_-])(?:label|refnum)(?:$|[\s_-])", re.I)
"""Words of class names of the label before an entry: "1.", "[Able10]", "Able (2010)"."""

_PART, _BLOCK, _ITEM = "\ue000", "\ue001", "\ue002"
"""Stand between the pieces of an entry until ``_joined`` knows what to put there: after a large part, a block, an item of an inner list."""

_SEAMS = re.compile(rf"([^{_PART}{_BLOCK}{_ITEM}]?)(\s*[{_PART}{_BLOCK}{_ITEM}][\s{_PART}{_BLOCK}{_ITEM}]*)(?=(.?))", re.S)
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


class _Page(Walker):
    """Walks a page and writes its text."""

    def __init__(self, root: Element) -> None:
        super().__init__()
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
            if element.getparent() is not None and (_is_noise(element) or _is_furniture(element)):
                _keep_doi(element)
                _remove(element)

    def _known(self, element: Element, tag: str) -> None:
        if element in self._entries:
            self._entry(element)
        elif re.fullmatch("h[1-6]", tag):
            self._heading(element, int(tag[1]))
        elif tag == "br":
            self.out.break_line()
        elif tag == "tr":
            self._row(element)
        elif tag in ("td", "th"):
            self._cell(element)
        elif tag == "sup":
            self._sup(element)
        elif tag == "a":
            self._anchor(element)
        elif tag == "li":
            self._item(element)
        elif element.get("role") in NOTE_ROLES and element.find(".//h2") is None:
            self._notes(element)
        elif tag in BLOCKS:
            self._wrapped(element, self.out.break_paragraph)
        elif tag:
            self._inside(element)

    def _heading(self, element: Element, level: int) -> None:
        self.out.break_paragraph()
        start = self.out.here
        with self.out.flat():
            self._inside(element)
        if element is not self._title_heading:
            self.out.heading(start, level - self._top + 1)
        self.out.break_paragraph()

    def _notes(self, element: Element) -> None:
        """Notes at the end that no heading parts from the list of references before them get one."""
        self.out.break_paragraph()
        start = self.out.here
        self.out.write("Footnotes")
        self.out.heading(start, 1)
        self._wrapped(element, self.out.break_paragraph)

    def _item(self, element: Element) -> None:
        self.out.break_paragraph()
        parent = element.getparent()
        if parent is not None and parent.tag == "ol":
            self.out.write(f"{_position(element)}. ")
        self._inside(element)
        self.out.break_paragraph()

    def _anchor(self, element: Element) -> None:
        start = self.out.here
        self._inside(element)
        target = self._ids.get(_fragment(element))
        if target and self.out.end > start:
            self.out.links.append(Link(start, self.out.end, (target,)))

    def _entry(self, element: Element) -> None:
        """One entry of a reference list, without the links that sites put after it."""
        identifier, own_label = self._entries[element], _own_label(element)
        text, doi = _entry_text(element), _linked_doi(element)
        label = _LABELLED.match(text)
        if not label and not own_label:
            number = element.get("data-counter", "").strip(". ") or (str(_position(element)) if _in_ol(element) else "")
            text = f"{number}. {text}" if number.isdigit() and text else text
            label = _LABELLED.match(text)
        self.out.break_paragraph()
        start = self.out.here
        with self.out.flat():
            self.out.write(text)
        if self.out.end > start:
            item: CslItem = {"DOI": doi, "citation-number": label[1] if label else "", "citation-label": own_label}
            self.out.entries.append(EntryMark(identifier, start, self.out.end, {name: value for name, value in item.items() if value}))
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


def _is_furniture(element: Element) -> bool:
    """Whether all that an element says are links that publishers put after an entry: two or more, or one inside a list of references."""
    links = [a for a in element.iterchildren("a") if LINK_WORDS.fullmatch(words(a))] if element.tag in ("p", "div", "span", "ul") else []
    between = (element.text or "") + "".join(child.tail or "" for child in element)
    enough = len(links) == len(element) and (len(links) > 1 or (bool(links) and _inside_list(element)))
    return enough and not re.sub(r"[\s|·•,;\[\]]", "", between)


def _keep_doi(element: Element) -> None:
    """What is left out may link to the entry's DOI; it stays on the parent."""
    parent, doi = element.getparent(), _linked_doi(element)
    if parent is not None and doi and not parent.get("data-doi"):
        parent.set("data-doi", doi)


def _linked_doi(element: Element) -> str:
    """The first DOI that a link inside an element holds, or that ``_keep_doi`` kept."""
    kept = (e.get("data-doi") or unquote(e.get("href") or "") for e in element.iter("a", "li", "p", "div", "span", "cite"))
    return next((m[0] for target in kept if (m := _DOI.search(target))), "")


def _holds_the_text(element: Element) -> bool:
    """Whether an element with a suspicious name holds too much prose to be a menu."""
    if element.find(".//h1") is not None or any(headings.is_known(words(h)) for h in element.iter("h2", "h3")):
        return True
    return sum(len(words(p)) > 200 for p in element.iter("p")) > 2


def _name_items(root: Element) -> None:
    """List items that only their role names become list items; an item's first paragraph stands on the item's line."""
    for element in root.iter(etree.Element):
        if element.get("role") == "listitem":
            element.tag = "li"
        if element.tag == "li" and len(element) and element[0].tag == "p" and not (element.text or "").strip():
            element[0].tag = "span"


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
    """The id that a link of the page points to; "" if it points elsewhere. Some sites open references by script and name the id beside."""
    address = anchor.get("href") or ""
    if "#" in address and address != "#":
        return unquote(address.rpartition("#")[2])
    return next((value for name in ("data-open", "reveal-id", "data-rid", "data-xml-rid", "rid") if (value := anchor.get(name))), "")


def _own_ids(element: Element) -> list[str]:
    return [value for name in ("id", "name", "data-bib-id", "content-id") if (value := element.get(name))]


def _find_entries(root: Element) -> tuple[dict[str, str], dict[Element, str]]:
    """Every id that stands for an entry with the entry's id, and the entries with theirs."""
    wanted = {f for anchor in root.iter("a") if (f := _fragment(anchor))}
    entries: dict[Element, str] = {}
    for element in root.iter(etree.Element):
        for own in _own_ids(element):
            entry = _entry_of(element) if own in wanted or element.get("data-bib-id") else None
            if entry is not None and _is_entry(entry, own) and (not _fragment(element) or _in_list(entry)):
                entries.setdefault(entry, own)
    for entry in [*entries]:
        for peer in _peers(entry):
            entries.setdefault(peer, _any_id(peer) or f"entry-{len(entries) + 1}")
    for holder in _listed(root):
        for item in holder.iterchildren("li"):
            if not any(ancestor in entries for ancestor in item.iterancestors()):
                entries.setdefault(item, _any_id(item) or f"entry-{len(entries) + 1}")
    inner = {e for e in entries if any(ancestor in entries for ancestor in e.iterancestors())}
    entries = {e: i for e, i in entries.items() if e not in inner}
    ids = {own: entry_id for entry, entry_id in entries.items() for e in entry.iter(etree.Element) for own in _own_ids(e)}
    return _linking_back(root, entries) | ids, entries


def _linking_back(root: Element, entries: dict[Element, str]) -> dict[str, str]:
    """Ids that are nowhere on the page, but in links of the text that an entry links back to."""
    targets = {own: f for anchor in root.iter("a") if (f := _fragment(anchor)) for own in _own_ids(anchor)}
    back = ((targets.get(_fragment(anchor)), entry_id) for entry, entry_id in entries.items() for anchor in entry.iter("a"))
    return {target: entry_id for target, entry_id in back if target}


def _entry_of(element: Element) -> Element | None:
    """The list item or paragraph that an id stands in or on."""
    for candidate in [element, *element.iterancestors()]:
        if candidate.tag == "li":
            return candidate
        if candidate.tag in ("ol", "ul", "section", "article", "main", "body", "table"):
            break
    return next((c for c in [element, *element.iterancestors()] if c.tag in ENTRY_TAGS and words(c)), None)


def _is_entry(entry: Element, own: str) -> bool:
    """Whether a link's target is an entry: by the names around it, by the heading above it, or by the form of its id."""
    if len(words(entry)) > 3000 or NO_ENTRY.search(own) or entry.find(".//h2") is not None:
        return False
    return bool(ENTRY_ID.fullmatch(own)) or any(_is_list(e) for e in [entry, *entry.iterancestors()][:6])


def _in_list(entry: Element) -> bool:
    """Whether an element stands in a list of references, by the names of what holds it or by the heading above it."""
    return _inside_list(entry) or headings.key(_heading_above(entry)) in headings.LISTS


def _is_list(element: Element) -> bool:
    return bool(LIST_WORDS.search(f"{element.get('class', '')} {element.get('id', '')}"))


def _inside_list(element: Element) -> bool:
    """Whether an element stands in something that is called a list of references."""
    return any(_is_list(e) for e in element.iterancestors())


def _peers(entry: Element) -> list[Element]:
    """The other entries of an entry's list, cited or not: the list's items, or what has the same class inside the list."""
    parent = entry.getparent()
    if entry.tag == "li" and parent is not None:
        return [*parent.iterchildren("li")]
    named = entry.get("class")
    holder = next((e for e in entry.iterancestors() if _is_list(e)), None)
    return [e for e in holder.iter(entry.tag) if e.get("class") == named] if named and holder is not None else []


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


def _own_label(entry: Element) -> str:
    """The label before an entry where it is words, not a number: "Able (2010)"; "" without one."""
    return next((words(e) for e in entry.iter(etree.Element) if _is_word_label(e)), "")


def _is_word_label(element: Element) -> bool:
    return bool(LABELS.search(element.get("class", ""))) and not _LABEL.fullmatch(words(element)) and len(words(element)) < 80


def _entry_text(entry: Element) -> str:
    """An entry's words without a label in words before it and the links after it."""
    text = _joined("".join(_pieces(entry, entry)).replace("\u00ad", ""))
    return _TRAILING.sub("", _EMPTY_BRACKETS.sub("", text))


def _pieces(element: Element, entry: Element) -> Iterator[str]:
    """The texts of an entry's parts with marks where blocks, items of an inner list and large parts end; link furniture left out."""
    if _is_word_label(element) or (element.tag == "a" and (LINK_WORDS.fullmatch(words(element)) or _leads_back(element))):
        return
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield _BLOCK if child.tag in BLOCKS else ""
            yield from _pieces(child, entry)
        yield child.tail or ""
    if element.tag == "li" and element is not entry and element.getnext() is not None:
        yield _ITEM
    elif element is not entry and element.tag in BLOCKS:
        yield _PART if PARTS.search(element.get("class", "")) else _BLOCK
    elif element.tag == "br" or (len(entry) and element is entry[0] and _LABEL.fullmatch(element.text or "")):
        yield _BLOCK


def _leads_back(anchor: Element) -> bool:
    """Whether a link leads back to the text and is no number: "Able, 2010", an arrow."""
    return bool(_fragment(anchor)) and not _LABEL.fullmatch(words(anchor))


def _joined(text: str) -> str:
    """The pieces as one line: what the page sets apart by layout is set apart by a space, a comma or a full stop."""
    return " ".join(_SEAMS.sub(_seam, text).split())


def _seam(match: re.Match[str]) -> str:
    before, seam, after = match[1], match[2], match[3]
    if not before or not after:
        return before
    if _ITEM in seam:
        return before + (" " if before in ",;" else ", " if after not in ".,;:)" else "")
    if after in ".,;:)]–-/" or before in "([–-/":
        return before
    apart = _PART in seam and before.isalnum() and after.isalnum() and not any(map(str.isspace, seam))
    return before + (". " if apart else " ")


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
