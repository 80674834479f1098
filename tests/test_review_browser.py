"""The review page in a real browser: a hundred decisions by keyboard, a killed server, two clones, nothing lost."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import NoBrowserError, chromium
from conftest import skip_or_fail
from playwright.sync_api import Browser, Page, expect
from review_workspace import make_workspace, paper_text

from evidence.decisions import read_all_decisions, standings

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong
ROOT = Path(__file__).resolve().parents[1]
SERVE = """
import sys
from pathlib import Path
from evidence.review import open_session, start_server
from evidence.workspace import find_workspace
workspace, reviewer, port, *options = sys.argv[1:]
session = open_session(find_workspace(Path(workspace)), reviewer, blind="blind" in options, adjudicate="adjudicate" in options)
server = start_server(session, int(port), "key")
print(server.address, flush=True)
server.serve_forever()
"""


SELECT = """([from, to]) => {
  const paragraph = [...document.querySelectorAll("#text p")].find((p) => p.textContent.includes(from));
  const node = [...paragraph.childNodes].find((n) => n.textContent.includes(from));
  const inside = node.nodeType === Node.TEXT_NODE ? node : node.firstChild;
  const range = document.createRange();
  range.setStart(inside, inside.data.indexOf(from));
  range.setEnd(inside, inside.data.indexOf(to, inside.data.indexOf(from)));
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  document.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
}"""


class Served:
    """A review server in a process of its own."""

    def __init__(self, root: Path, reviewer: str = "anna", *options: str, port: int = 0) -> None:
        words = [sys.executable, "-c", SERVE, str(root), reviewer, str(port), *options]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=root)
        assert self.process.stdout
        self.address = self.process.stdout.readline().strip()
        self.port = int(re.search(r":(\d+)/", self.address)[1])  # type: ignore[index]

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        with chromium() as started:
            yield started
    except NoBrowserError as error:
        skip_or_fail("browser", str(error))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_workspace(tmp_path / "ws")


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def served() -> Iterator[list[Served]]:
    running: list[Served] = []
    yield running
    for server in running:
        if server.process.poll() is None:
            server.kill()


def opened(browser: Browser, server: Served, complaints: list[str], **options: object) -> Page:
    page = browser.new_context(**options).new_page()  # type: ignore[arg-type]
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.goto(server.address)
    page.wait_for_selector("#actions button")
    page.wait_for_function("() => !state.busy")
    return page


def item(page: Page) -> str:
    return str(page.evaluate("state.item && state.item.id"))


def press(page: Page, key: str, was: str = "") -> None:
    """Presses a key and waits until the page shows another item than before."""
    before = was or item(page)
    page.keyboard.press(key)
    page.wait_for_function("(was) => !state.busy && !state.form && (!state.item || state.item.id !== was)", arg=before)


def decide(page: Page, n: int) -> None:
    """One decision by keyboard, each of its own kind."""
    if n % 5 in (0, 1):
        press(page, "a")
    elif n % 5 == 2:
        was = item(page)
        page.keyboard.press("r")
        page.keyboard.type(f"reason {n}")
        press(page, "Enter", was)
    elif n % 5 == 3:
        was = item(page)
        page.keyboard.press("e")
        page.keyboard.type("Law")
        page.keyboard.press("Tab")
        page.keyboard.type("mixed" if n % 2 else "both")
        page.locator("#f-reason").focus()
        press(page, "Enter", was)
    else:
        press(page, "u")


def test_a_hundred_decisions_survive_a_killed_server(browser: Browser, root: Path, served: list[Served], complaints: list[str]) -> None:
    served.append(Served(root))
    page = opened(browser, served[0], complaints)
    decided: list[str] = []
    for n in range(50):
        decided.append(item(page))
        decide(page, n)
    assert not complaints
    served[0].kill()
    last = item(page)
    page.keyboard.press("a")
    expect(page.locator("#trouble")).to_contain_text("does not answer")
    assert item(page) == last, "what was not written is still shown as undecided"
    served.append(Served(root, port=served[0].port))
    for n in range(50, 100):
        decided.append(item(page))
        decide(page, n)
    expect(page.locator("#count")).to_contain_text("100 of 120 decided")
    expect(page.locator("#trouble")).to_be_empty()
    decisions, problems = read_all_decisions(root / "bib" / "decisions")
    assert not problems
    assert len(decided) == len(set(decided)) == 100
    assert {d.item for d in decisions} == set(decided)
    verdicts = [d.verdict for d in sorted(decisions, key=lambda d: d.time)]
    assert [verdicts.count(v) for v in ("accept", "reject", "revise", "unsure")] == [40, 20, 20, 20]
    assert all(d.coding.factor == "macro.rules.law" for d in decisions if d.verdict == "revise")


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *words], cwd=folder, check=True, capture_output=True)


def test_two_clones_are_merged_and_adjudicated(browser: Browser, root: Path, served: list[Served], complaints: list[str]) -> None:
    (root / ".gitignore").write_text("build/\n")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-qm", "start")
    git(root.parent, "clone", "-q", str(root), "other")
    for folder, reviewer, verdict in ((root, "anna", "a"), (root.parent / "other", "ben", "u"), (root.parent / "other", "anna", "a")):
        served.append(Served(folder, reviewer, "blind"))
        page = opened(browser, served[-1], complaints)
        for _ in range(5):
            press(page, verdict)
        if reviewer == "ben":
            page.keyboard.press("z")
            page.wait_for_function("() => !state.busy && document.getElementById('said').textContent.startsWith('Undone')")
            was = item(page)
            page.keyboard.press("r")
            page.keyboard.type("hearsay")
            press(page, "Enter", was)
        served[-1].kill()
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", reviewer)
    git(root, "pull", "-q", "--no-rebase", "--no-edit", str(root.parent / "other"), "main")
    decisions, problems = read_all_decisions(root / "bib" / "decisions")
    assert not problems
    assert len(decisions) == 5 + 5 + 2 + 5
    contested = [i for i, s in standings(decisions, {}).items() if s.status == "contested"]
    assert len(contested) == 1
    served.append(Served(root, "cleo", "adjudicate"))
    page = opened(browser, served[-1], complaints)
    expect(page.locator(".vote h3")).to_have_text(["1. anna", "2. ben"])
    expect(page.locator(".vote").nth(1)).to_contain_text("hearsay")
    page.keyboard.press("2")
    expect(page.locator("#where")).to_have_text("Nothing to show")
    after = standings(read_all_decisions(root / "bib" / "decisions")[0], {})[contested[0]]
    assert (after.status, after.votes[0].reason) == ("rejected", "with ben: hearsay")
    assert not complaints


def test_what_was_missed_is_added_by_selecting_text(browser: Browser, root: Path, served: list[Served], complaints: list[str]) -> None:
    served.append(Served(root))
    page = opened(browser, served[0], complaints)
    paper = str(page.evaluate("state.item.paper"))
    text = paper_text(paper)
    page.keyboard.press("w")
    page.wait_for_function("() => state.whole")
    page.keyboard.press("m")
    page.evaluate(SELECT, ["Team 30 ", " slowed the change"])
    expect(page.locator("#chosen")).to_contain_text("Team 30")
    page.select_option("#f-factor", "micro.people.trust")
    page.select_option("#f-effect", "facilitator")
    page.fill("#f-statement", "Trust helps.")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("Added")
    (decision,), _ = read_all_decisions(root / "bib" / "decisions")
    passage = text[decision.coding.start : decision.coding.end]
    assert passage == f"Team 30 of {paper} said that mutual trust 🙂", "offsets count code points, also behind emoji"
    assert not complaints


def test_a_missed_passage_is_chosen_by_keyboard_alone(browser: Browser, root: Path, served: list[Served], complaints: list[str]) -> None:
    served.append(Served(root))
    page = opened(browser, served[0], complaints)
    page.keyboard.press("m")
    page.keyboard.type("Trust")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("]")
    page.keyboard.press("}")
    chosen = page.locator("mark.chosen")
    expect(chosen.first).to_be_visible()
    page.locator("#f-reason").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("Added")
    (decision,), _ = read_all_decisions(root / "bib" / "decisions")
    text = paper_text(decision.coding.paper)
    assert text[decision.coding.start : decision.coding.end].count("Team ") == 2
    assert decision.origin == "reviewer"


def test_tab_goes_round_the_whole_page_and_escape_leaves_every_form(
    browser: Browser, root: Path, served: list[Served], complaints: list[str]
) -> None:
    served.append(Served(root))
    page = opened(browser, served[0], complaints)
    seen: list[str] = []
    for _ in range(400):
        page.keyboard.press("Tab")
        seen.append(str(page.evaluate("(document.activeElement.id || document.activeElement.textContent).trim().slice(0, 30)")))
        if seen.count("To the passage") == 2:
            break
    assert seen.count("To the passage") == 2, "Tab comes round"
    assert {"order", "show", "paper", "help-button", "whole", "find"} <= set(seen)
    for key in "erm":
        page.locator("#where").focus()
        page.keyboard.press(key)
        expect(page.locator("#form")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#form")).to_be_hidden()
        assert page.evaluate("document.activeElement.dataset.key") == key, "focus comes back to where it was"
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.uncheck("#letters")
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()
    was = item(page)
    page.locator("#where").focus()
    page.keyboard.press("a")
    time.sleep(0.3)
    assert item(page) == was, "letter keys can be turned off"
    assert not complaints


def test_skip_back_and_the_list_lead_to_items(browser: Browser, root: Path, served: list[Served], complaints: list[str]) -> None:
    served.append(Served(root))
    page = opened(browser, served[0], complaints)
    first = item(page)
    press(page, "j")
    second = item(page)
    press(page, "k")
    assert item(page) == first
    press(page, "a")
    page.select_option("#show", "mine")
    page.wait_for_function("(id) => !state.busy && state.item?.id === id", arg=first)
    expect(page.locator("#lines button")).to_have_count(1)
    expect(page.locator("#coding")).to_contain_text("You: accepted")
    page.select_option("#show", "todo")
    page.locator(f'#lines button[data-item="{second}"]').click()
    page.wait_for_function("(id) => !state.busy && state.item?.id === id", arg=second)
    page.fill("#find", "fair")
    expect(page.locator("#factors summary")).to_have_text(["Pay"])
    page.select_option("#order", "text")
    page.wait_for_function("() => !state.busy && state.item")
    places = []
    for _ in range(3):
        places.append(int(page.evaluate("state.item.coding.start")))
        page.locator("#where").focus()
        press(page, "a")
    assert places == sorted(places)
    assert not complaints


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)])
def test_nothing_keeps_people_out(
    browser: Browser, root: Path, served: list[Served], complaints: list[str], scheme: str, width: int
) -> None:
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        skip_or_fail("axe", "axe-playwright-python is not installed")
    from evidence.review import open_session
    from evidence.workspace import find_workspace

    for reviewer in ("anna", "ben"):
        of = open_session(find_workspace(root), reviewer)
        first = of.queue("text")["items"][0]["id"]
        of.decide({"item": first, "verdict": "accept"} if reviewer == "anna" else {"item": first, "verdict": "reject", "reason": "no"})
    served.append(Served(root, "cleo", "adjudicate"))
    page = opened(browser, served[0], complaints, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
    states = {
        "start": [],
        "correcting": ["e"],
        "rejecting": ["Escape", "r"],
        "adding": ["Escape", "m"],
        "the whole paper": ["Escape", "w"],
        "help": ["?"],
    }
    for name, keys in states.items():
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_function("() => !state.busy")
        found = Axe().run(page).response["violations"]
        assert not found, (name, [(v["id"], v["impact"], [n["target"] for n in v["nodes"]][:3]) for v in found])
        assert page.evaluate("document.documentElement.scrollWidth") <= width
