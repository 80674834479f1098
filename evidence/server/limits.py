"""How much one request, one client and all of them together may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Seconds, rows, bytes and numbers of processes. A request over a limit gets an error that names it; nothing is cut off silently."""

    seconds: float = 20.0
    """A query that takes longer is killed (504)."""
    quick: float = 0.1
    """A query that works longer (seconds on a processor) goes on at the lowest priority, and another worker takes its place among the
    quick ones."""
    rows: int = 200_000
    answer_bytes: int = 50_000_000
    query_bytes: int = 1_000_000
    """Larger answers, longer requests: 413."""
    workers: int = 6
    """Processes that wait for quick queries."""
    slow: int = 16
    """Queries that may be slow at the same time; one more is ended (503)."""
    waiting: int = 400
    """Requests that may wait for a worker; one more is turned away (503)."""
    per_client: int = 100
    """Requests of one address at the same time; one more is turned away (429)."""
    memory_bytes: int = 4_000_000_000
    """What one query may hold; one that needs more ends with its process (503)."""
