"""Serves a synthetic evidence graph to many clients at once, some of whom send queries that never end.

    python benchmarks/load.py                              50 clients, 10 of them with runaway queries, 60 seconds
    python benchmarks/load.py --triples 1e6 --seconds 20 --folder kept

Clients ask named queries (rows of one factor, one paper, one work; counts; a search) and SPARQL of their own, one after the other, with a
pause between. Printed as JSON: how long the others waited (p50, p95, the longest, in milliseconds), every status that came, memory of the
server and its workers before, during and after, and whether it answers after.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import query as graphs  # benchmarks/query.py

from evidence.store import Store

sys.path.insert(0, str(graphs.ROOT / "tests"))
from serving import FOREVER, Server, serving

NAMED = ("trace-factor", "findings-of-paper", "papers-citing-work", "studies-behind-factor", "contested-factors", "search-labels")
COUNT = "SELECT ?e (COUNT(*) AS ?n) {{ ?f ea:aboutFactor <{factor_iri}> ; ea:effect ?e }} GROUP BY ?e"


def question(size: graphs.Size, rng: random.Random) -> str:
    """The address of something that people ask."""
    values = graphs.values(size, rng.randrange(10_000))
    name = rng.choice((*NAMED, "sparql"))
    if name == "sparql":
        return "/sparql?" + urlencode({"query": COUNT.format(**values)})
    needed = {p.name: values[p.name] for p in QUERIES[name].parameters if p.name in values}
    return f"/api/queries/{name}?{urlencode(needed)}"


QUERIES = graphs.named(",".join(NAMED))


class Clients:
    """Clients that ask until the time is over, and what they met."""

    def __init__(self, server: Server, size: graphs.Size, pause: float, until: float) -> None:
        self._server, self._size, self._pause, self._until = server, size, pause, until
        self._lock = threading.Lock()
        self.waits: list[float] = []
        self.statuses: dict[str, Counter[int]] = {"others": Counter(), "runaway": Counter()}

    def ask(self, number: int, runaway: bool) -> None:
        """The life of one client."""
        rng = random.Random(number)
        who = "runaway" if runaway else "others"
        while time.monotonic() < self._until:
            path = "/sparql?" + urlencode({"query": f"{FOREVER} # {rng.random()}"}) if runaway else question(self._size, rng)
            began = time.monotonic()
            try:
                status = self._server.send(path).status
            except OSError:
                status = 0
            with self._lock:
                self.statuses[who][status] += 1
                if not runaway:
                    self.waits.append((time.monotonic() - began) * 1000)
            time.sleep(rng.expovariate(1 / self._pause))


def memory(server: Server) -> float:
    """Megabytes that the server and its workers hold, shared pages counted once."""
    total = 0
    for process in {server.process.pid, *server.children()}:
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return round(total / 1000, 1)


def idle(server: Server) -> dict[str, Any]:
    """What the server says of itself once nothing is under way, or after 60 seconds."""
    for _ in range(120):
        reply = server.send("/health")
        if reply.status == 200 and reply.json()["slow"] == 0 and reply.json()["waiting"] == 0:
            break
        time.sleep(0.5)
    said: dict[str, Any] = reply.json()
    return said


def run(server: Server, size: graphs.Size, options: argparse.Namespace) -> dict[str, Any]:
    before, processes = memory(server), len(server.children())
    clients = Clients(server, size, options.pause, time.monotonic() + options.seconds)
    most = before
    with ThreadPoolExecutor(options.clients) as threads:
        lives = [threads.submit(clients.ask, n, n < options.runaways) for n in range(options.clients)]
        while not all(life.done() for life in lives):
            most = max(most, memory(server))
            time.sleep(1)
    health = idle(server)
    waits = sorted(clients.waits)
    answers = server.send(question(size, random.Random(0))).status == 200
    return {
        "clients": options.clients,
        "runaways": options.runaways,
        "seconds": options.seconds,
        "asked": len(waits),
        "others_ms": {"p50": round(waits[len(waits) // 2]), "p95": round(waits[int(len(waits) * 0.95)]), "longest": round(waits[-1])},
        "statuses": {who: dict(sorted(counts.items())) for who, counts in clients.statuses.items()},
        "memory_mb": {"before": before, "most": most, "after": memory(server)},
        "processes": {"before": processes, "after": len(server.children())},
        "answers_after": answers,
        "health_after": health,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=float, default=1e5)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--runaways", type=int, default=10, help="how many of the clients send queries that never end")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=0.5, help="seconds between an answer and the next question, on average")
    parser.add_argument("--limit", type=float, default=20, help="seconds that the server gives a query")
    parser.add_argument("--folder", type=Path, help="where the graph and its store are kept for the next time")
    options = parser.parse_args()
    size = graphs.Size.of(int(options.triples))
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{int(options.triples)}.nq"
        if not path.exists():
            graphs.generate(size, path)
        store = path.with_suffix(".disk")
        if not store.exists():
            Store.create_from_file(store, path)
            graphs.materialise(store)
        with serving(store, Path(temporary), seconds=options.limit) as server:
            print(json.dumps(run(server, size, options), indent=1))


if __name__ == "__main__":
    main()
