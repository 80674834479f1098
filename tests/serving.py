"""A real server in a process of its own, on a free port of loopback, and a plain client for it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from patience import eventually

ROOT = Path(__file__).resolve().parents[1]
FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
"""A query that no machine answers in its life time."""


@dataclass(frozen=True)
class Reply:
    status: int
    kind: str
    body: bytes
    headers: Message = field(default_factory=Message)

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    url: str
    process: subprocess.Popen[str]
    log: Path

    def send(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Reply:
        """One request; header names are written with underscores. Redirects are not followed."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, body, sent, method=method)
        try:
            with _OPENER.open(request, timeout=60) as answer:
                return Reply(answer.status, answer.headers.get("Content-Type", ""), answer.read(), answer.headers)
        except urllib.error.HTTPError as error:
            return Reply(error.code, error.headers.get("Content-Type", ""), error.read(), error.headers)

    def ask(self, sparql: str, accept: str = "", **more: str) -> Reply:
        headers = {"Accept": accept} if accept else {}
        return self.send("/sparql?" + urlencode({"query": sparql, **more}), **headers)

    def slow_queries(self) -> int:
        """How many slow queries are under way."""
        return int(self.send("/health").json()["slow"])

    def children(self) -> set[int]:
        """The processes that the server has started, and theirs."""
        found: dict[int, int] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                found[int(stat.parent.name)] = int(fields[1])
        family = {self.process.pid}
        while more := {pid for pid, parent in found.items() if parent in family} - family:
            family |= more
        return family - {self.process.pid}


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stay)


@contextmanager
def serving(store: Path, folder: Path, site: Path | None = None, token: str = "", **limits: float) -> Iterator[Server]:
    """A server over a store on disk; ``folder`` takes its log."""
    log = folder / "server.log"
    options = json.dumps({"store": str(store), "site": str(site) if site else None, "token": token, "limits": limits, "log": str(log)})
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, __file__, options], stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True
    )
    try:
        yield Server(_address(process, log), process, log)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
        if process.stderr:
            process.stderr.close()


def _address(process: subprocess.Popen[str], log: Path) -> str:
    """The address that the server says in the first whole line of its log."""

    def first() -> str:
        return log.read_text().partition("\n")[0] if log.exists() and "\n" in log.read_text() else ""

    said = eventually(first, lambda line: bool(line) or process.poll() is not None)
    if not said:
        raise RuntimeError(f"the server did not start: {process.stderr.read() if process.stderr and process.poll() is not None else ''}")
    return str(json.loads(said)["listening"]).rstrip("/")


def main() -> None:
    from evidence.server import Limits, serve

    said = json.loads(sys.argv[1])
    with Path(said["log"]).open("w", encoding="utf-8") as log:
        site = Path(said["site"]) if said["site"] else None
        serve(Path(said["store"]), site, port=0, limits=Limits(**said["limits"]), token=said["token"], log=log)


if __name__ == "__main__":
    main()
