"""The review page's server: the loopback interface only, no account, one token a run.

The token is in the fragment of the address that is printed, so it is in no request line and no log; every question about the papers
needs it in a header, which another site's page cannot set, and the ``Host`` must be the loopback's, which a rebound name is not.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from evidence.resources import resource
from evidence.review.material import Json, ReviewError
from evidence.review.session import Session

HOST = "127.0.0.1"
LARGEST = 65_536
"""Bytes of a request's body."""

PAGES = {
    "/": (("site", "review", "index.html"), "text/html; charset=utf-8"),
    "/review.css": (("site", "review", "review.css"), "text/css; charset=utf-8"),
    "/review.js": (("site", "review", "review.js"), "text/javascript; charset=utf-8"),
    "/text.js": (("site", "review", "text.js"), "text/javascript; charset=utf-8"),
    "/icon.svg": (("site", "assets", "icon.svg"), "image/svg+xml"),
}
"""The only files that are served."""

SAFE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}

Query = dict[str, str]
READS: dict[str, Callable[[Session, Query], Json]] = {
    "/api/session": lambda session, _: session.overview(),
    "/api/queue": lambda session, q: session.queue(q.get("order", "teach"), q.get("show", "todo"), q.get("paper", ""), q.get("after", "")),
    "/api/item": lambda session, q: session.item(q.get("id", "")),
    "/api/paper": lambda session, q: session.paper(q.get("key", "")),
}
WRITES: dict[str, Callable[[Session, Json], Json]] = {
    "/api/decide": lambda session, said: session.decide(said),
    "/api/add": lambda session, said: session.add(said),
    "/api/undo": lambda session, said: session.undo(said),
}


class ReviewServer(ThreadingHTTPServer):
    """Serves one session; ``address`` is what the reviewer opens."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, session: Session, port: int, token: str) -> None:
        self.session, self.token = session, token
        super().__init__((HOST, port), _Handler)

    @property
    def address(self) -> str:
        """The page's address with the token."""
        return f"http://{HOST}:{self.server_port}/#{self.token}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that went away is no error worth words."""


def start_server(session: Session, port: int = 0, token: str = "") -> ReviewServer:
    """A bound server; ``serve_forever`` runs it. ``port`` 0 takes a free one. Raises ``ReviewError`` when the port is taken."""
    try:
        return ReviewServer(session, port, token or secrets.token_urlsafe(24))
    except (OSError, OverflowError) as error:
        raise ReviewError(f"port {port} cannot be used ({error}); choose another with --port") from error


class _Handler(BaseHTTPRequestHandler):
    server: ReviewServer
    server_version = "evidence-review"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if not self._is_local():
            return self._say(HTTPStatus.MISDIRECTED_REQUEST, {"error": "this server answers to the loopback address only"})
        if url.path in PAGES:
            parts, kind = PAGES[url.path]
            return self._send(HTTPStatus.OK, resource(*parts).read_bytes(), kind)
        if url.path not in READS:
            return self._say(HTTPStatus.NOT_FOUND, {"error": "there is nothing here"})
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        return self._answer(lambda: READS[url.path](self.server.session, query))

    def do_POST(self) -> None:
        said, wrong = self._body()
        path = urlsplit(self.path).path
        if not self._is_local():
            return self._say(HTTPStatus.MISDIRECTED_REQUEST, {"error": "this server answers to the loopback address only"})
        if path not in WRITES:
            return self._say(HTTPStatus.NOT_FOUND, {"error": "there is nothing here"})
        if wrong:
            return self._say(HTTPStatus.BAD_REQUEST, {"error": wrong})
        return self._answer(lambda: WRITES[path](self.server.session, said))

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what a reviewer looks at is nobody's business."""

    def _answer(self, ask: Callable[[], Json]) -> None:
        if not hmac.compare_digest(self.headers.get("X-Evidence-Token", "").encode(), self.server.token.encode()):
            return self._say(HTTPStatus.FORBIDDEN, {"error": "the key is not this run's: open the address that `evidence review` printed"})
        try:
            return self._say(HTTPStatus.OK, ask())
        except ReviewError as error:
            return self._say(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": str(error)})
        except OSError as error:
            return self._say(HTTPStatus.INSUFFICIENT_STORAGE, {"error": f"the decision was not written: {error}"})

    def _is_local(self) -> bool:
        """Whether the request names the loopback as host and, where it says where it comes from, comes from this page."""
        hosts = {f"{name}:{self.server.server_port}" for name in (HOST, "localhost")}
        origin = self.headers.get("Origin")
        return self.headers.get("Host") in hosts and (origin is None or origin.removeprefix("http://") in hosts)

    def _body(self) -> tuple[Json, str]:
        """The JSON object of a request, and what is wrong with it; a body that was not read ends the connection."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST:
            self.close_connection = True
            return {}, f"the request must say its length, at most {LARGEST} bytes"
        data = self.rfile.read(int(length))
        if self.headers.get("Content-Type", "").split(";")[0].strip() != "application/json":
            return {}, "the request must be JSON"
        try:
            said: Any = json.loads(data)
        except (ValueError, RecursionError):
            return {}, "the request is not JSON"
        return (said, "") if isinstance(said, dict) else ({}, "the request must be an object")

    def _say(self, status: HTTPStatus, answer: Json) -> None:
        self._send(status, json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"), "application/json; charset=utf-8")

    def _send(self, status: HTTPStatus, data: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in {**SAFE, "Content-Type": kind, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
