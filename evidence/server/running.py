"""Starting the server and ending it well."""

from __future__ import annotations

import contextlib
import logging
import socket
import sys
from pathlib import Path
from typing import TextIO

import uvicorn

from evidence.query import read_queries
from evidence.resources import resource
from evidence.server.app import application
from evidence.server.limits import Limits
from evidence.server.manners import LOG
from evidence.store import Store


class ServeError(Exception):
    """The server cannot start; the message says why and what to do."""


def serve(
    store: Path,
    site: Path | None = None,
    host: str = "127.0.0.1",
    port: int = 8000,
    limits: Limits | None = None,
    title: str = "Evidence Atlas",
    token: str = "",
    log: TextIO | None = None,
) -> None:
    """Serves a store on disk, and a site beside it, until it is told to end (SIGINT, SIGTERM); requests under way are answered first.

    ``port`` 0 takes a free one. ``token`` allows updates to those who know it; without one there are none. ``log`` takes one line of JSON
    for each request (default: standard error). Raises ``StoreError`` when there is no store, ``ServeError`` when the address is taken.
    """
    Store.open(store)
    app = application(store, site, read_queries(resource("ontology", "queries")), limits or Limits(), title, token)
    with _listening(host, port) as door:
        _log_to(log or sys.stderr)
        config = uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, lifespan="on", timeout_graceful_shutdown=10, timeout_keep_alive=15
        )
        with contextlib.suppress(KeyboardInterrupt):
            _Server(config).run(sockets=[door])


class _Server(uvicorn.Server):
    """Says where it listens once it does."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts the workers, then the rest."""
        await super().startup(sockets)
        for door in sockets or () if self.started else ():
            where, number = door.getsockname()[:2]
            LOG.info('{"listening": "http://%s:%d/"}', f"[{where}]" if ":" in where else where, number)


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise ServeError(f"{host}:{port} cannot be listened on ({error.strerror or error}); choose another address or port") from error


def _log_to(stream: TextIO) -> None:
    """The server's own lines go to the stream, uvicorn's only when something is wrong."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(message)s"))
    LOG.handlers = [handler]
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
