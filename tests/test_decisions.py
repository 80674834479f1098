"""Decisions: nothing decided is lost, whatever happens to the files, and the status does not depend on the order of lines."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.decisions import (
    COLUMNS,
    Coding,
    Decision,
    append_decision,
    apply_decisions,
    coding_of,
    decisions_file,
    next_time,
    read_all_decisions,
    read_decisions,
    standings,
)
from evidence.model import Finding, passage_digest

PLACE = Coding("lee2020", 10, 40, "meso.pay", "barrier", "lacking", "primary", passage_digest("Pay was low."), "Results")
OTHER = replace(PLACE, factor="meso.training", effect="facilitator", state="present")


def said(verdict: str, by: str = "anna", second: int = 0, coding: Coding = PLACE, **more: object) -> Decision:
    given = {"item": "lee2020-1", "version": PLACE.version} | more
    return Decision(verdict=verdict, coding=coding, reviewer=by, time=f"2026-01-01T00:00:{second:02}.000000Z", **given)  # type: ignore[arg-type]


def status(*decisions: Decision, version: str = PLACE.version) -> str:
    return standings(decisions, {"lee2020-1": version})["lee2020-1"].status


ACCEPT, REJECT = said("accept"), said("reject", "ben", 1)
REVISE = said("revise", "ben", 2, OTHER)
SETTLED = said("reject", "cleo", 9, about=(ACCEPT.id, REJECT.id))

STATUS = [
    ("nothing", [], "unreviewed"),
    ("one accepts", [ACCEPT], "accepted"),
    ("one rejects", [REJECT], "rejected"),
    ("one is unsure", [said("unsure")], "unsure"),
    ("one accepts, one is unsure", [ACCEPT, said("unsure", "ben")], "accepted"),
    ("two accept", [ACCEPT, said("accept", "ben")], "accepted"),
    ("one accepts, one rejects", [ACCEPT, REJECT], "contested"),
    ("one accepts, one revises", [ACCEPT, REVISE], "contested"),
    ("two revise alike", [REVISE, said("revise", "anna", 3, OTHER)], "accepted"),
    ("the later word counts", [ACCEPT, said("reject", second=5)], "rejected"),
    ("an undo withdraws", [ACCEPT, said("undo", second=5, about=(ACCEPT.id,))], "unreviewed"),
    ("an undo brings back what was before", [ACCEPT, REJECT, said("undo", "ben", 5, about=(REJECT.id,))], "accepted"),
    ("nobody undoes for another", [ACCEPT, said("undo", "ben", 5, about=(ACCEPT.id,))], "accepted"),
    ("an adjudication settles", [ACCEPT, REJECT, SETTLED], "rejected"),
    ("a new vote opens it again", [ACCEPT, REJECT, SETTLED, said("accept", "dan", 10)], "contested"),
    ("another version is outdated", [said("accept", version="v000000000000")], "outdated"),
]  # fmt: skip


@pytest.mark.parametrize(("decisions", "expected"), [row[1:] for row in STATUS], ids=[row[0] for row in STATUS])
def test_the_status_follows_from_the_decisions(decisions: list[Decision], expected: str) -> None:
    assert status(*decisions) == expected


def test_an_undone_undo_restores_the_decision() -> None:
    undo = said("undo", second=5, about=(ACCEPT.id,))
    assert status(ACCEPT, undo, said("undo", second=6, about=(undo.id,))) == "accepted"


def test_a_revision_that_was_carried_out_is_not_outdated() -> None:
    assert status(REVISE, version=OTHER.version) == "accepted"


DECISION = st.builds(
    said,
    st.sampled_from(["accept", "reject", "revise", "unsure", "undo"]),
    st.sampled_from(["anna", "ben"]),
    st.integers(0, 9),
    st.sampled_from([PLACE, OTHER]),
    item=st.sampled_from(["lee2020-1", "lee2020-2"]),
    reason=st.sampled_from(["", "not said here"]),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Decision]:
    """Decisions in which undos and adjudications name earlier ones."""
    made: list[Decision] = []
    for d in draw(st.lists(DECISION, max_size=10)):
        earlier = [m.id for m in made if m.item == d.item]
        count = 1 if d.verdict == "undo" else draw(st.sampled_from([0, 2]))
        about = draw(st.lists(st.sampled_from(earlier), min_size=0, max_size=count, unique=True)) if earlier else []
        made.append(replace(d, about=tuple(about)))
    return made


@settings(max_examples=150)
@given(histories(), st.randoms(use_true_random=False))
def test_any_interleaving_of_lines_gives_the_same_status(history: list[Decision], random: object) -> None:
    mixed = history + history[: len(history) // 2]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    versions = {"lee2020-1": PLACE.version, "lee2020-2": OTHER.version}
    assert standings(mixed, versions) == standings(history, versions)


@settings(max_examples=100)
@given(reason=st.text(max_size=60), by=st.text(min_size=1, max_size=20).filter(lambda t: t.strip() and t.isprintable()))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, reason: str, by: str) -> None:
    path = tmp_path_factory.mktemp("d") / "one.csv"
    decision = said("reject", by, reason=reason)
    append_decision(path, decision)
    append_decision(path, ACCEPT)
    read, problems = read_decisions(path)
    assert [d.id for d in read] == [decision.id, ACCEPT.id]
    assert not problems


@settings(max_examples=60)
@given(cut=st.integers(1, 400))
def test_a_row_cut_off_in_the_middle_is_reported_and_the_rest_is_read(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.mktemp("d") / "anna.csv"
    append_decision(path, ACCEPT)
    whole = path.stat().st_size
    append_decision(path, said("reject", second=7, reason='she said "no", twice'))
    path.write_bytes(path.read_bytes()[: max(whole + 1, path.stat().st_size - 1 - cut)])
    append_decision(path, said("unsure", second=8))
    read, problems = read_decisions(path)
    assert [d.verdict for d in read] == ["accept", "unsure"]
    assert [p.line for p in problems] == [3]
    assert "cut off" in problems[0].message


def test_a_row_changed_by_hand_is_kept_and_reported(tmp_path: Path) -> None:
    path = tmp_path / "anna.csv"
    append_decision(path, said("reject", reason="hearsay"))
    path.write_text(path.read_text().replace("hearsay", "gossip"))
    (decision,), (problem,) = read_decisions(path)
    assert decision.reason == "gossip"
    assert "changed after" in problem.message


def test_a_file_saved_by_a_spreadsheet_program_is_read(tmp_path: Path) -> None:
    path = tmp_path / "anna.csv"
    append_decision(path, said("reject", reason="hearsay; twice"))
    import csv

    with path.open(newline="") as stream:
        rows = list(csv.reader(stream))
    with path.open("w", newline="", encoding="utf-8-sig") as stream:
        csv.writer(stream, delimiter=";").writerows(rows)
    (decision,), problems = read_decisions(path)
    assert decision.reason == "hearsay; twice"
    assert not problems


BAD = [
    ("verdict", "maybe", "verdict `maybe` must be one of"),
    ("effect", "bad", "effect `bad` must be one of"),
    ("start", "-4", "must be offsets"),
    ("item", "", "names no item"),
    ("time", "yesterday", "time `yesterday`"),
]


@pytest.mark.parametrize(("column", "value", "message"), BAD, ids=[row[0] for row in BAD])
def test_a_wrong_cell_is_reported_with_its_line(tmp_path: Path, column: str, value: str, message: str) -> None:
    path = tmp_path / "anna.csv"
    append_decision(path, ACCEPT)
    header, row = path.read_text().splitlines()
    cells = row.split(",")
    cells[COLUMNS.index(column)] = value
    path.write_text(f"{header}\n{','.join(cells)}\n")
    read, (problem,) = read_decisions(path)
    assert not read
    assert message in problem.message
    assert problem.line == 2


def test_bytes_without_meaning_end_in_problems(tmp_path: Path) -> None:
    path = tmp_path / "anna.csv"
    path.write_bytes(bytes(range(256)) * 20)
    read, problems = read_decisions(path)
    assert not read
    assert problems


def test_a_file_that_is_not_there_ends_in_a_problem(tmp_path: Path) -> None:
    assert "cannot be opened" in read_decisions(tmp_path / "no.csv")[1][0].message


@pytest.mark.parametrize("name", ["Anna Müller", "李雷", "../../etc/passwd", "a" * 300])
def test_a_reviewers_file_lies_in_the_folder(tmp_path: Path, name: str) -> None:
    assert decisions_file(tmp_path, name).parent == tmp_path
    assert len(decisions_file(tmp_path, name).name) < 70


def test_a_name_without_letters_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="needs a letter"):
        decisions_file(tmp_path, "../..")


def test_a_clock_set_back_does_not_reorder_decisions() -> None:
    late = said("accept", second=50)
    assert next_time([late], "anna", datetime(2025, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:50.000001Z"


def test_two_clones_merge_in_git_without_conflict(tmp_path: Path) -> None:
    def git(folder: Path, *words: str) -> None:
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *words], cwd=folder, check=True, capture_output=True)

    origin, clone = tmp_path / "one", tmp_path / "two"
    origin.mkdir()
    git(origin, "init", "-q", "-b", "main")
    (origin / ".gitattributes").write_text("decisions/*.csv merge=union\n")
    append_decision(origin / "decisions" / "anna.csv", ACCEPT)
    git(origin, "add", ".")
    git(origin, "commit", "-qm", "start")
    git(tmp_path, "clone", "-q", str(origin), "two")
    made = [ACCEPT]
    for folder, second in ((origin, 10), (clone, 30)):
        for n in range(10):
            decision = said("reject", "anna", second + n, item=f"lee2020-{n}")
            append_decision(folder / "decisions" / "anna.csv", decision)
            made.append(decision)
        append_decision(folder / "decisions" / f"{folder.name}.csv", said("accept", folder.name, second))
        git(folder, "add", ".")
        git(folder, "commit", "-qm", "decisions")
    git(origin, "pull", "-q", "--no-rebase", "--no-edit", str(clone), "main")
    read, problems = read_all_decisions(origin / "decisions")
    assert {d.id for d in made} <= {d.id for d in read}
    assert len(read) == len(made) + 2
    assert not problems


WRITER = """
import sys
from pathlib import Path
from test_decisions import said, append_decision
from dataclasses import replace
for n in range(100000):
    append_decision(Path(sys.argv[1]), said("accept", reason=f"{n}", item=f"i{n}"))
    print(n, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_killed_process_loses_no_decision_that_it_reported(tmp_path: Path) -> None:
    path = tmp_path / "anna.csv"
    tests = Path(__file__).resolve().parent
    found_in = os.pathsep.join((str(tests), str(tests.parent)))
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], cwd=tests, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": found_in}
    )
    assert process.stdout
    process.stdout.readline()
    time.sleep(0.3)
    process.send_signal(signal.SIGKILL)
    reported = [int(line) for line in process.stdout.read().split()]
    process.wait()
    read, _ = read_decisions(path)
    assert reported
    assert {f"i{n}" for n in reported} <= {d.item for d in read}


