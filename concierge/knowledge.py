"""One municipality's folder: loaded, checked, swapped in whole when it changes.

A `Knowledge` is one read-only snapshot. A `KnowledgeLoader` makes the next one: it reads again only
the files that changed, and where a file broke it keeps that file's last good version serving and
reports what is wrong.
"""

from __future__ import annotations

import asyncio
import operator
import os
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

from concierge.calibration import CALIBRATION_FILE, read_calibration
from concierge.clinics.duties import Duties
from concierge.clinics.folder import CLINICS_FOLDER, clinic_paths, read_clinics
from concierge.clock import now
from concierge.faq.folder import FAQ_FOLDER, faq_files, gather, read_faq_file
from concierge.faq.lexicon import LEXICON_FILE, read_lexicon
from concierge.faq.model import Entry, FileResult
from concierge.municipality import Municipality, read_municipality
from concierge.notices import NOTICES_FOLDER, Notice, notice_files, read_notice_file
from concierge.opendata.standard.columns import DATASETS
from concierge.places.folder import Part, Places, part_files, read_part
from concierge.problem import KnowledgeError, Problem
from concierge.safety import SAFETY_FILE, TownSafety, packaged, read_safety
from concierge.soundings.asked import (
    SOUNDINGS_FOLDER,
    Sounding,
    read_sounding_file,
    sounding_files,
)
from concierge.soundings.settings import (
    POPULATION_FILE,
    PRIVACY_FILE,
    Population,
    Privacy,
    read_population,
    read_privacy,
)
from concierge.waste.calendar import Calendar
from concierge.waste.folder import read_waste
from concierge.waste.years import Calendars, beside_each_other

__all__ = ["Knowledge", "KnowledgeLoader", "check", "load_knowledge"]

