"""What people install: the wheel, in an empty environment, does the main job without the repository."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CLEAN = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "build", "--wheel", "--outdir", str(out), str(ROOT)], check=True, capture_output=True, env=CLEAN)
    return next(out.glob("*.whl"))


def test_ontology_corpus_and_templates_travel_in_the_wheel(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for part in ("ontology/evidence.ttl", "ontology/shapes.ttl", "bib/papers.bib", "bib/findings/kent2019.csv", "evidence.toml"):
        assert f"evidence/_data/{part}" in names
    assert any(n.startswith("evidence/_data/site/") and n.endswith(".html") for n in names)
    assert any(n.endswith("model.crfsuite") for n in names)
    assert "evidence/_data/site/vendor/store.js" in names
    assert not [n for n in names if "node_modules" in n]


@pytest.mark.wheel
@pytest.mark.timeout(600)
def test_the_installed_wheel_builds_the_shipped_corpus(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "env")], check=True)
    python = tmp_path / "env" / "bin" / "python"
    subprocess.run(
        [str(python), "-m", "pip", "install", "-q", "--no-compile", "--disable-pip-version-check", str(wheel)], check=True, env=CLEAN
    )
    evidence = str(python.with_name("evidence"))
    subprocess.run([evidence, "init", "--example", "atlas"], check=True, cwd=tmp_path, env=CLEAN)
    done = subprocess.run([evidence, "build"], cwd=tmp_path / "atlas", capture_output=True, text=True, env=CLEAN, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "atlas" / "build" / "site" / "index.html").exists()
    traced = subprocess.run(
        [evidence, "trace", "supervision"], cwd=tmp_path / "atlas", capture_output=True, text=True, env=CLEAN, check=False
    )
    assert traced.returncode == 0
    assert "Supervision" in traced.stdout
