"""What all tests share: the papers at hand, the browser, a workspace to break, and what must not be skipped."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, settings

from evidence.cli import main
from evidence.pipeline import Built, build
from evidence.workspace import find_workspace

ROOT = Path(__file__).resolve().parents[1]
REQUIRED = set(filter(None, os.environ.get("EVIDENCE_REQUIRE", "").split(",")))

settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("search", parent=settings.get_profile("steady"), derandomize=False)
settings.load_profile("steady")
"""The same cases every time, however busy the machine; ``--hypothesis-profile=search`` looks for new ones."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that talk to another process (a browser, a server) are tried a second time, and the summary names them: a machine that
    did not get round to answering is told from a page or a server that is wrong. All others have one try. The longest file goes first,
    so that no worker is left alone with it."""
    items.sort(key=lambda item: item.path.name != "test_wheel.py")
    for item in items:
        if item.path.name.startswith("test_server_") or item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


def skip_or_fail(what: str, reason: str) -> None:
    """Skips the test, with its reason in the summary; fails it where ``EVIDENCE_REQUIRE`` says that it must run."""
    if what in REQUIRED:
        pytest.fail(f"{reason} (EVIDENCE_REQUIRE asks for {what})")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def papers() -> Path:
    """The folder with the five papers of the corpus: ``EVIDENCE_PAPERS``, ``papers/``, or ``../shared/papers``."""
    given = os.environ.get("EVIDENCE_PAPERS")
    folders = [Path(given)] if given else [ROOT / "papers", ROOT.parent / "shared" / "papers"]
    for folder in folders:
        if len(list(folder.glob("*.txt"))) >= 5:
            return folder
    skip_or_fail("papers", "the five papers are not at hand; put them into papers/")
    raise AssertionError


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The shipped corpus, copied as `evidence init --example` does and built, once for all tests that only read it."""
    folder = tmp_path_factory.mktemp("shipped") / "atlas"
    assert CliRunner().invoke(main, ["init", "--example", str(folder)]).exit_code == 0
    return build(find_workspace(folder))


@pytest.fixture
def workspace_copy(tmp_path: Path) -> Path:
    """A copy of the shipped workspace that a test may change or break."""
    return copy_workspace(tmp_path / "workspace")


def copy_workspace(folder: Path) -> Path:
    """A copy of the shipped workspace in a new folder."""
    folder.mkdir()
    shutil.copy(ROOT / "evidence.toml", folder)
    shutil.copytree(ROOT / "bib", folder / "bib")
    shutil.copytree(ROOT / "ontology", folder / "ontology")
    return folder
