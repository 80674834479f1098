"""Walks a tree of elements and writes its text: what readers of HTML and JATS have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from evidence.documents.builder import TextBuilder
from evidence.documents.xml import DEEPEST, Element, local, words


class Walker(ABC):
    """Goes from element to element; a reader says with ``_known`` what each of its elements does to the text."""

    def __init__(self) -> None:
        self.out = TextBuilder()
        self._nesting = 0

    @abstractmethod
    def _known(self, element: Element, tag: str) -> None:
        """Write an element by its local name."""

    def _element(self, element: Element) -> None:
        """Write an element (its tail is the caller's); below ``DEEPEST`` only its words."""
        if self._nesting > DEEPEST:
            self.out.write(words(element))
            return
        self._nesting += 1
        self._known(element, local(element))
        self._nesting -= 1

    def _inside(self, element: Element) -> None:
        """Write all that an element holds."""
        self.out.write(element.text)
        for child in element:
            self._element(child)
            self.out.write(child.tail)

    def _wrapped(self, element: Element, apart: Callable[[], None]) -> None:
        """Write what an element holds, set apart on both sides."""
        apart()
        self._inside(element)
        apart()

    def _row(self, element: Element) -> None:
        self._wrapped(element, self.out.break_line)

    def _cell(self, element: Element) -> None:
        if element.getprevious() is not None:
            self.out.break_cell()
        with self.out.flat():
            self._inside(element)

    def _sup(self, element: Element) -> None:
        start = self.out.here
        self._inside(element)
        if self.out.end > start:
            self.out.superscripts.append((start, self.out.end))
