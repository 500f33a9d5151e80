"""The words of dates, as residents write them, and the words that only look like them.

A line names a kind of token, its value, and spellings separated by spaces. Spellings are hiragana
where they have kana (katakana is folded before), without spaces; 「_」 stands for one space. `before`
and `after` are patterns for what must stand around them. Of several that fit at one place, the
longest counts, so a longer word (`kind` "word": not a date) keeps a shorter one from being seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import NamedTuple

__all__ = ["LEXICON", "PARTS", "Entry", "spellings"]

PARTS: dict[str, tuple[time, time]] = {
    "未明": (time(0), time(3)),
    "明け方": (time(3), time(6)),
    "早朝": (time(5), time(8)),
    "朝": (time(6), time(9)),
    "午前": (time(0), time(12)),
    "午前中": (time(0), time(12)),
    "昼前": (time(9), time(12)),
    "昼": (time(11), time(13)),
    "昼間": (time(9), time(18)),
    "午後": (time(12), time(23, 59)),
    "昼過ぎ": (time(12), time(15)),
    "夕方": (time(15), time(18)),
    "夜": (time(18), time(23, 59)),
    "深夜": (time(22), time(5)),
}
"""Hours of the parts of a day, after the Meteorological Agency's terms for forecasts
(https://www.jma.go.jp/jma/kishou/know/yougo_hp/toki.html) where it has them; 深夜 after article 37
of the Labour Standards Act (22:00 to 5:00, past midnight)."""


class Entry(NamedTuple):
    """Spellings that mean the same."""

    kind: str
    value: object
    spellings: str
    before: str = ""
    after: str = ""


APART = r"(?:^|(?<=[^ぁ-んー])|(?<=[のはにでもとがを]))"
"""Before a kana word: the text begins, or something else than kana, or a particle stands there."""
ALONE_KANA = r"(?=$|[^ぁ-ん]|の|は|わ|って|も|に|から|まで|が|と|や|で|だ|です|ごみ|なに|なん|どこ|やっ|あい)"
STRICT = r"(?=$|[^ぁ-ん]|の|は|も|って|に)"
LETTERS = r"(?<![a-z])"
NO_LETTERS = r"(?![a-z])"
NO_GOODS = (
    r"(?!つりー|りーす|けーき|かーど|ぷれぜんと|いるみ|まーけっと|ろーず|そんぐ|いぶ|いゔ| ?tree| ?cake"
    r"| ?card| ?eve| ?light)"
)
GREETING = r"(?!は$|わ$|は[、。!,\n]|わ[、。!,\n])"
OFFICE = r"(?!役所|役場|立|民|営|内|長|議|電|バス|の)"

RELATIVE = (
    Entry("rel", (0, None), "今日 本日 本日中 今日中 ほんじつ today"),
    Entry(
        "rel",
        (0, None),
        "きょう きょうじゅう きょうー",
        after=r"(?!だい|しつ|いく(?!つ)|りょく|かい(?!しゅう)|そう|み(?!た|ん)|し(?!ゅうしゅう)|ふ|つう|てい"
        r"|りゅう|ゆう|む|さい|よう(?!だ)|せい|ど(?!こ|う|れ|の|んな)|と(?!あ|、|き|く|い|$))",
    ),
    Entry(
        "rel", (1, None), "明日 明日中 あした あしたー みょうにち tomorrow tmrw tomorow tommorow"
    ),
    Entry("rel", (1, None), "あす", before=APART, after=ALONE_KANA),
    Entry(
        "rel",
        (2, None),
        "明後日 あさって みょうごにち the_day_after_tomorrow day_after_tomorrow",
        after=r"(?!の方向)",
    ),
    Entry("rel", (3, None), "明々後日 明明後日 しあさって"),
    Entry("rel", (4, None), "やのあさって 弥の明後日"),
    Entry("rel", (-1, None), "昨日 さくじつ yesterday"),
    Entry("rel", (-1, None), "きのう", after=r"(?!が(?:あ|な)|を(?:つか|使))"),
    Entry(
        "rel",
        (-2, None),
        "一昨日 おととい おとつい いっさくじつ the_day_before_yesterday day_before_yesterday",
    ),
    Entry("rel", (-3, None), "一昨々日 一昨昨日 さきおととい"),
    Entry("rel", (0, "夜"), "今夜 今晩 今夕 こんや tonight this_evening", after=GREETING),
    Entry("rel", (0, "夜"), "こんばん", after=r"(?!は(?!.*[にで])|わ)"),
    Entry("rel", (0, "朝"), "今朝 this_morning"),
    Entry("rel", (0, "朝"), "けさ", before=APART, after=STRICT),
    Entry("rel", (0, "午後"), "this_afternoon"),
    Entry("rel", (-1, "夜"), "昨夜 昨晩 last_night"),
    Entry("rel", (-1, "夜"), "ゆうべ", before=APART, after=STRICT),
    Entry("rel", (1, "朝"), "明朝 みょうちょう", after="(?!体)"),
    Entry("rel", (1, "夜"), "明晩 みょうばん"),
)

SCOPES = (
    Entry("week", 0, "今週 こんしゅう 今週中 こん週 this_week"),
    Entry("week", 1, "来週 らいしゅう らい週 次週 来週中 次の週 つぎのしゅう next_week"),
    Entry("week", 2, "再来週 さらいしゅう さらい週 さ来週 来々週 来来週 the_week_after_next"),
    Entry("week", -1, "先週 せん週 last_week"),
    Entry("week", -1, "せんしゅう", before=APART, after=ALONE_KANA),
    Entry("week", -2, "先々週 先先週 せんせんしゅう"),
    Entry("weekend", None, "週末 しゅうまつ 土日 どにち 土・日 土、日 weekend the_weekend"),
    Entry("weekend", 0, "今週末 こんしゅうまつ this_weekend"),
    Entry("weekend", 1, "来週末 らいしゅうまつ 次週末"),
    Entry("weekend", 2, "再来週末 さらいしゅうまつ"),
    Entry("weekend", -1, "先週末 せんしゅうまつ last_weekend"),
    Entry("weekend", "next", "next_weekend"),
    Entry("monday", None, "週明け しゅうあけ 週初め 週はじめ"),
    Entry("month", 0, "今月 こんげつ this_month"),
    Entry("month", 0, "今月中", after="(?!旬)"),
    Entry("month", 1, "来月中", after="(?!旬)"),
    Entry("month", 1, "来月 らいげつ らい月 次の月", after="(?!曜)"),
    Entry("month", 1, "next_month"),
    Entry("month", 2, "再来月 さらいげつ さ来月"),
    Entry("month", -1, "先月 せんげつ last_month"),
    Entry("month", -2, "先々月 先先月 せんせんげつ"),
    Entry("year", 0, "今年 本年 this_year"),
    Entry("year", 0, "ことし", before=APART, after=r"(?=$|の|は|も|[^ぁ-ん])"),
    Entry("year", 1, "来年 らいねん next_year"),
    Entry("year", 2, "再来年 さらいねん"),
    Entry("year", -1, "去年 昨年 きょねん last_year"),
    Entry("year", -2, "一昨年 おととし"),
    Entry("fiscal", 0, "今年度 本年度"),
    Entry("fiscal", 1, "来年度"),
    Entry("fiscal", -1, "昨年度 去年度"),
    Entry("pick", "kondo", "今度 今どの 今ど こんど この次 今度来る 今度くる upcoming coming"),
    Entry("pick", "next", "次 つぎ 次回 次回の 次に来る 直近 一番近い いちばん近い"),
    Entry("pick", "after", "次の次"),
    Entry("pick", "english", "next", before=LETTERS, after=NO_LETTERS),
    Entry("pick", "this", "この this"),
    Entry("pick", "last", "この前 この間 こないだ 前回 last"),
    Entry("pick", "last", "前 まえ", before=r"(?:^|(?<=[はにでもが、。,?!]))", after="(?=の)"),
    Entry(
        "every", None, "毎週 毎月 毎年 例年 まいしゅう まいつき まいとし 隔週 隔月 1週おき 一週おき"
    ),
    Entry("every", None, "毎", after="(?=[月火水木金土日]曜)"),
    Entry("every", None, "every each", before=LETTERS, after=NO_LETTERS),
    Entry("elsewhere", None, "翌年 前年 翌々年 前々年 翌月 前月 翌々月 同月 当月 同年 当年 同日"),
    Entry("offset", (6, 6, "月"), "半年後 はんとしご"),
    Entry("each", None, "ごと 毎 のたび のたびに ごとに"),
)

SEASONS = (
    Entry("part", "end", "末 終わり おわり end_of the_end_of at_the_end_of"),
    Entry("part", "start", "初め はじめ 頭"),
    Entry("part", "early", "上旬 初旬 じょうじゅん しょじゅん"),
    Entry("part", "middle", "中旬 ちゅうじゅん"),
    Entry("part", "late", "下旬 げじゅん"),
    Entry(
        "monthend",
        "end",
        "月末 げつまつ end_of_the_month end_of_month the_end_of_the_month",
        before="(?<![前翌当同各])",
    ),
    Entry("monthend", "start", "月初 月初め 月はじめ 月頭"),
    Entry("yearend", "fiscal", "年度末"),
    Entry("yearend", "rest", "年内 今年中 ことしじゅう"),
    Entry("named", ((1, 1), (1, 1)), "元日 元旦 がんじつ がんたん new_year's_day new_years_day"),
    Entry(
        "named",
        ((1, 1), (1, 3)),
        "正月 お正月 しょうがつ おしょうがつ 三が日 三箇日 三ゖ日 さんがにち 年始 正月三が日",
        after=r"(?!飾|かざり|用|料理|太|みかん|の?挨拶|あいさつ)",
    ),
    Entry("named", ((1, 1), (1, 7)), "年明け としあけ", after=r"(?!うどん)"),
    Entry("named", ((12, 31), (12, 31)), "大晦日 大みそか おおみそか new_year's_eve new_years_eve"),
    Entry("named", ((12, 25), (12, 25)), "くりすます christmas christmas_day", after=NO_GOODS),
    Entry("named", ((12, 24), (12, 24)), "くりすますいぶ くりすますいゔ christmas_eve"),
    Entry(
        "named",
        ((12, 29), (1, 3)),
        "年末年始 年末・年始 年末、年始 ねんまつねんし 年末から年始 "
        "new_year_holidays new_year's_holidays year-end_holidays new_year_holiday",
    ),
    Entry("named", ((12, 29), (12, 31)), "年末 ねんまつ", after=r"(?!調整|じゃんぼ|ちょうせい)"),
    Entry(
        "named",
        ((8, 13), (8, 16)),
        "お盆 おぼん お盆休み おぼん休み おぼんやすみ 盆休み obon",
        after=r"(?!を|(?:は|って|の|なら)?(?:何|なに|なん|どの|どんな)ご?[みご]|の捨|の処|の分|捨|飾|提灯|用|、?箸"
        r"|は(?:も|燃)え)",
    ),
    Entry("gw", None, "gw ごーるでんうぃーく ごーるでんういーく golden_week", LETTERS, NO_LETTERS),
    Entry(
        "holiday",
        "",
        "祝日 しゅくじつ 旗日 祭日 国民の祝日 public_holiday national_holiday holiday",
        after=r"(?!法|扱|でも|の場合|の?(?:とき|時)|だったら|なら(?!ん|び)|に(?:重|かさ|当た|あた|なる)"
        r"|と(?:重|かさ))",
    ),
    Entry(
        "run", 3, "連休 三連休 3連休 れんきゅう さんれんきゅう 連休中 long_weekend", after="(?!取)"
    ),
    Entry("run", 4, "四連休 4連休"),
    Entry("run", 5, "五連休 5連休 大型連休"),
    Entry("edge", "after", "明け あけ"),
    Entry("edge", "first", "初日"),
    Entry("edge", "last", "最終日"),
    Entry("holiday", "成人の日", "成人の日 せいじんのひ coming_of_age_day"),
    Entry("holiday", "建国記念の日", "建国記念の日 建国記念日 けんこくきねんのひ けんこくきねんび"),
    Entry("holiday", "天皇誕生日", "天皇誕生日 てんのうたんじょうび emperor's_birthday"),
    Entry("holiday", "春分の日", "春分の日 春分 しゅんぶんのひ"),
    Entry("holiday", "昭和の日", "昭和の日 しょうわのひ showa_day"),
    Entry("holiday", "憲法記念日", "憲法記念日 けんぽうきねんび 憲法記念の日"),
    Entry("holiday", "みどりの日", "みどりの日 緑の日"),
    Entry("holiday", "こどもの日", "こどもの日 子どもの日 子供の日 children's_day"),
    Entry("holiday", "海の日", "海の日 うみのひ marine_day"),
    Entry("holiday", "山の日", "山の日 やまのひ mountain_day"),
    Entry("holiday", "敬老の日", "敬老の日 けいろうのひ"),
    Entry("holiday", "秋分の日", "秋分の日 秋分 しゅうぶんのひ"),
    Entry("holiday", "スポーツの日", "すぽーつの日 すぽーつのひ 体育の日 たいいくの日 sports_day"),
    Entry("holiday", "文化の日", "文化の日 ぶんかのひ culture_day"),
    Entry(
        "holiday",
        "勤労感謝の日",
        "勤労感謝の日 勤労感謝日 勤労感謝 きんろうかんしゃのひ 勤労かんしゃの日 labor_thanksgiving_day",
    ),
    Entry("holiday", "振替休日", "振替休日 振り替え休日 振替え休日 振り替え ふりかえきゅうじつ"),
    Entry("holiday", "国民の休日", "国民の休日"),
)

JOINS = (
    Entry("no", None, "の _ の、 's_ 's of on the_ _of_ _on_ _of_the_ _the_ at"),
    Entry("topic", None, "は に は、 _at_ _at at_ _in_the_ in_the_"),
    Entry(
        "range", None, "から ~ - ー 〜 からの から、 to until till through thru _to_ _until_ _till_"
    ),
    Entry("range", None, "_through_ _- _~ より"),
    Entry("until", None, "まで までの間 までのあいだ"),
    Entry(
        "list", None, "と や ・ / & か とか or and _or_ _and_ _& もしくは または 又は 及び および"
    ),
    Entry("comma", None, "、 ,"),
    Entry("open", None, "( ["),
    Entry("close", None, ") ]"),
    Entry("shift", 1, "翌日 よくじつ 明くる日 the_day_after day_after"),
    Entry("shift", 1, "次の日 つぎの日 つぎのひ", after=r"(?!曜|よう|程|時|付|取)"),
    Entry("shift", 2, "翌々日 よくよくじつ"),
    Entry(
        "shift", -1, "前日 前の日 ぜんじつ まえの日 the_day_before", after=r"(?!曜|よう|程|時|付)"
    ),
    Entry("shift", -2, "前々日"),
    Entry("shift", 7, "翌週 よくしゅう"),
    Entry("tod", "朝", "朝 あさ morning", after=r"(?![日市食顔礼刊鮮倉霞型景勤焼晩]|っ)"),
    Entry("tod", "早朝", "早朝 そうちょう early_morning"),
    Entry("tod", "未明", "未明"),
    Entry("tod", "明け方", "明け方 あけがた"),
    Entry("tod", "午前", "午前 ごぜん am", after=NO_LETTERS),
    Entry("tod", "午前中", "午前中 ごぜんちゅう"),
    Entry("tod", "昼前", "昼前 お昼前"),
    Entry("tod", "昼", "昼 お昼 ひる おひる", after=r"(?![食寝])"),
    Entry("tod", "昼間", "昼間 ひるま 日中 にっちゅう daytime", after=r"(?!韓|友|関係)"),
    Entry("tod", "昼過ぎ", "昼過ぎ 昼すぎ お昼過ぎ"),
    Entry("tod", "午後", "午後 ごご pm afternoon", after=NO_LETTERS),
    Entry("tod", "夕方", "夕方 ゆうがた 夕 夕刻", after=r"(?![日食刊張立焼陽飯])"),
    Entry(
        "tod",
        "夜",
        "夜 よる 晩 夜間 やかん ばん evening night",
        after=r"(?!空(?![いきくけ])|[景店市桜行勤逃学])",
    ),
    Entry("tod", "深夜", "深夜 しんや 夜中 よなか 真夜中 late_night midnight"),
)

NOT_DATES = (
    Entry("word", None, "毎日 まいにち", after="(?!曜|よう)"),
    Entry("word", None, "毎朝 毎晩 毎夜 まいあさ まいばん 平日 休日"),
    Entry(
        "word",
        None,
        "日曜大工 日曜だいく 日曜版 日曜劇場 日曜学校 日曜美術館 日曜朝市 火曜さすぺんす 水曜どうでしょう "
        "金曜ろーどしょー 土曜わいど 月曜からよふかし 月曜から夜ふかし 土曜の丑 good_friday black_friday "
        "sunday_school",
    ),
    Entry("word", None, "日曜市", after=OFFICE),
    Entry(
        "word",
        None,
        "土日祝 土日祝日 日祝 日祝日 土日・祝日 土・日・祝日 土・日・祝 日・祝日 日曜祝日 日曜・祝日 "
        "日曜日・祝日 日曜日祝日 日曜日や祝日 日曜と祝日 日曜日と祝日 土日や祝日 土日と祝日 土日、祝日",
    ),
    Entry(
        "word",
        None,
        "明日香 明日葉 明日花 明日海 明日菜 明日美 明日奈 明日佳 明日子 あしたば 今日子 きょうこ 今日的 昨日今日",
    ),
    Entry(
        "word",
        None,
        "とうきょう かんきょう えいきょう じょうきょう こうきょう ていきょう べんきょう こきょう きんきょう "
        "しゅうきょう ききょう ふきょう はんきょう ぶっきょう",
    ),
    Entry(
        "word",
        None,
        "三日坊主 三日天下 三日三晩 三日月 二日酔い ふつかよい 十日戎 二十日大根 はつか大根 はつかだいこん "
        "二十日鼠 はつかねずみ 二日市 三日市 四日市 五日市 六日市 七日市 八日市 九日市 十日市 二十日市 廿日市 "
        "二日町 三日町 四日町 五日町 六日町 七日町 八日町 九日町 十日町 24/7 50/50 20/20",
    ),
    Entry(
        "word", None, "月末試験 月末月初 年末調整 祝日法 明日は我が身 このまま この間違い このほか"
    ),
)

LEXICON: tuple[Entry, ...] = (*NOT_DATES, *RELATIVE, *SCOPES, *SEASONS, *JOINS)


def spellings(entry: Entry) -> Iterator[str]:
    """Yield the spellings of an entry, with its spaces."""
    for spelling in entry.spellings.split():
        yield spelling.replace("_", " ")
