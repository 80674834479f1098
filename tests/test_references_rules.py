"""The rules that turn labelled segments into fields, whatever model found the segments: one slip of a model a row."""

from __future__ import annotations

from typing import Any

import pytest

from evidence.references.normalise import to_csl
from evidence.references.segments import segments_of

SLIPS: list[tuple[str, list[tuple[str, str]], dict[str, Any]]] = [
    (
        "the end of the pages read as a year, in one piece with it",
        [("c", "J Water Stud"), ("v", "20:"), ("p", "1491–"), ("y", "1503, 2009.")],
        {"page": "1491–1503", "issued": {"date-parts": [[2009]]}},
    ),
    (
        "an abbreviated journal cut in two",
        [("t", "Charting the first river. Harbour L."), ("c", "Rev.,"), ("v", "72,"), ("p", "936-1024.")],
        {"title": "Charting the first river", "container-title": "Harbour L. Rev"},
    ),
    (
        "the first word of a journal read as a title",
        [("y", "(2002)"), ("t", "Nat."), ("c", "Struct. Biol."), ("v", "9,"), ("p", "646–652")],
        {"title": None, "container-title": "Nat. Struct. Biol"},
    ),
    (
        "the letter of a series read with the volume",
        [("t", "Ice and heat."), ("c", "Phys. Rev."), ("v", "X 5,"), ("p", "031023"), ("y", "(2015).")],
        {"container-title": "Phys. Rev. X", "volume": "5"},
    ),
    (
        "a quotation and its book in one piece",
        [("t", "‘Invisible Ice’ in Political Rivers: New Essays,"), ("l", "(Boston,"), ("y", "1985),"), ("p", "18-47.")],
        {"title": "Invisible Ice", "container-title": "Political Rivers: New Essays"},
    ),
    (
        "a span of years read as pages",
        [("t", "Wasserrecht, 3 Bde.,"), ("l", "Leipzig"), ("p", "1887–1888.")],
        {"title": "Wasserrecht", "issued": {"date-parts": [[1887]]}, "page": None},
    ),
    (
        "a span of years read as pages before the pages",
        [("t", "Studi di acque,"), ("c", "in Quaderni d'acqua,"), ("v", "VIII,"), ("p", "1974-75, pp. 3-78.")],
        {"issued": {"date-parts": [[1974]]}, "page": "3-78"},
    ),
    (
        "a double number read with the pages",
        [("y", "(2020)."), ("t", "Glaces et récits."), ("c", "Eaux et sociétés,"), ("p", "180-181, 33-48.")],
        {"volume": "180-181", "page": "33-48"},
    ),
    (
        "place and publisher read as a container",
        [("t", "Processus de la glace."), ("c", "Rennes : Osei,"), ("y", "2013.")],
        {"container-title": None, "publisher-place": "Rennes", "publisher": "Osei"},
    ),
    (
        "the number of pages in a remark",
        [("t", "La glace."), ("l", "Paris :"), ("b", "OSEI,"), ("y", "2003."), ("r", "240 p. (Eaux).")],
        {"page": "240", "number-of-pages": "240"},
    ),
    (
        "a title that stands twice",
        [("t", "Rivers of ice and fire."), ("c", "Rivers of Ice and Fire."), ("r", "xxix, 260–xxix, 260.")],
        {"container-title": None, "page": "xxix, 260–xxix, 260"},
    ),
    (
        "a work printed in two places",
        [("t", "Of ice."), ("c", "Water"), ("v", "17"), ("y", "(1944)"), ("p", "346-74;"), ("c", "repr. in Studies of Water and Ice,")],
        {"container-title": "Water"},
    ),
    (
        "an organisation in two parts",
        [("t", "Guidance."), ("l", "London:"), ("c", "Rivers and Canals:"), ("b", "Office of Works.")],
        {"container-title": None, "publisher": "Rivers and Canals: Office of Works"},
    ),
    (
        "an article of a dictionary",
        [("t", "Art. „Fluss, Strom“,"), ("c", "in: Grundbegriffe des Wassers,"), ("v", "Bd. 2,"), ("p", "S. 593–717.")],
        {"title": "Fluss, Strom", "container-title": "Grundbegriffe des Wassers", "volume": "2"},
    ),
    (
        "authors read as editors before any title",
        [("e", "Osei,"), ("h", "K."), ("W", "and"), ("e", "Moreau,"), ("h", "T."), ("y", "(2001)."), ("t", "Rivers of ice.")],
        {"author": [{"family": "Osei", "given": "K."}, {"family": "Moreau", "given": "T."}], "editor": None},
    ),
    (
        "the article of a title read as a person",
        [("g", "W."), ("a", "Osei,"), ("w", ""), ("a", "Das"), ("t", "Wasser der Stadt,"), ("l", "Bern"), ("y", "1974.")],
        {"author": [{"family": "Osei", "given": "W."}], "title": "Das Wasser der Stadt"},
    ),
    (
        "the last initial read with the title",
        [("a", "Osei,"), ("g", "J. G."), ("t", "A. The River Moment."), ("l", "Bern:"), ("b", "Aare,"), ("y", "1975.")],
        {"author": [{"family": "Osei", "given": "J. G. A."}], "title": "The River Moment"},
    ),
    (
        "years of a title read as the year of the work",
        [("t", "Saggi sull'acqua"), ("y", "(1938-1968),"), ("l", "Torino,"), ("b", "Osei,"), ("y", "1970.")],
        {"title": "Saggi sull'acqua (1938-1968)", "issued": {"date-parts": [[1970]]}},
    ),
    (
        "a title cut behind a small word",
        [("t", "Un village de"), ("k", "1294 à 1324,"), ("l", "Paris,"), ("b", "Osei,"), ("y", "1975.")],
        {"title": "Un village de 1294 à 1324", "publisher-place": "Paris"},
    ),
    (
        "a book of several volumes read as a container",
        [("a", "Osei,"), ("g", "K.,"), ("c", "Gesellschaftsgeschichte,"), ("v", "Bd. 3,"), ("l", "München"), ("y", "1995.")],
        {"title": "Gesellschaftsgeschichte", "container-title": None, "volume": "3"},
    ),
    (
        "a work that is to appear",
        [("t", "Selecting rivers by their ice. Artificial Water."), ("r", "(to appear)")],
        {"title": "Selecting rivers by their ice", "container-title": "Artificial Water"},
    ),
    (
        "a book behind its editors read as a title",
        [
            ("t", "‘Ice’"),
            ("f", "in"),
            ("h", "Ray"),
            ("e", "Osei"),
            ("f", "(ed.),"),
            ("t", "Rivers of Fire,"),
            ("l", "Bern:"),
            ("b", "Aare"),
        ],
        {"title": "Ice", "container-title": "Rivers of Fire"},
    ),
    (
        "the first part of a place read with the title",
        [("t", "The Charter of Rivers. Hawthorn,"), ("l", "Victoria:"), ("b", "Water Board.")],
        {"title": "The Charter of Rivers", "publisher-place": "Hawthorn, Victoria"},
    ),
    (
        "a year read with the publisher",
        [("t", "Das Wasser."), ("l", "Bern:"), ("b", "Aare 1994"), ("r", "(= edition wasser 27).")],
        {"issued": {"date-parts": [[1994]]}},
    ),
    (
        "a bare page behind the year",
        [("c", "Nature"), ("v", "466"), ("y", "(2010)"), ("k", "2013.")],
        {"page": "2013", "volume": "466"},
    ),
    (
        "commas and nothing else between the fields",
        [("a", "Osei"), ("g", "K.,"), ("y", "2014,"), ("t", "MNRAS,"), ("i", "441,"), ("r", "2986")],
        {"title": None, "container-title": "MNRAS", "volume": "441", "page": "2986", "issue": None},
    ),
    (
        "the head of a journal's page",
        [("A", "BLOOD & WATER"), ("v", "Vol.63,"), ("i", "No.7,"), ("y", "2011,"), ("p", "pp 1961–1971")],
        {"author": None, "container-title": "BLOOD & WATER"},
    ),
    (
        "an issue behind the year",
        [("t", "Ice."), ("c", "Water"), ("v", "6"), ("y", "(2000)"), ("v", "2,"), ("p", "183-221")],
        {"volume": "6", "issue": "2"},
    ),
    (
        "proceedings read with the title",
        [("t", "Shoring up rivers of ice. Proc. Water Conference,"), ("y", "1994.")],
        {"title": "Shoring up rivers of ice", "container-title": "Proc. Water Conference"},
    ),
    (
        "a book without a chapter's title",
        [("g", "R."), ("a", "Osei"), ("f", "in"), ("t", "Gravitation of Ice,"), ("l", "(Bern,"), ("y", "1962).")],
        {"title": None, "container-title": "Gravitation of Ice"},
    ),
    (
        "the rest of an organisation's name read as a title",
        [("A", "Harbour Dept."), ("t", "of Rivers and Ice."), ("y", "(2017)."), ("t", "River Toolkit.")],
        {"author": [{"literal": "Harbour Dept. of Rivers and Ice"}], "title": "River Toolkit"},
    ),
    (
        "a title read as a container, its days as pages",
        [("c", "36th Symposium on Rivers and Ice."), ("p", "15–18 March"), ("c", "Water Care,"), ("v", "20,"), ("p", "94.")],
        {"title": "36th Symposium on Rivers and Ice", "container-title": "Water Care", "page": "94"},
    ),
    (
        "the years of a book read with the pages",
        [("t", "Ice."), ("c", "Rivers of a Century,"), ("p", "1985–2005, 17–26.")],
        {"container-title": "Rivers of a Century, 1985–2005", "page": "17–26"},
    ),
    (
        "the issue in the volume",
        [("t", "Ríos."), ("c", "Revista de Aguas"), ("v", "63.180"), ("p", "341")],
        {"volume": "63", "issue": "180"},
    ),
    ("a volume cut at its hyphen", [("t", "Ice."), ("c", "Water Trans."), ("v", "RA"), ("i", "-2(1):"), ("p", "14")], {"volume": "RA-2"}),
    ("a volume of two years", [("t", "Ice."), ("c", "Acque"), ("v", "16"), ("i", "-18,"), ("p", "303-328")], {"volume": "16 -18"}),
    ("an article number", [("t", "Ice."), ("c", "Rev. Water,"), ("v", "48,"), ("i", "RG4004")], {"page": "RG4004", "issue": None}),
    ("pages in a remark", [("t", "Ice."), ("c", "Water,"), ("v", "71"), ("r", ", pp. 1, 3.")], {"page": "1"}),
]


@pytest.mark.parametrize(("runs", "fields"), [slip[1:] for slip in SLIPS], ids=[slip[0] for slip in SLIPS])
def test_a_slip_of_the_model_is_put_right(runs: list[tuple[str, str]], fields: dict[str, Any]) -> None:
    found = segments_of(" ".join(text for _, text in runs), runs)
    csl, _ = to_csl(found)
    assert {name: csl.get(name) for name in fields} == fields
