"""Why a date, or the silence of the data, is not certain; in words that staff can send."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import Enum

from concierge.clock import with_weekday
from concierge.waste.model import Remark

__all__ = ["Doubt", "note_of"]


class Doubt(Enum):
    """The kinds of uncertainty; the first that applies is told."""

    NOT_UNDERSTOOD = "収集日の欄に読み取れないところがあるため、日付は確かではありません"
    ENDED = "登録されている収集日は終わっていて、その後の収集日は登録されていません"
    NOT_SCHEDULED = "収集日が登録されていません"
    AREA_MISSING = "この地区名は、その期間のカレンダーにありません"
    CONTRADICTION = "公開されているデータに食い違いがあるため、日付は確かではありません"
    PAST_VALIDITY = "データの有効期限より後のため、日付は確かではありません"
    BEFORE_VALIDITY = "データの有効期間より前のため、日付は確かではありません"
    NEW_YEAR = "年末年始の休みが登録されていないため、収集があるかどうかは確かではありません"

    @property
    def note(self) -> str:
        """The sentence that says it, with 。 at its end."""
        return f"{self.value}。"


def note_of(
    doubt: Doubt | None,
    remarks: Iterable[Remark] = (),
    *,
    until: date | None = None,
    reason: str | None = None,
) -> str | None:
    """Return doubt and remarks as one text, None where there are neither.

    `until` is the day at which list or validity ended, `reason` what the data says against itself.
    """
    sentences: list[str] = []
    if doubt is not None:
        about = f"（{until.year}年{with_weekday(until)}まで）" if until else ""
        about = f"（{reason}）" if reason else about
        sentences.append(f"{doubt.value}{about}")
    sentences += [remark.text for remark in remarks]
    text = "".join(_closed(sentence) for sentence in sentences)
    return text or None


def _closed(sentence: str) -> str:
    stripped = sentence.strip()
    return stripped if not stripped or stripped[-1] in "。！？!?」" else f"{stripped}。"
