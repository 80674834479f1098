"""The command line as people meet it: output, messages, exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evidence import cli, exporting
from evidence.pipeline import Built

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = sorted(cli.main.commands)


@pytest.fixture(scope="module")
def atlas(shipped: Built) -> Path:
    """A workspace with the shipped corpus, built."""
    return shipped.folder.parent


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ["-C", str(folder), *arguments])


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_and_stands_in_the_readme(command: str) -> None:
    assert len(CliRunner().invoke(cli.main, [command, "--help"]).output) > 100
    assert f"evidence {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_formats_of_the_command_line_are_those_of_the_library() -> None:
    assert set(cli.EXPORT_FORMATS) == set(exporting.FORMATS)


@pytest.mark.parametrize("name", ["supervision", "Supervision", "meso.leadership.supervision", "meso.leadership.supervision".upper()])
def test_a_factor_is_found_by_label_and_by_code(atlas: Path, name: str) -> None:
    result = run(atlas, "trace", name, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["factor"]["code"] == "meso.leadership.supervision"


def test_a_trace_counts_findings_papers_and_independent_studies_apart(atlas: Path) -> None:
    counts = json.loads(run(atlas, "trace", "remuneration", "--json").output)["counts"]
    assert counts["all"]["papers"] <= 5
    assert counts["all"]["studies"] > 0
    assert counts["all"]["findings"] == sum(counts[e]["findings"] for e in counts if e != "all")


def test_a_traced_finding_names_its_paper_its_place_and_its_sources(atlas: Path) -> None:
    findings = json.loads(run(atlas, "trace", "remuneration", "--json").output)["findings"]
    cited = [f for f in findings if f["role"] == "cited"]
    assert cited
    assert all(f["paper_key"] and f["end"] > f["start"] and f["sources"] for f in cited)


def test_a_misspelt_factor_suggests_near_ones(atlas: Path) -> None:
    result = run(atlas, "trace", "supervison")
    assert result.exit_code == 2
    assert "meso.leadership.supervision" in result.stderr


def test_an_ambiguous_beginning_names_the_candidates(atlas: Path) -> None:
    result = run(atlas, "trace", "role")
    assert result.exit_code == 2
    assert "meso.culture.role_clarity" in result.stderr
    assert "meso.culture.role_distinctiveness" in result.stderr


@pytest.mark.parametrize("form", ["--csv", "--markdown"])
def test_a_trace_comes_in_other_forms(atlas: Path, form: str) -> None:
    result = run(atlas, "trace", "supervision", form)
    assert result.exit_code == 0
    assert "facilitator" in result.output or "What helps" in result.output


def test_without_a_name_the_named_queries_are_listed(atlas: Path) -> None:
    result = run(atlas, "query")
    assert result.exit_code == 0
    assert "contested-factors" in result.output
    assert "page-" not in result.output


def test_a_label_stands_for_an_iri(atlas: Path) -> None:
    result = run(atlas, "query", "trace-factor", "factor=supervision", "--format", "csv")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[0].startswith("effect,")
    assert len(result.output.splitlines()) > 5


def test_well_known_prefixes_need_no_declaration(atlas: Path) -> None:
    result = run(atlas, "query", "-e", "SELECT (COUNT(*) AS ?n) { ?f a ea:Finding }", "--format", "json")
    rows = sum(len(p.read_text(encoding="utf-8").splitlines()) - 1 for p in (atlas / "bib" / "findings").glob("*.csv"))
    assert json.loads(result.output) == [{"n": str(rows)}]


def test_sparql_in_the_place_of_a_name_is_told_where_it_goes(atlas: Path) -> None:
    result = run(atlas, "query", "SELECT ?a { ?a ?b ?c }")
    assert result.exit_code == 2
    assert "goes behind -e" in result.stderr


def test_a_syntax_error_points_at_its_line_and_column(atlas: Path) -> None:
    result = run(atlas, "query", "-e", "SELECT ?a WHERE {\n  ?a ?b }")
    assert result.exit_code == 2
    assert "line 2, column" in result.stderr
    assert "^" in result.stderr


def test_a_construct_comes_as_turtle(atlas: Path) -> None:
    result = run(atlas, "query", "-e", "CONSTRUCT { ?f a ea:Factor } WHERE { ?f a ea:Factor }")
    assert "peer-support#" in result.output


def test_an_unknown_query_suggests_a_near_one(atlas: Path) -> None:
    result = run(atlas, "query", "contested-factor")
    assert result.exit_code == 0
    result = run(atlas, "query", "contsted")
    assert result.exit_code == 2
    assert "contested-factors" in result.stderr


def test_a_query_without_a_build_says_what_to_do(tmp_path: Path) -> None:
    run(tmp_path, "init", str(tmp_path / "new"))
    result = run(tmp_path / "new", "query", "corpus-summary")
    assert result.exit_code == 2
    assert "evidence build" in result.stderr


def test_validating_the_shipped_corpus_is_clean(atlas: Path) -> None:
    result = run(atlas, "validate")
    assert result.exit_code == 0, result.stderr
    assert "0 problems" in result.output


@pytest.mark.parametrize("form", exporting.FORMATS)
def test_everything_can_be_exported(atlas: Path, tmp_path: Path, form: str) -> None:
    target = tmp_path / "out"
    assert run(atlas, "export", form, "--output", str(target)).exit_code == 0
    assert target.stat().st_size > 1000


def test_the_site_rendered_again_is_the_one_that_the_build_made(atlas: Path, tmp_path: Path) -> None:
    again = tmp_path / "site"
    assert run(atlas, "site", "--output", str(again)).exit_code == 0
    built = atlas / "build" / "site"
    assert {p.relative_to(again) for p in again.rglob("*")} == {p.relative_to(built) for p in built.rglob("*")}
    assert (again / "methods.html").read_bytes() == (built / "methods.html").read_bytes()


def test_an_existing_workspace_is_not_overwritten(atlas: Path) -> None:
    result = run(atlas, "init", str(atlas))
    assert result.exit_code == 2
    assert "nothing was changed" in result.stderr


def test_a_new_workspace_takes_bibliographies_and_papers(tmp_path: Path) -> None:
    folder = tmp_path / "review"
    run(tmp_path, "init", str(folder), "--title", "School meals")
    paper = tmp_path / "paper.txt"
    paper.write_text(PAPER, encoding="utf-8")
    ris = tmp_path / "library.ris"
    ris.write_text(RIS, encoding="utf-8")
    assert run(folder, "import", str(ris)).exit_code == 0
    result = run(folder, "import", str(paper), "--key", "doe2020")
    assert result.exit_code == 0, result.stderr
    assert "doe2020/1,baker2011,False" in result.output
    assert "2 citations" in result.stderr
    again = run(folder, "import", str(paper), "--key", "doe2020")
    assert again.exit_code == 1
    assert "--replace" in again.stderr


def test_pasted_references_become_a_bibliography(tmp_path: Path) -> None:
    source = tmp_path / "list.txt"
    source.write_text("Baker, A., & Cook, B. (2011). Kitchens at school. Journal of Meals, 4(2), 11–19.\n", encoding="utf-8")
    result = CliRunner().invoke(cli.main, ["references", str(source), "--to", "bibtex"])
    assert "@article{baker2011" in result.output
    record = json.loads(CliRunner().invoke(cli.main, ["references", str(source)]).output)
    assert record["csl"]["volume"] == "4"
    assert 0 < record["score"] <= 1


PAPER = """\
What feeds a school kitchen

Jane Doe

Introduction

Kitchens need cooks who stay (Baker & Cook, 2011). Dishes depend on the season, as Miller (2015) found in an invented town.

References

Baker, A., & Cook, B. (2011). Kitchens at school. Journal of Meals, 4(2), 11–19.

Miller, C. (2015). Seasons and dishes in an invented town. Food and Place, 7(1), 1–12.
"""
RIS = """\
TY  - JOUR
AU  - Baker, A.
AU  - Cook, B.
PY  - 2011
TI  - Kitchens at school
JO  - Journal of Meals
VL  - 4
IS  - 2
SP  - 11
EP  - 19
ER  -
"""
