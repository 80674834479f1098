"""The worker processes: quick ones in front, slow queries out of their way, runaway ones killed at the deadline.

A query that is not done after ``Limits.quick`` seconds of work keeps its process, at the lowest priority of the machine, while a new
process takes its place among the quick ones; so a few queries that run away cost the others next to nothing. ``evidence build`` may replace
the store meanwhile: a worker that holds the old one is replaced before its next job.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from evidence.query import NamedQuery
from evidence.server.limits import Limits
from evidence.server.worker import Answer, Job, refusal, work
from evidence.store import StoreError

_Version = tuple[int, int, int]
_PATIENCE = 6
"""How many times ``Limits.quick`` a query may wait for a processor among the quick ones."""


_TICKS = os.sysconf("SC_CLK_TCK")


class _Worker:
    """A process and the line to it."""

    def __init__(self, process: BaseProcess, line: Connection, version: _Version) -> None:
        self.process = process
        self.line = line
        self.version = version

    @property
    def busy(self) -> float:
        """Seconds that the process has been on a processor; on systems that do not tell, those of the clock."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / _TICKS
        except (OSError, ValueError, IndexError):
            return time.monotonic()

    def end(self) -> None:
        """Ends the process at once, whatever it does. The line is left to whoever still listens, who finds it ended."""
        self.process.kill()


