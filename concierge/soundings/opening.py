"""What a town publishes of its soundings: open data (CSV, schema, licence), and a page to show.

Only what residents agreed to be published, and counts of all turns; small numbers withheld, no text
of anyone.
"""

from __future__ import annotations

import json
from typing import Any

from concierge.knowledge import Knowledge
from concierge.soundings.anonymity import WITHHELD
from concierge.soundings.forms import (
    CSV_COLUMNS,
    OUTCOME_NAMES,
    as_csv,
    charts_of,
    distribution,
    environment,
)
from concierge.soundings.report import Report

__all__ = ["files", "page"]

DESCRIBED = {
    "section": ("string", "表の種類（totals 合計、topics 用件、hours 時間帯、months 月、seasons 季節、channels 窓口、areas 地区、area_topics 地区と用件、unmet 解決しなかった質問のまとまり、surveys アンケート、ages 回答者の年代、crosses 年代と地区・答えのかけ合わせ、council 要点）"),
    "name": ("string", "何についての行か（用件、地区、まとまり、質問）"),
    "key": ("string", "数えたもの"),
    "value": ("number", f"数。空欄は「{WITHHELD}」（少ないため出さない数）か、分からない数"),
    "share": ("number", "割合（0から1）"),
    "low": ("number", "割合の95％信頼区間の下限"),
    "high": ("number", "割合の95％信頼区間の上限"),
    "note": ("string", f"補足（{WITHHELD} など）"),
}  # fmt: skip


def files(report: Report, knowledge: Knowledge) -> dict[str, str]:
    """Return the files of the open data by name: figures, their schema, the terms of use."""
    privacy = knowledge.privacy
    return {
        "koe.csv": "\ufeff" + as_csv(report),
        "koe.schema.json": json.dumps(_schema(report, knowledge), ensure_ascii=False, indent=2)
        + "\n",
        "README.md": (
            f"# {report.town} 住民の声（{report.first}〜{report.last}）\n\n"
            f"- koe.csv: 数（UTF-8、列の説明は koe.schema.json）\n"
            f"- {report.least}人（件）に満たない数は出していません。引き算で分からないよう、ほかの欄も伏せています。\n"
            f"- 公表に同意した方の回答と、すべての利用者の件数です。文は含みません。\n"
            f"- 利用条件: {privacy.licence}（{privacy.licence_url}）\n"
            f"- 作成: {report.made.date()} {report.town}\n"
        ),
    }


def page(report: Report, knowledge: Knowledge) -> str:
    """Return a page for residents: what was asked, what was answered, what came of it."""
    return (
        environment()
        .get_template("page.html")
        .render(
            r=report,
            names=OUTCOME_NAMES,
            charts=charts_of(report),
            distribution=distribution,
            privacy=knowledge.privacy,
            contact=knowledge.municipality.desk_for(knowledge.privacy.contact or ""),
        )
    )


def _schema(report: Report, knowledge: Knowledge) -> dict[str, Any]:
    """Return a Table Schema (Frictionless Data) of the CSV, with the terms of use."""
    privacy = knowledge.privacy
    return {
        "name": "koe",
        "title": f"{report.town} 住民の声",
        "temporal": {"start": report.first.isoformat(), "end": report.last.isoformat()},
        "licenses": [{"title": privacy.licence, "path": privacy.licence_url}],
        "path": "koe.csv",
        "encoding": "utf-8",
        "missingValues": [""],
        "anonymity": {"least": report.least, "complementary": True},
        "schema": {
            "fields": [
                {"name": name, "type": DESCRIBED[name][0], "description": DESCRIBED[name][1]}
                for name in CSV_COLUMNS
            ]
        },
    }