MUNICIPALITY = "municipality.yaml"
AREA_DAYS = "area_days.csv"
"""The file without which a folder under waste/ is no calendar."""
T = TypeVar("T")
Signature = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything one municipality's folder says, read-only while serving.

    `loaded` is when this snapshot was read; `problems` is everything wrong with the folder.
    """

    folder: Path
    municipality: Municipality
    faq: tuple[Entry, ...] = ()
    calendars: Calendars | None = None
    clinics: Duties | None = None
    places: Places = field(default_factory=Places)
    notices: tuple[Notice, ...] = ()
    safety: TownSafety = field(default_factory=packaged)
    soundings: tuple[Sounding, ...] = ()
    privacy: Privacy = field(default_factory=Privacy)
    population: Population = field(default_factory=Population)
    calibration: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    loaded: datetime = field(default_factory=now)

    @property
    def waste(self) -> Calendar | None:
        """The garbage calendar as it is seen on the day the snapshot was read."""
        return self.waste_on(self.loaded.date())

    def waste_on(self, day: date) -> Calendar | None:
        """Return the garbage calendar as it is seen on a day; it answers for every other day too."""
        return self.calendars.on(day) if self.calendars else None

    @property
    def data_titles(self) -> tuple[str, ...]:
        """The titles of the open data that answers are worked out from, each once."""
        waste = self.waste
        rosters = self.clinics.rosters if self.clinics else ()
        return tuple(
            dict.fromkeys(
                (
                    *((waste.data.title,) if waste else ()),
                    *(roster.info.title for roster in rosters),
                    *self.places.titles,
                )
            )
        )


@dataclass(slots=True)
class _Read(Generic[T]):
    """What a file gave when it was last read, and the last version of it without an error."""

    signature: object
    problems: tuple[Problem, ...]
    good: T | None
    current: T | None

    @property
    def serving(self) -> T | None:
        """The version that answers: this one if it is sound, else the last sound one, else this."""
        return self.good if self.good is not None else self.current


class KnowledgeLoader:
    """Reads one municipality's folder again and again as staff change it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._reads: dict[str, _Read[object]] = {}
        self._places = Places()
        self._parts: dict[str, list[Part]] = {}

    def signature(self) -> frozenset[tuple[str, Signature]]:
        """Return what changes whenever a file of the folder does: names, times, sizes."""
        found: set[tuple[str, Signature]] = set()
        for root, folders, names in os.walk(self.folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                path = Path(root) / name
                if not name.startswith((".", "~$")):
                    found.add((str(path.relative_to(self.folder)), _signature(path)))
        return frozenset(found)

    def load(self) -> Knowledge:
        """Read what changed and return the next snapshot.

        Raises `KnowledgeError` where the folder does not exist, or is empty though it was not: a
        drive that is away for a moment. Everything else is a problem of the snapshot.
        """
        if not self.folder.is_dir():
            raise KnowledgeError([_no_folder(self.folder)])
        if self._reads and not self.signature():
            raise KnowledgeError([_emptied(self.folder)])
        problems: list[Problem] = []
        municipality = self._read_municipality(problems)
        entries = self._read_faq(problems)
        calendars = self._read_waste(problems)
        clinics = self._read_clinics(problems)
        places = self._read_places(municipality, problems)
        notices = self._read_notices(problems)
        safety = self._read_safety(problems)
        soundings = self._read_soundings(problems)
        privacy = self._read_one(PRIVACY_FILE, read_privacy, problems) or Privacy()
        population = self._read_one(POPULATION_FILE, read_population, problems) or Population()
        calibration = self._read_one(CALIBRATION_FILE, read_calibration, problems) or {}
        self._read_one(LEXICON_FILE, read_lexicon, problems)  # the search reads it for itself
        return Knowledge(
            folder=self.folder,
            municipality=municipality,
            faq=entries,
            calendars=calendars,
            clinics=clinics,
            places=places,
            notices=notices,
            safety=safety,
            soundings=soundings,
            privacy=privacy,
            population=population,
            calibration=calibration,
            problems=tuple(problems),
        )

    def _read_municipality(self, problems: list[Problem]) -> Municipality:
        path = self.folder / MUNICIPALITY

        def read() -> tuple[Municipality | None, Iterable[Problem]]:
            return read_municipality(path, MUNICIPALITY)

        return self._once(MUNICIPALITY, _signature(path), read, problems) or Municipality(
            name=self.folder.resolve().name
        )

    def _read_faq(self, problems: list[Problem]) -> tuple[Entry, ...]:
        def read(path: Path, name: str) -> tuple[FileResult, Iterable[Problem]]:
            result = read_faq_file(path, name)
            return result, result.problems

        results = self._read_each(FAQ_FOLDER, faq_files(self.folder), read, problems)
        gathered = gather(results)
        problems.extend(problem for problem in gathered.problems if problem not in problems)
        return gathered.entries

    def _read_places(self, municipality: Municipality, problems: list[Problem]) -> Places:
        """Read the published lists that changed; a bad cell costs only its own answer."""
        parts: dict[str, list[Part]] = {
            kind: self._read_each(
                kind, part_files(self.folder, kind), read_part, problems, good_with_errors=True
            )
            for kind in DATASETS
        }
        names = municipality.before_names
        same = all(
            len(parts[kind]) == len(self._parts.get(kind, ()))
            and all(map(operator.is_, parts[kind], self._parts.get(kind, ())))
            for kind in parts
        )
        if not same or names != self._places.municipality:
            self._places, self._parts = Places.gathered(parts, names), parts
        return self._places

    def _read_notices(self, problems: list[Problem]) -> tuple[Notice, ...]:
        files = notice_files(self.folder)
        read = self._read_each(NOTICES_FOLDER, files, read_notice_file, problems)
        return tuple(notice for notices in read for notice in notices)

    def _read_safety(self, problems: list[Problem]) -> TownSafety:
        path = self.folder / SAFETY_FILE
        read = partial(read_safety, path)
        return self._once(SAFETY_FILE, _signature(path), read, problems) or packaged()

    def _read_soundings(self, problems: list[Problem]) -> tuple[Sounding, ...]:
        files = sounding_files(self.folder)
        read = self._read_each(SOUNDINGS_FOLDER, files, read_sounding_file, problems)
        return tuple({one.id: one for found in reversed(read) for one in found}.values())[::-1]

    def _read_one(
        self,
        name: str,
        read: Callable[[Path], tuple[T | None, Iterable[Problem]]],
        problems: list[Problem],
    ) -> T | None:
        """Read a file of the folder's top that there is one of."""
        path = self.folder / name
        return self._once(name, _signature(path), partial(read, path), problems)

    def _read_each(
        self,
        folder: str,
        files: Iterable[Path],
        read: Callable[[Path, str], tuple[T | None, Iterable[Problem]]],
        problems: list[Problem],
        *,
        good_with_errors: bool = False,
    ) -> list[T]:
        """Read the files of one kind that changed; return what serves of each."""
        served: list[T] = []
        present: set[str] = set()
        for path in files:
            name = path.relative_to(self.folder).as_posix()
            present.add(name)
            if _special(path):
                problems.append(_not_a_file(name))
                found = self._last(name)
            else:
                found = self._once(
                    name,
                    _signature(path),
                    partial(read, path, name),
                    problems,
                    good_with_errors=good_with_errors,
                )
            if found is not None:
                served.append(found)
        for name in [n for n in self._reads if n.startswith(f"{folder}/") and n not in present]:
            del self._reads[name]
        return served

    def _read_waste(self, problems: list[Problem]) -> Calendars | None:
        paths = sorted((self.folder / "waste").rglob("*"))
        special = [path for path in paths if _special(path)]
        if special:
            problems += [_not_a_file(path.relative_to(self.folder).as_posix()) for path in special]
            last: Calendars | None = self._last("waste")
            return last
        if not any(path.name == AREA_DAYS for path in paths):
            self._reads.pop("waste", None)
            return None
        signature = tuple((str(path), _signature(path)) for path in paths if path.is_file())

        def read() -> tuple[Calendars | None, Iterable[Problem]]:
            found = read_waste(self.folder)
            groups = beside_each_other(found.datasets)
            unused = [_second(data.folder) for group in groups[1:] for data in group]
            calendars = Calendars(groups[0]) if groups else None
            return calendars, (*found.problems, *unused)

        return self._once("waste", signature, read, problems, good_with_errors=True)

    def _read_clinics(self, problems: list[Problem]) -> Duties | None:
        paths = sorted((self.folder / CLINICS_FOLDER).rglob("*"))
        special = [path for path in paths if _special(path)]
        if special:
            problems += [_not_a_file(path.relative_to(self.folder).as_posix()) for path in special]
            last: Duties | None = self._last(CLINICS_FOLDER)
            return last
        if not clinic_paths(self.folder):
            self._reads.pop(CLINICS_FOLDER, None)
            return None
        signature = tuple((str(path), _signature(path)) for path in paths if path.is_file())

        def read() -> tuple[Duties | None, Iterable[Problem]]:
            found = read_clinics(self.folder)
            return found.duties, found.problems

        return self._once(CLINICS_FOLDER, signature, read, problems, good_with_errors=True)

    def _last(self, name: str) -> Any:
        """Return what was served of a file last, None where it never was read."""
        before = self._reads.get(name)
        return before.serving if before is not None else None

    def _once(
        self,
        name: str,
        signature: object,
        read: Callable[[], tuple[T | None, Iterable[Problem]]],
        problems: list[Problem],
        *,
        good_with_errors: bool = False,
    ) -> T | None:
        """Read a file if it changed; return what serves, and collect its problems.

        `good_with_errors`: an error loses only its own cell, so a version that was read at all
        counts as sound.
        """
        before: _Read[T] | None = self._reads.get(name)  # type: ignore[assignment]
        if before is None or before.signature != signature:
            value, found = read()
            listed = tuple(found)
            sound = value is not None and (
                good_with_errors or all(problem.severity != "error" for problem in listed)
            )
            good = value if sound else (before.good if before else None)
            if good is not value and good is not None:
                listed = (*listed, _kept(name))
            before = _Read(signature, listed, good, value)
            self._reads[name] = before  # type: ignore[assignment]
        problems.extend(before.problems)
        return before.serving


def load_knowledge(folder: Path) -> Knowledge:
    """Read one municipality's folder once. Raises `KnowledgeError` where there is none."""
    return KnowledgeLoader(folder).load()


def check(folder: Path) -> list[Problem]:
    """Return every problem of a municipality's folder, in the order of files and lines.

    The engines are started too, and closed again: one that does not start is a problem. Raises
    `KnowledgeError` where there is no folder. Not to be called from a running event loop.
    """
    from concierge.channels.line.rich_menu.reading import MENU_FILE, read_menu  # noqa: PLC0415
    from concierge.town import open_town  # noqa: PLC0415 - a town is made of knowledge

    town = asyncio.run(open_town(load_knowledge(folder)))
    town.close()
    menu = folder / MENU_FILE
    found = read_menu(menu)[1] if menu.is_file() else ()
    return sorted([*town.problems, *found])


def _signature(path: Path) -> Signature:
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def _special(path: Path) -> bool:
    """Tell whether reading the path may wait for ever: a pipe, a socket, a device."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _not_a_file(name: str) -> Problem:
    message = "ふつうのファイルではないので読みません。ファイルそのものを置いてください。"
    return Problem(name, 0, 0, "error", "not-a-file", message)


def _no_folder(folder: Path) -> Problem:
    message = (
        "自治体のフォルダーがありません。--knowledge または環境変数 CONCIERGE_KNOWLEDGE に、"
        "municipality.yaml のあるフォルダーを指定してください。"
    )
    return Problem(str(folder), 0, 0, "error", "no-folder", message)


def _emptied(folder: Path) -> Problem:
    message = (
        "自治体のフォルダーが空になりました。直前の内容で案内を続けています。"
        "ドライブの接続を確かめ、ファイルを戻してください。"
    )
    return Problem(str(folder), 0, 0, "error", "folder-emptied", message)


def _second(name: str) -> Problem:
    return Problem(
        name,
        0,
        0,
        "warning",
        "second-calendar",
        "同じ期間のごみカレンダーが2つ以上あります。名前順で最初のものだけを使います。"
        "使わないフォルダーは waste/ の外へ移してください。",
    )


def _kept(name: str) -> Problem:
    return Problem(
        name,
        0,
        0,
        "info",
        "last-good-kept",
        "誤りがあるため、直前の正しい内容で案内を続けています。誤りを直すと新しい内容に変わります。",
    )
