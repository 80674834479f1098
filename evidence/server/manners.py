"""What every answer has in common: headers, the count of requests of one address, a line in the log."""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG: Final = logging.getLogger("evidence.server")

_SECURITY: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_EDITOR: Final = "/query.html"
"""The site's query page: its store is WebAssembly in a worker made from text, which a policy must allow by name."""
_ALLOWED: Final = "'wasm-unsafe-eval'; worker-src blob:"
_CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type",
    "Access-Control-Max-Age": "86400",
}


class Manners:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, per_client: int) -> None:
        self._app = app
        self._per_client = per_client
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client = str((scope.get("client") or ("",))[0])
        told = _Told(send, scope["path"])
        self._open[client] += 1
        try:
            await self._answer(scope, receive, told.send, client)
        finally:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]
            told.log(scope, client)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, client: str) -> None:
        if self._open[client] > self._per_client:
            await _short(send, 429, f"more than {self._per_client} requests of one address at the same time; wait for the answers\n")
        elif scope["method"] == "OPTIONS" and any(name == b"access-control-request-method" for name, _ in scope["headers"]):
            await _short(send, 204, "")
        else:
            await self._app(scope, receive, send)


async def _short(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"retry-after", b"5")] if text else []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


class _Told:
    """Sends on what the application says, with our headers, and remembers what the log wants to know."""

    def __init__(self, send: Send, path: str) -> None:
        self._send = send
        self._headers = _SECURITY | _CORS
        if path.endswith(_EDITOR):
            policy = _SECURITY["Content-Security-Policy"].replace("script-src 'self'", f"script-src 'self' {_ALLOWED}")
            self._headers = self._headers | {"Content-Security-Policy": policy}
        self._began = time.perf_counter()
        self._status = 0
        self._bytes = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
            headers.add_vary_header("Accept")
        elif message["type"] == "http.response.body":
            self._bytes += len(message.get("body", b""))
        await self._send(message)

    def log(self, scope: Scope, client: str) -> None:
        """One line of JSON: when, who, what, and what came of it. Addresses are cut at 300 characters."""
        address = scope["path"] + ("?" + scope["query_string"].decode("latin-1") if scope["query_string"] else "")
        record = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "client": client,
            "method": scope["method"],
            "address": address[:300],
            "status": self._status,
            "bytes": self._bytes,
            "ms": round((time.perf_counter() - self._began) * 1000, 1),
        }
        LOG.info(json.dumps(record, ensure_ascii=False))
