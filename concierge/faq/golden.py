"""Questions whose right answer is known, kept beside a town's FAQ: `golden/*.yaml` of its folder.

They check the town and fit its calibration; they are never searched. What stands under `held` is
kept out of every fitting (`concierge calibrate`, `concierge faq enrich`, `models/fit_choosing.py`),
so that `concierge evaluate` can say on it how good the town is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from concierge.faq.model import Entry
from concierge.language.normalize import normalized_key
from concierge.problem import Problem
from concierge.staff_yaml import (
    Field,
    Kind,
    Record,
    Reporter,
    Table,
    each_record,
)

__all__ = ["GOLDEN_FOLDER", "Golden", "golden_files", "lint_golden", "load_golden"]

GOLDEN_FOLDER = "golden"
GROUP = Table(
    "確認用の質問のまとまり",
    (
        Field("answer", Kind.TEXTS, "答えるはずのFAQの番号（id）", ("正解", "答え")),
        Field("intent", Kind.TEXT, "答えるはずの用件（waste_day など）", ("用件",)),
        Field("nothing", Kind.TEXT, "答えないはずの質問の種類（other_town など）", ("答えない",)),
        Field("desk", Kind.TEXT, "答えないときに案内するはずの窓口", ("窓口", "担当課")),
        Field("tags", Kind.TEXTS, "質問の特徴（kana、typo など）", ("特徴",)),
        Field("language", Kind.TEXT, "質問の言語（en など）", ("言語",)),
        Field("ask", Kind.TEXTS, "質問（調整にも使います）", ("質問",)),
        Field("held", Kind.TEXTS, "質問（調整に使わず、確認だけに使います）", ("取り置き",)),
    ),
)


@dataclass(frozen=True, slots=True)
class Golden:
    """One question and what must come of it: one of FAQ ids, an intent, or `nothing` of a kind.

    With an intent beside ids or `nothing`, either is right. `desk` is who must be named where
    nothing answers; `held` tells that nothing may be fitted on it. `line` is that of its group.
    """

    text: str
    answers: tuple[str, ...] = ()
    intent: str | None = None
    nothing: str | None = None
    desk: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    held: bool = False
    file: str = ""
    line: int = 0


def golden_files(folder: Path) -> list[Path]:
    """Return the files of golden questions of a municipality's folder, sorted."""
    found = (folder / GOLDEN_FOLDER).glob("*.y*ml")
    return sorted(path for path in found if not path.name.startswith((".", "~$")))


def load_golden(
    folder: Path, entries: Iterable[Entry] = ()
) -> tuple[tuple[Golden, ...], list[Problem]]:
    """Return the golden questions of a folder, those written beside entries first.

    A broken group loses only itself; never raises for what is in the files.
    """
    found = [
        Golden(text, (entry.id,), file=entry.file, line=entry.line)
        for entry in entries
        for text in entry.golden
    ]
    problems: list[Problem] = []
    for path in golden_files(folder):
        name = path.relative_to(folder).as_posix()
        reporter = Reporter(name)
        for _, record in each_record(path, GROUP, reporter):
            if _fine(record, reporter):
                found += _questions(record, name)
        problems += reporter.problems
    return tuple(found), problems


def lint_golden(
    questions: Sequence[Golden], entries: Sequence[Entry], desks: Sequence[str] = ()
) -> list[Problem]:
    """Return what is wrong with golden questions beside this FAQ and these desks."""
    ids = {entry.id for entry in entries}
    wordings = {normalized_key(text) for entry in entries for text in (entry.question, *entry.also)}
    problems: list[Problem] = []
    before: dict[str, Golden] = {}
    for each in questions:
        if not each.file.startswith(f"{GOLDEN_FOLDER}/"):
            before.setdefault(normalized_key(each.text), each)
            continue
        for answer in each.answers:
            if answer not in ids:
                problems.append(
                    _problem(each, "golden-unknown-answer", f"FAQに「{answer}」という番号はありません。"
                             "answer には、FAQの id を書いてください。")
                )  # fmt: skip
        if each.desk is not None and desks and each.desk not in desks:
            problems.append(
                _problem(each, "golden-unknown-desk", f"municipality.yaml の窓口に「{each.desk}」は"
                         "ありません。窓口の name を書いてください。")
            )  # fmt: skip
        key = normalized_key(each.text)
        first = before.setdefault(key, each)
        if first is not each:
            place = f"{first.file}の{first.line}行目"
            problems.append(
                _problem(each, "golden-twice", f"確認用の質問「{each.text[:40]}」は、{place}にもあります。"
                         "どちらか一つにしてください。")
            )  # fmt: skip
        elif each.held and key in wordings:
            problems.append(
                _problem(each, "golden-is-wording", f"取り置きの質問「{each.text[:40]}」は、FAQの質問か"
                         "別の言い方と同じなので、確認になりません。別の言葉で書いてください。")
            )  # fmt: skip
    return problems


def _fine(record: Record, reporter: Reporter) -> bool:
    answer, nothing = record.texts("answer"), record.text("nothing")
    if (answer and nothing) or not (answer or nothing or record.text("intent")):
        reporter.at(
            record.node,
            "golden-without-answer",
            "answer（FAQの番号）か intent（用件）、答えない質問なら nothing（種類）を書いてください。"
            "answer と nothing は、一緒には書けません。",
        )
    elif not (record.texts("ask") or record.texts("held")):
        reporter.at(
            record.node,
            "golden-without-question",
            "質問がありません。ask か held に、質問を「- 」で並べてください。",
        )
    else:
        return True
    return False


def _questions(record: Record, file: str) -> Iterable[Golden]:
    for held in (False, True):
        for text in record.texts("held" if held else "ask"):
            yield Golden(
                text=text,
                answers=record.texts("answer"),
                intent=record.text("intent"),
                nothing=record.text("nothing"),
                desk=record.text("desk"),
                tags=record.texts("tags"),
                language=record.text("language"),
                held=held,
                file=file,
                line=record.node.line,
            )


def _problem(each: Golden, code: str, message: str) -> Problem:
    return Problem(each.file, each.line, 1, "error", code, message)
