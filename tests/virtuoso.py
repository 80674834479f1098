"""A Virtuoso of our own for the tests: on loopback, with its own settings and files, gone when the tests are."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evidence.endpoint import Endpoint

SETTINGS = """
[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = {buffers}
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 8
[SPARQL]
ResultSetMaxRows = 2000000
"""


def installed() -> bool:
    """Whether Debian's virtuoso-opensource is there."""
    return bool(shutil.which("virtuoso-t") and shutil.which("isql-vt"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path, buffers: int = 20_000) -> Iterator[Endpoint]:
    """A server that anyone on this machine may write to, as an endpoint. Raises ``RuntimeError`` when it does not start."""
    http, sql = free_port(), free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(SETTINGS.format(folder=folder, sql=sql, http=http, buffers=buffers), encoding="utf-8")
    url = f"http://127.0.0.1:{http}"
    with (folder / "output.log").open("wb") as log:
        process = subprocess.Popen(
            ["virtuoso-t", "+foreground", "+configfile", str(settings)], stdout=log, stderr=log, cwd=folder, start_new_session=True
        )
    try:
        _wait(process, f"{url}/sparql", folder)
        grant = 'exec=GRANT SPARQL_UPDATE TO "SPARQL";'
        subprocess.run(["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", grant], check=True, capture_output=True)
        yield Endpoint(f"{url}/sparql", f"{url}/sparql", f"{url}/sparql-graph-crud")
    finally:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, folder: Path, seconds: int = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
        else:
            return
    raise RuntimeError("Virtuoso did not start: " + (folder / "output.log").read_text(errors="replace")[-2000:])
