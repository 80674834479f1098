"""A real browser for tests: Chromium of the system or of Playwright, which sees files only; every request and complaint is kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, Playwright, Request, sync_playwright

_QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()


class NoBrowserError(Exception):
    """No browser can be started; the message says how to get one."""


@dataclass
class Witness:
    """What a page did besides being shown: requests that left ``home``, and everything the console complained about."""

    home: str = "file:"
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("request", lambda request: None if request.url.startswith((self.home, "blob:")) else self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(f"{page.url}: {message.text}") if message.type != "log" else None)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("requestfailed", self._failed)

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a page that is left stops loading its icon
            self.complaints.append(f"{request.url}: {request.failure}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A started Chromium: ``EVIDENCE_BROWSER``, the system's, or Playwright's own. Raises ``NoBrowserError`` when there is none."""
    with sync_playwright() as playwright:
        browser = _started(playwright)
        yield browser
        browser.close()


def _started(playwright: Playwright) -> Browser:
    found = (
        os.environ.get("EVIDENCE_BROWSER") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    )
    try:
        return playwright.chromium.launch(executable_path=found, args=_QUIET)
    except Error as error:
        raise NoBrowserError("no browser can be started; install chromium, or run `playwright install chromium`") from error


def address(path: Path) -> str:
    """The ``file:`` address of a path."""
    return path.resolve().as_uri()
