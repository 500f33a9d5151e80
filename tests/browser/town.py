"""A town that is not there, with answers of every shape: what the page is looked at with.

`python tests/browser/town.py [PORT]` serves it.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import date

import uvicorn
from fastapi import FastAPI

from concierge.channels.web import OnDelta, Opening, Sessions, TownFace, router
from concierge.message import Card, Choice, Message, Need, Reply, Row, Source, Status
from concierge.municipality import Department

CALENDAR = Source(
    "ごみ収集日カレンダー（2026年度）",
    "https://www.town.mihon.example/gomi/calendar",
    "waste/5374/area_days.csv",
    2,
    date(2026, 4, 1),
)
CLINICS = Source(
    "休日当番医一覧", "https://www.town.mihon.example/clinic", updated=date(2026, 11, 2)
)
TOWN = TownFace(
    name="見本町",
    reading="みほんちょう",
    openings={
        "ja": Opening(
            greeting=(
                "こんにちは。見本町のコンシェルジュです。",
                "ごみの日、休日当番医、手続きなど、くらしのことを話しことばのまま聞いてください。",
                "町の公開データから、出典をそえてお答えします。",
            ),
            examples=(
                "あしたのごみは？",
                "日曜にやっている小児科は？",
                "フライパンは何ごみ？",
                "住民票をとりたい",
            ),
        ),
        "en": Opening(
            greeting=(
                "Hello. This is the Mihon Town concierge.",
                "Ask about garbage days, doctors on duty on holidays, and procedures.",
            ),
            examples=("What garbage is collected tomorrow?", "Is a doctor open on Sunday?"),
            town="Mihon Town",
        ),
    },
    phone="0000-00-0000",
    hours="平日 8時30分〜17時15分",
    url="https://www.town.mihon.example/",
    source="使っているデータ：見本町オープンデータ（CC BY 4.0）",
    areas=("本町一丁目", "本町二丁目", "港町", "緑が丘団地（1〜8号棟）"),
)

AREAS = TOWN.areas
ENVIRONMENT = Department("環境課", "0000-00-0001", "平日8時30分〜17時15分", topics=("ごみ",))
REPLIES = {
    "あしたのごみは？": Reply(
        Status.CLARIFY,
        "どちらの地区にお住まいですか。\n地区ごとに収集日がちがいます。",
        choices=tuple(Choice(area, area) for area in AREAS),
    ),
    "本町一丁目": Reply(
        Status.ANSWERED,
        "あした11月22日（日）の収集はありません。\n"
        "次は11月24日（火）の「燃やせるごみ」です。\n"
        "朝8時30分までに出してください。\n\n"
        "出典：ごみ収集日カレンダー（2026年度）（2026年4月1日更新）",
        sources=(CALENDAR,),
        slots={"area": "本町一丁目"},
        topics=("ごみ",),
        cards=(
            Card(
                "本町一丁目のこれからの収集",
                (
                    Row("燃やせるごみ", "11月24日（火）"),
                    Row("プラスチック", "11月25日（水）"),
                    Row("缶・びん", "12月2日（水）"),
                    Row("粗大ごみ", "申込制　0000-00-0001（環境課）"),
                ),
                "年末年始は日程が変わることがあります。",
            ),
        ),
        choices=(
            Choice("この地区を覚える", "本町一丁目を覚えて"),
            Choice("別の地区を見る", "別の地区"),
        ),
    ),
    "日曜にやっている小児科は？": Reply(
        Status.ANSWERED,
        "11月22日（日）は「みほんこどもクリニック」が当番です。\n"
        "9時から17時まで、小児科・内科を診ています。\n"
        "出かける前に電話で確かめてください：0000-00-0002\n\n"
        "出典：休日当番医一覧（2026年11月2日更新）",
        sources=(CLINICS,),
        cards=(
            Card(
                "みほんこどもクリニック",
                (
                    Row("診療科", "小児科、内科"),
                    Row("時間", "9:00〜12:00、13:00〜17:00"),
                    Row("電話", "0000-00-0002"),
                    Row("FAX", "0000-00-0009"),
                    Row("所在地", "見本町港町1丁目119番地"),
                ),
            ),
        ),
        details="受付は終了の30分前までです。\n・健康保険証、または資格確認書\n・お薬手帳\n"
        "・こども医療費受給者証\n\n"
        "夜間に迷ったときは #8000（こども医療電話相談）へ。\n"
        "くわしくは https://www.town.mihon.example/clinic をご覧ください。",
    ),
    "救急車": Reply(
        Status.EMERGENCY,
        "すぐに119番へ電話してください。\n"
        "「救急です」と言い、いる場所と、だれがどうしたかを伝えてください。\n"
        "迷うときは #7119 で相談できます。",
        slots={"emergency_kind": "medical"},
        sources=(Source("総務省消防庁「救急車の呼び方」", "https://www.fdma.go.jp/"),),
    ),
    "住民票をとりたい": Reply(
        Status.SUGGEST,
        "もしかして、次のことでしょうか。",
        choices=(
            Choice("住民票の写しを窓口でとる", "住民票の写しを窓口でとりたい"),
            Choice("コンビニで住民票をとる", "コンビニで住民票をとりたい"),
            Choice("どれでもない", "どれでもない"),
        ),
    ),
    "宇宙旅行": Reply(
        Status.ABSTAIN,
        "すみません、これはわかりません。\n"
        "総合案内（0000-00-0000、平日8時30分〜17時15分）でお聞きください。",
    ),
    "ながい話": Reply(
        Status.ANSWERED,
        "引っこしの手続きは、転入から14日以内に町民課で行います。"
        "国民健康保険や児童手当のある方は、同じ日にあわせて手続きができますので、"
        "必要なものをまとめてお持ちください。\n"
        "・転出証明書（前の市区町村で受け取ったもの）\n"
        "・本人確認書類（運転免許証、マイナンバーカードなど）\n"
        "・在留カード（外国籍の方、世帯全員分）\n\n"
        "アドレス：https://www.town.mihon.example/a/very/long/path/that/does/not/end/for/quite/"
        "a/while?with=parameters&and=more\n\n"
        "出典：くらしの手続き（2026年10月5日更新）",
        sources=(
            Source("くらしの手続き", "https://www.town.mihon.example/t", updated=date(2026, 10, 5)),
            Source("国民健康保険のてびき", updated=date(2026, 4, 1)),
        ),
    ),
    "燃やせるごみの日とプールの時間": Reply(
        Status.ANSWERED,
        "燃やせるごみは11月24日（火）です。\n朝8時30分までに出してください。\n\n"
        "町民プールは10時から20時までです。\n月曜はお休みです。",
        sources=(CALENDAR,),
        needs=(
            Need(Status.ANSWERED, "燃やせるごみは11月24日（火）です。\n朝8時30分まで。"),
            Need(Status.ANSWERED, "町民プールは10時から20時までです。"),
        ),
    ),
    "What garbage is collected tomorrow?": Reply(
        Status.ANSWERED,
        "No garbage is collected tomorrow, Sunday 22 November.\n"
        "Next is burnable garbage on Tuesday 24 November, by 8:30.",
        sources=(CALENDAR,),
        language="en",
    ),
}
NUMBERED = {str(number): area for number, area in enumerate(AREAS, 1)}


FORGOTTEN: list[str] = []
"""Whom the town was told to forget."""


async def answer(message: Message, on_delta: OnDelta | None, /) -> Reply:
    """Answer from the table; 「ゆっくり」 writes piece by piece, 「こわれる」 fails.

    「地区は」 tells the area that the question was asked with.
    """
    if message.text == "こわれる":
        raise RuntimeError(message.text)
    if message.text == "ゆっくり" and on_delta is not None:
        for piece in ("ゆっくり", "、少しずつ", "書いています。"):
            await on_delta(piece)
            await asyncio.sleep(0.2)
        return Reply(Status.ANSWERED, "ゆっくり、少しずつ書きました。", sources=(CLINICS,))
    if message.text == "地区は":
        return Reply(Status.ANSWERED, f"地区は{message.area}です。")
    asked = NUMBERED.get(message.text, message.text)
    return REPLIES.get(asked, Reply(Status.ABSTAIN, f"「{asked}」はわかりません。"))


async def forget(resident: str) -> None:
    """Nothing is kept, so nothing is left to erase."""
    assert resident.startswith(("web:", "desk:"))
    FORGOTTEN.append(resident)


def put_through(reply: Reply) -> Department | None:
    """Return the one desk there is, for what is its matter."""
    return ENVIRONMENT if "ごみ" in reply.topics else None


def application() -> FastAPI:
    """Return the web chat of the town that is not there."""
    app = FastAPI(openapi_url=None)
    app.include_router(
        router(TOWN, answer, forget=forget, put_through=put_through, sessions=Sessions(turns=200))
    )
    return app


if __name__ == "__main__":
    uvicorn.run(application(), port=int(sys.argv[1]) if len(sys.argv) > 1 else 8077)
