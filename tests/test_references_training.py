"""What the reference parser is taught: invented references whose every character carries a label."""

from __future__ import annotations

import re
from random import Random

import pytest

from evidence.references.labels import FIELDS
from evidence.references.training.marked import mark
from evidence.references.training.records import make_record
from evidence.references.training.render import CODES, label_literals
from evidence.references.training.schools import SCHOOLS, School, render_school

NUMBERS = range(len(SCHOOLS))


@pytest.mark.parametrize("school", SCHOOLS, ids=map(str, NUMBERS))
def test_the_forms_of_a_school_name_known_fields_only(school: School) -> None:
    named = {slot for lines in school.forms.values() for line in lines for slot in re.findall(r"\{(\w+)\}", line)}
    assert named <= set(CODES)


def test_every_character_of_a_rendered_reference_has_a_label() -> None:
    rng = Random(1)
    rendered = [marked for _ in range(200) if (marked := render_school(rng, make_record(rng)))]
    assert len(rendered) > 50
    for marked in rendered:
        assert len(marked.text) == len(marked.labels)
        assert set(marked.labels) <= set(FIELDS)


def test_rendering_is_reproducible() -> None:
    first, second = ([render_school(rng, make_record(rng)) for _ in range(30)] for rng in (Random(7), Random(7)))
    assert first == second


@pytest.mark.parametrize("role", [" (eds), ", ", editors, ", " (eds) ", " (Hg.), ", ", ed., "])
def test_the_editors_role_is_no_part_of_the_book(role: str) -> None:
    marked = label_literals(["In ", mark("Okafor", "e"), role, mark("Rivers", "c")])
    assert marked.labels[marked.text.index("Rivers") - 2] == "f"
