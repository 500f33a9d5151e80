"""What is doubtful about a FAQ as a whole, entry by entry sound as it may be.

Wordings are compared under `normalized_key`, as the search does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from rapidfuzz import fuzz, process

from concierge.faq.model import Entry
from concierge.language.normalize import normalized_key
from concierge.problem import Problem, Severity

__all__ = ["lint_faq"]

LONGEST_ANSWER = 1_500
"""Characters of an answer that somebody reads on a telephone."""
STALE = timedelta(days=3 * 365)
MANY = 5
"""More of one kind in one file are told in one sentence."""


def lint_faq(entries: Sequence[Entry], on: date, departments: Iterable[str] = ()) -> list[Problem]:
    """Return what staff should look at, in the order of the files.

    `departments` are the desks of municipality.yaml; where there are some, an entry's department
    must be one of them.
    """
    problems = [
        *_stolen(entries),
        *_same_wordings(entries),
        *_dates(entries, on),
        *_long(entries),
        *_unknown_departments(entries, tuple(departments)),
        *_missing(entries, "department", "担当課", lambda entry: entry.department is None),
        *_missing(entries, "updated", "更新日", lambda entry: entry.updated is None),
    ]
    return sorted(problems, key=lambda each: (each.file, each.line, each.column))


def _stolen(entries: Sequence[Entry]) -> list[Problem]:
    """Find golden questions that are, word for word, another entry's question."""
    owners = _owners(entries)
    first: dict[str, Entry] = {}
    problems: list[Problem] = []
    for entry in entries:
        for golden in entry.golden:
            key = normalized_key(golden)
            others = [other for other in owners.get(key, ()) if other.id != entry.id]
            rival = first.setdefault(key, entry) if key else entry
            if others:
                message = (
                    f"確認用の質問「{golden[:40]}」は、{_place(others[0])}の質問と同じです。"
                    "どちらの項目で答えるべきかを決めて、片方から消してください。"
                )
                problems.append(_problem(entry, "error", "golden-stolen", message))
            elif rival.id != entry.id:
                message = (
                    f"確認用の質問「{golden[:40]}」は、{_place(rival)}にもあります。"
                    "どちらか一つにしてください。"
                )
                problems.append(_problem(entry, "error", "golden-twice", message))
    return problems


def _same_wordings(entries: Sequence[Entry]) -> list[Problem]:
    """Find wordings that two entries share, but for the questions, which the loader reports."""
    questions = {(entry.id, normalized_key(entry.question)) for entry in entries}
    problems: list[Problem] = []
    for key, owners in _owners(entries).items():
        first, *others = owners
        for entry in others:
            if not {(first.id, key), (entry.id, key)} <= questions:
                wording = next(
                    text for text in (entry.question, *entry.also) if normalized_key(text) == key
                )
                message = (
                    f"「{wording[:40]}」は、{_place(first)}の質問または別の言い方と同じです。"
                    "どちらか一つにしてください。"
                )
                problems.append(_problem(entry, "warning", "wording-twice", message))
    return problems


def _owners(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    owners: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        for key in dict.fromkeys(map(normalized_key, (entry.question, *entry.also))):
            if key:
                owners[key].append(entry)
    return owners


def _dates(entries: Sequence[Entry], on: date) -> list[Problem]:
    problems: list[Problem] = []
    for entry in entries:
        if entry.valid_to is not None and entry.valid_to < on:
            message = (
                f"終了日（{entry.valid_to}）を過ぎたので、この項目では答えません。"
                "続けるなら終了日を直し、終わったなら項目を消してください。"
            )
            problems.append(_problem(entry, "warning", "expired", message))
        elif entry.valid_from is not None and entry.valid_from > on:
            message = f"開始日（{entry.valid_from}）までは、この項目では答えません。"
            problems.append(_problem(entry, "info", "not-yet-valid", message))
        elif entry.updated is not None and entry.updated > on:
            message = f"更新日（{entry.updated}）が先の日付です。日付を確かめてください。"
            problems.append(_problem(entry, "warning", "updated-in-future", message))
        elif entry.updated is not None and on - entry.updated > STALE:
            message = (
                f"更新日（{entry.updated}）から3年以上たっています。"
                "内容を確かめて、更新日を書き直してください。"
            )
            problems.append(_problem(entry, "info", "stale", message))
    return problems


def _long(entries: Sequence[Entry]) -> list[Problem]:
    return [
        _problem(
            entry,
            "warning",
            "long-answer",
            f"回答が{len(entry.answer):,}字あります（目安は{LONGEST_ANSWER:,}字まで）。"
            "先に結論を書き、詳しいことはリンク先にまとめてください。",
        )
        for entry in entries
        if len(entry.answer) > LONGEST_ANSWER
    ]


def _unknown_departments(entries: Sequence[Entry], names: tuple[str, ...]) -> list[Problem]:
    problems: list[Problem] = []
    for entry in entries:
        if names and entry.department is not None and entry.department not in names:
            near = process.extractOne(entry.department, names, scorer=fuzz.ratio, score_cutoff=50)
            advice = f"「{near[0]}」ではありませんか。" if near else "課の名前を確かめてください。"
            message = f"担当課「{entry.department}」は municipality.yaml にありません。{advice}"
            problems.append(_problem(entry, "warning", "unknown-department", message))
    return problems


def _missing(
    entries: Sequence[Entry], key: str, name: str, lacks: Callable[[Entry], bool]
) -> list[Problem]:
    by_file: dict[str, list[Entry]] = defaultdict(list)
    for entry in filter(lacks, entries):
        by_file[entry.file].append(entry)
    problems: list[Problem] = []
    for found in by_file.values():
        if len(found) > MANY:
            message = f"{name}（{key}）のない項目が{len(found)}件あります。書き加えてください。"
            problems.append(Problem(found[0].file, 0, 0, "warning", f"no-{key}", message))
            continue
        message = f"{name}（{key}）がありません。書き加えてください。"
        problems += [_problem(entry, "warning", f"no-{key}", message) for entry in found]
    return problems


def _place(entry: Entry) -> str:
    return f"{entry.file} の{entry.line}行目「{entry.question[:30]}」"


def _problem(entry: Entry, severity: Severity, code: str, message: str) -> Problem:
    return Problem(entry.file, entry.line, 1, severity, code, message)
