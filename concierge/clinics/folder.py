"""The rosters of one municipality's folder: `clinics/*.yaml` by staff, and published files.

Published files stand in a folder of their own, `clinics/<name>/`, unchanged, beside the
`source.yaml` that the import wrote and staff may edit. They may also lie in `clinics/` itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from concierge.clinics.duties import Duties
from concierge.clinics.model import Roster
from concierge.clinics.staff_file import read_staff_roster
from concierge.opendata.clinics.reading import read_published
from concierge.opendata.clinics.source import SOURCE, read_source
from concierge.problem import Problem

__all__ = ["CLINICS_FOLDER", "ReadClinics", "clinic_paths", "read_clinics"]

CLINICS_FOLDER = "clinics"


@dataclass(frozen=True, slots=True)
class ReadClinics:
    """What a town's folder says of clinics on duty; `duties` is None where it says nothing."""

    duties: Duties | None
    problems: tuple[Problem, ...]


def clinic_paths(folder: Path) -> list[Path]:
    """Return every file that the answer depends on, in the order read."""
    place = folder / CLINICS_FOLDER
    if not place.is_dir():
        return []
    found = [path for path in place.rglob("*") if path.is_file() and not _hidden(path, place)]
    return sorted(found)


def read_clinics(folder: Path) -> ReadClinics:
    """Read `<folder>/clinics/`; nothing is raised. File names are relative to `folder`."""
    folder / CLINICS_FOLDER
    rosters: list[Roster] = []
    problems: list[Problem] = []
    published: list[Path] = []
    for path in clinic_paths(folder):
        name = path.relative_to(folder).as_posix()
        if path.suffix.lower() in (".yaml", ".yml") and path.name != SOURCE:
            roster, found = read_staff_roster(path, name)
            problems += found
            if roster is not None:
                rosters.append(roster)
        elif path.parent not in published:
            published.append(path.parent)
    for each in published:
        name = each.relative_to(folder).as_posix()
        settings, wrong = read_source(each / SOURCE, f"{name}/{SOURCE}")
        read = read_published(each, name, settings)
        problems += [*wrong, *read.problems]
        rosters += read.rosters
    return ReadClinics(Duties(tuple(rosters)) if rosters else None, tuple(problems))


def _hidden(path: Path, place: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.relative_to(place).parts)