def finding(coding: Coding = PLACE, id_: str = "lee2020-1") -> Finding:
    return Finding(
        id_, coding.paper, coding.factor, coding.effect, coding.state, coding.role, "Pay is low.", "Results", 10, 40, coding.passage_sha256
    )


CODES = ("meso.pay", "meso.training")


def test_a_rejected_finding_does_not_count_and_others_do() -> None:
    decided = apply_decisions([finding(), finding(OTHER, "lee2020-2")], [REJECT], ["lee2020"], CODES)
    assert [f.id for f in decided.findings] == ["lee2020-2"]


def test_a_revised_finding_counts_as_corrected_under_its_id() -> None:
    (found,) = apply_decisions([finding()], [REVISE], ["lee2020"], CODES).findings
    assert (found.id, found.factor, found.statement) == ("lee2020-1", "meso.training", "Pay is low.")


def test_an_accepted_suggestion_counts_and_an_unreviewed_one_does_not() -> None:
    assert [f.id for f in apply_decisions([], [ACCEPT], ["lee2020"], CODES).findings] == ["lee2020-1"]
    assert not apply_decisions([], [said("unsure")], ["lee2020"], CODES).findings


def test_an_accepted_suggestion_of_an_unknown_factor_is_reported() -> None:
    decided = apply_decisions([], [ACCEPT], ["lee2020"], ["meso.other"])
    assert not decided.findings
    assert "not in the codebook" in decided.problems[0].message


def test_a_changed_finding_asks_for_another_review() -> None:
    decided = apply_decisions([finding(OTHER)], [ACCEPT], ["lee2020"], CODES)
    assert decided.standings["lee2020-1"].status == "outdated"
    assert decided.findings[0].factor == OTHER.factor
    assert "review it again" in decided.problems[0].message


def test_a_finding_and_its_coding_have_one_version() -> None:
    assert coding_of(finding()).version == PLACE.version
