"""Records on disk, so that the site of a large field is made in the memory of a small one.

A SQLite file that lives as long as one build. A *shelf* holds records of one kind by key, a *group* some of them under a further key
(the findings of a paper), a *stage* rows that wait to be put in order. All give back what they hold a record at a time. The file is
filled by one process and may then be read by several.
"""

from __future__ import annotations

import marshal
import pickle
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")
Values = tuple[Any, ...]
KEPT = 4_000
"""How many records of a shelf are held at most, the last used ones."""
_PRAGMAS = ("journal_mode=OFF", "synchronous=OFF", "cache_size=-24000", "temp_store=FILE")


class Shelves:
    """The file: made anew, or opened for reading where it is there already."""

    def __init__(self, path: Path) -> None:
        self.path = path
        made = not path.exists()
        self._db = sqlite3.connect(path if made else f"{path.resolve().as_uri()}?mode=ro", uri=not made, isolation_level=None)
        for pragma in _PRAGMAS if made else _PRAGMAS[2:]:
            self._db.execute(f"PRAGMA {pragma}")
        if made:
            self._db.execute("BEGIN")
            self._db.execute("CREATE TABLE small (name TEXT PRIMARY KEY, value BLOB)")

    def shelf(self, name: str, make: Callable[..., T]) -> Shelf[T]:
        """The shelf of that name; ``make`` turns the values of a record back into it."""
        self._db.execute(f"CREATE TABLE IF NOT EXISTS {name} (n INTEGER PRIMARY KEY, key TEXT UNIQUE, record BLOB)")
        return Shelf(self._db, name, make)

    def group(self, name: str, shelf: Shelf[T]) -> Groups[T]:
        """The groups of that name of a shelf's records."""
        self._db.execute(
            f"CREATE TABLE IF NOT EXISTS {name} (key TEXT, place INTEGER, n INTEGER, PRIMARY KEY (key, place, n)) WITHOUT ROWID"
        )
        return Groups(self._db, name, shelf)

    def notes(self, name: str, rows: Iterable[tuple[str, Values]]) -> Notes:
        """Values by key, the first of each, for the time of filling."""
        self._db.execute(f"CREATE TEMP TABLE {name} (key TEXT PRIMARY KEY, record BLOB) WITHOUT ROWID")
        self._db.executemany(f"INSERT OR IGNORE INTO {name} VALUES (?, ?)", ((key, marshal.dumps(values)) for key, values in rows))
        return Notes(self._db, name)

    def ordered(self, name: str, rows: Iterable[tuple[str, Values, Values]], within: int = 0) -> Iterator[tuple[Values, int]]:
        """Rows (key, what they are ordered by, values) in order, one a key, each with its place (from 0) among those that share the first
        ``within`` of what they are ordered by; with ``within`` the whole is ordered by the rest alone."""
        found = iter(rows)
        first = next(found, None)
        if first is None:
            return
        keys = [f"k{n}" for n in range(len(first[1]))]
        self._db.execute(f"CREATE TEMP TABLE {name} (key TEXT PRIMARY KEY, record BLOB, {', '.join(keys)})")
        insert = (
            f"INSERT INTO {name} VALUES (?, ?{', ?' * len(keys)}) ON CONFLICT (key) DO UPDATE SET record = min(record, excluded.record)"
        )

        def written() -> Iterator[Values]:
            for key, order, values in chain((first,), found):
                yield (key, marshal.dumps(values), *order)

        self._db.executemany(insert, written())
        place = f"row_number() OVER (PARTITION BY {keys[0]} ORDER BY {', '.join(keys[1:])}) - 1" if within else "0"
        order = ", ".join(keys[within:])
        for record, at in self._db.execute(f"SELECT record, {place} FROM {name} ORDER BY {order}, key"):
            yield marshal.loads(record), at
        self._db.execute(f"DROP TABLE {name}")

    def keep(self, name: str, value: object) -> None:
        """Keeps something small whole."""
        self._db.execute("INSERT INTO small VALUES (?, ?)", (name, pickle.dumps(value)))

    def kept(self, name: str) -> Any:
        """What was kept under a name. Only this program writes the file, into a folder of its own."""
        return pickle.loads(self._db.execute("SELECT value FROM small WHERE name = ?", (name,)).fetchone()[0])

    def done(self) -> None:
        """Ends the filling: other processes may read from now on."""
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Lets go of the file."""
        self._db.close()


class Shelf(Mapping[str, T]):
    """Records of one kind by key, in the order in which they were put there."""

    def __init__(self, db: sqlite3.Connection, name: str, make: Callable[..., T]) -> None:
        self._db, self.name, self.make = db, name, make
        self._length: int | None = None
        self._find = lru_cache(KEPT)(self._read)
        self._has = lru_cache(KEPT)(self._look)

    def put(self, n: int, key: str, values: Values) -> None:
        """Puts a record there, as number ``n``."""
        self._db.execute(f"INSERT INTO {self.name} VALUES (?, ?, ?)", (n, key, marshal.dumps(values)))

    def _read(self, key: str) -> T | None:
        row = self._db.execute(f"SELECT record FROM {self.name} WHERE key = ?", (key,)).fetchone()
        return row and self.make(*marshal.loads(row[0]))

    def _look(self, key: str) -> bool:
        return self._db.execute(f"SELECT 1 FROM {self.name} WHERE key = ?", (key,)).fetchone() is not None

    def __getitem__(self, key: str) -> T:
        found = self._find(key)
        if found is None:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._has(key)

    def __len__(self) -> int:
        if self._length is None:
            self._length = int(self._db.execute(f"SELECT COUNT(*) FROM {self.name}").fetchone()[0])
        return self._length

    def __iter__(self) -> Iterator[str]:
        for (key,) in self._db.execute(f"SELECT key FROM {self.name} ORDER BY n"):
            yield key

    def values(self) -> Iterator[T]:  # type: ignore[override]
        """The records one after the other, never all of them."""
        for (record,) in self._db.execute(f"SELECT record FROM {self.name} ORDER BY n"):
            yield self.make(*marshal.loads(record))

    def items(self) -> Iterator[tuple[str, T]]:  # type: ignore[override]
        """Keys with their records, one after the other."""
        for key, record in self._db.execute(f"SELECT key, record FROM {self.name} ORDER BY n"):
            yield key, self.make(*marshal.loads(record))


class Groups(Generic[T]):
    """Groups of a shelf's records by a key; a key that nothing stands under has an empty group."""

    def __init__(self, db: sqlite3.Connection, name: str, shelf: Shelf[T]) -> None:
        self._db, self.name, self.shelf = db, name, shelf

    def put(self, key: str, n: int, place: int = 0) -> None:
        """Puts record number ``n`` under a key; ``place`` comes before ``n`` in the order of the group."""
        self._db.execute(f"INSERT OR IGNORE INTO {self.name} VALUES (?, ?, ?)", (key, place, n))

    def __getitem__(self, key: str) -> Group[T]:
        return Group(self._db, self.name, self.shelf, key)

    def counts(self) -> dict[str, int]:
        """How many records stand under each key."""
        return dict(self._db.execute(f"SELECT key, COUNT(*) FROM {self.name} GROUP BY key"))

    def __len__(self) -> int:
        """How many keys there are that something stands under."""
        return int(self._db.execute(f"SELECT COUNT(DISTINCT key) FROM {self.name}").fetchone()[0])

    def __contains__(self, key: str) -> bool:
        return self._db.execute(f"SELECT 1 FROM {self.name} WHERE key = ? LIMIT 1", (key,)).fetchone() is not None