class Pool:
    """Workers over one store on disk."""

    def __init__(self, store: Path, queries: Mapping[str, NamedQuery], limits: Limits) -> None:
        self._store = store
        self._queries = queries
        self._limits = limits
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["evidence.server.worker"])
        self._threads = ThreadPoolExecutor(limits.workers * 2 + limits.slow + 4, "line")
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        self._all: set[_Worker] = set()
        self._coming: set[asyncio.Task[None]] = set()
        self._writing = asyncio.Lock()
        self._changes = 0
        self._waiting = 0
        self._slow = 0
        self._closed = False

    async def start(self) -> None:
        """Starts the workers. Raises ``StoreError`` when the store cannot be opened."""
        for worker in await asyncio.gather(*(self._begin() for _ in range(self._limits.workers))):
            self._idle.put_nowait(worker)

    async def close(self) -> None:
        """Ends all workers, also those in mid-query."""
        self._closed = True
        for task in list(self._coming):
            task.cancel()
        for worker in list(self._all):
            self._end(worker)
        self._threads.shutdown(wait=False, cancel_futures=True)

    @property
    def state(self) -> dict[str, int]:
        """How many workers there are, how many wait for work, how many are slow, and how many requests wait."""
        return {"workers": len(self._all), "idle": self._idle.qsize(), "slow": self._slow, "waiting": self._waiting}

    async def run(self, job: Job) -> Answer:
        """The answer to a job, in at most ``Limits.seconds`` after it began; cancelling it ends its worker."""
        worker = await self._take()
        if worker is None:
            return refusal(503, "the server is busy: too many requests wait already; try again in a moment")
        done = False
        try:
            answer = await self._ask(worker, job)
            done = answer is not None
            return answer or refusal(503, "the query ended its process, most likely for want of memory; narrow it down")
        finally:
            if done and worker in self._all:
                self._idle.put_nowait(worker)
            elif worker in self._all:
                self._end(worker)
                self._replace()

    async def update(self, job: Job) -> Answer:
        """Carries out an update, one at a time, in a process of its own that may write; the workers then see what changed."""
        async with self._writing:
            try:
                writer = await self._begin(writable=True)
            except StoreError as error:
                return refusal(503, f"the store cannot be written to now ({error})")
            try:
                asked = self._ask_line(writer, job)
                answer = await asyncio.wait_for(asked, self._limits.seconds)
            except TimeoutError:
                return refusal(504, f"the update took longer than {self._limits.seconds:g} seconds; nothing was changed")
            finally:
                self._end(writer)
            self._changes += 1
            return answer or refusal(503, "the update ended its process, most likely for want of memory; nothing was changed")

    async def _ask(self, worker: _Worker, job: Job) -> Answer | None:
        """The answer; ``None`` when the process died. A slow worker leaves the pool and does not come back."""
        asked = asyncio.ensure_future(self._ask_line(worker, job))
        began, busy = time.monotonic(), worker.busy
        while not asked.done() and not self._is_slow(time.monotonic() - began, worker.busy - busy):
            await asyncio.wait({asked}, timeout=self._limits.quick)
        if asked.done():
            return asked.result()
        if self._slow >= self._limits.slow:
            asked.cancel()
            self._end(worker)
            self._replace()
            return refusal(503, "the server is busy with slow queries, and this one is slow too; try again later or narrow it down")
        self._slow += 1
        os.setpriority(os.PRIO_PROCESS, worker.process.pid or 0, 19)
        self._replace()
        try:
            return await asyncio.wait_for(asked, self._limits.seconds - (time.monotonic() - began))
        except TimeoutError:
            limit = f"{self._limits.seconds:g} seconds"
            return refusal(504, f"the query took longer than {limit} and was stopped; narrow it down, or look for a named query")
        finally:
            self._slow -= 1
            self._end(worker)

    def _is_slow(self, passed: float, busy: float) -> bool:
        """Whether a query has had its time among the quick ones: on a processor, so that a busy machine makes no query slow."""
        return busy >= self._limits.quick or passed >= self._limits.quick * _PATIENCE

    async def _ask_line(self, worker: _Worker, job: Job) -> Answer | None:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _over_line, worker.line, job)

    async def _take(self) -> _Worker | None:
        """A worker that sees the store as it is now; ``None`` when too many wait already."""
        if self._waiting >= self._limits.waiting:
            return None
        self._waiting += 1
        try:
            while True:
                worker = await self._idle.get()
                if worker.version == self._version() and worker.process.is_alive():
                    return worker
                self._end(worker)
                self._replace()
        finally:
            self._waiting -= 1

    def _version(self) -> _Version:
        """What tells one state of the store from another: which folder it is, when it was made, how often it was changed here."""
        try:
            found = (self._store / "IDENTITY").stat()
        except OSError:
            return (0, 0, self._changes)
        return (found.st_ino, found.st_mtime_ns, self._changes)

    def _replace(self) -> None:
        """Starts another worker; meanwhile the others go on."""
        if self._closed:
            return

        async def add() -> None:
            while not self._closed:
                try:
                    worker = await self._begin()
                except StoreError:
                    await asyncio.sleep(1)
                else:
                    self._idle.put_nowait(worker)
                    return

        task = asyncio.get_running_loop().create_task(add())
        self._coming.add(task)
        task.add_done_callback(self._coming.discard)

    async def _begin(self, writable: bool = False) -> _Worker:
        version = self._version()
        ours, theirs = self._context.Pipe()
        arguments: tuple[Any, ...] = (theirs, self._store, self._queries, self._limits, writable)
        process = self._context.Process(target=work, args=arguments, daemon=True)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._threads, process.start)
        theirs.close()
        worker = _Worker(process, ours, version)
        self._all.add(worker)
        try:
            failed = await loop.run_in_executor(self._threads, ours.recv)
        except (EOFError, OSError) as error:
            failed = f"the worker ended while it opened the store ({error})"
        if failed:
            self._end(worker)
            raise StoreError(failed)
        return worker

    def _end(self, worker: _Worker) -> None:
        if worker in self._all:
            self._all.discard(worker)
            with contextlib.suppress(OSError, ValueError):
                worker.end()


def _over_line(line: Connection, job: Job) -> Answer | None:
    """Sends a job and waits for the answer; ``None`` when the process ended instead. Called in a thread."""
    try:
        line.send(job)
        answer = line.recv()
    except (EOFError, OSError, ValueError, TypeError):
        return None
    return answer if isinstance(answer, Answer) else None
