"""Papers that go with keeping records, drafted from the configuration as it is.

`statement` for residents, `flow` for the privacy officer, `register` (個人情報ファイル簿, 個人情報の保護に
関する法律 第75条, due from 1,000 persons), `incident` (同法 第68条 and 施行規則 第43条: a report within 3 to 5
days, and one within 30). Drafts: what only the town knows stands in brackets.
"""

from __future__ import annotations

from datetime import date

from concierge.knowledge import Knowledge
from concierge.soundings.consent import PURPOSES
from concierge.soundings.forms import environment
from concierge.soundings.words import Words

__all__ = ["PAPERS", "paper"]

PAPERS = {
    "statement": "住民向けの説明（プライバシーのお知らせ）",
    "flow": "データの流れ（個人情報保護の担当者向け）",
    "register": "個人情報ファイル簿の下書き",
    "incident": "漏えい等の報告書の下書き",
}
REGISTER_FROM = 1000
"""Persons from which a file must be registered (施行令 第20条)."""


def paper(name: str, knowledge: Knowledge, today: date, persons: int | None = None) -> str:
    """Return one of `PAPERS` as Markdown. `persons` is how many the file holds, where known."""
    town, privacy = knowledge.municipality, knowledge.privacy
    desk = town.desk_for(privacy.contact or "")
    words = Words("ja")
    template = environment().get_template(f"{name}.md.tmpl")
    return template.render(
        town=town,
        privacy=privacy,
        desk=desk,
        today=today,
        persons=persons,
        due=REGISTER_FROM,
        purposes=[(words.title(p), words.what(p, privacy)) for p in PURPOSES],
        soundings=[each for each in knowledge.soundings if each.questions],
        line=bool(getattr(town, "line", None)),
    )