class Group(Sequence[T]):
    """One group; its records are read from disk each time they are asked for."""

    def __init__(self, db: sqlite3.Connection, name: str, shelf: Shelf[T], key: str) -> None:
        self._db, self._name, self._shelf, self._key = db, name, shelf, key

    def _records(self, start: int, number: int) -> Iterator[T]:
        asked = (
            f"SELECT s.record FROM {self._name} g JOIN {self._shelf.name} s ON s.n = g.n WHERE g.key = ? "
            "ORDER BY g.place, g.n LIMIT ? OFFSET ?"
        )
        for (record,) in self._db.execute(asked, (self._key, number, start)):
            yield self._shelf.make(*marshal.loads(record))

    def __iter__(self) -> Iterator[T]:
        return self._records(0, -1)

    def __len__(self) -> int:
        return int(self._db.execute(f"SELECT COUNT(*) FROM {self._name} WHERE key = ?", (self._key,)).fetchone()[0])

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...
    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        if isinstance(at, slice):
            start, stop, step = at.indices(len(self))
            return list(self._records(start, max(0, stop - start)))[::step] if step > 0 else list(self)[at]
        found = next(self._records(at + len(self) if at < 0 else at, 1), None)
        if found is None:
            raise IndexError(at)
        return found


class Notes:
    """Values by key; those of a key that has none are an empty tuple."""

    def __init__(self, db: sqlite3.Connection, name: str) -> None:
        self._db, self._name = db, name

    def __getitem__(self, key: str) -> Values:
        row = self._db.execute(f"SELECT record FROM {self._name} WHERE key = ?", (key,)).fetchone()
        return marshal.loads(row[0]) if row else ()

    def done(self) -> None:
        """Throws them away."""
        self._db.execute(f"DROP TABLE {self._name}")
