"""How residents write the places of a made-up town that has every shape of published name."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.language.normalize import normalize
from concierge.language.places import AreaFinder
from concierge.waste.model import Area

PUBLISHED = """
泉町
泉本町
本町
赤堤1・3～5
赤堤2
青山１〜９丁目
橋南地区 上乃木一～三丁目
橋南地区 上乃木四～十丁目
橋南地区 魚町
橋北地区 秋鹿町
香川・松風台・堤・みずき地区
猪名寺一・二丁目
猪名寺三丁目
稲葉荘（国道2号に面した家庭は除く）
稲葉荘の国道2号に面した家庭
あけぼの町会
峰山町１区
峰山町２区
峰山町安
川町（松子団地）
川町（松子団地を除く）
長沼町（1515〜1520番地）
長沼町（1515〜1520番地を除く）
大島1丁目
大島3丁目（1～17、36）
大島3丁目（18～35）
上柚木
上柚木２〜３丁目
追浜町
追浜東町
追浜南町
自由ヶ丘
鹿ノ台
休泊龍舞町
濱之郷
金澤町
髙嶋
渡邉町
北沢１・２丁目
浅田
陶
林
額
花園
桜１〜３丁目
昭和
西部
中央本町
平田1 2
平田3 4
新番丁
新番丁（四番丁）
南新町（ミナミシンチョウ）
南新町（ミナミシンマチ）
羽床上・下・小野
大字北方
""".strip().splitlines()
AREAS = (
    *(Area(index, name) for index, name in enumerate(PUBLISHED)),
    Area(len(PUBLISHED), "旭ヶ峰町", reading="あさひがみねちょう"),
    Area(len(PUBLISHED) + 1, "野川", ("高津区",)),
    Area(len(PUBLISHED) + 2, "野川", ("宮前区",)),
    Area(len(PUBLISHED) + 3, "久地", ("高津区",)),
    Area(len(PUBLISHED) + 4, "有馬", ("宮前区",)),
)
FINDER = AreaFinder(AREAS, ("東国県", "架空市"))
TABLE = [
    line.split("\t")
    for line in Path(__file__)
    .with_name("place_spellings.tsv")
    .read_text(encoding="utf-8")
    .splitlines()
    if not line.startswith("#")
]


def found(text: str, finder: AreaFinder = FINDER) -> list[str]:
    matches = finder.find(normalize(text))
    return [area.name for match in matches for area in match.areas]


def resolved(text: str, finder: AreaFinder = FINDER) -> list[str]:
    return [area.full_name for area in finder.resolve(normalize(text))]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_spellings(text: str, expected: str) -> None:
    matches = FINDER.find(normalize(text))
    if expected == "-":
        assert not matches
    elif expected == "∅":
        assert [match.areas for match in matches] == [()]
    else:
        assert found(text) == expected.split("｜")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("泉", ["泉町"]),
        ("泉です", ["泉町"]),
        ("うーん、泉かな", ["泉町"]),
        ("陶", ["陶"]),
        ("桜", ["桜１〜３丁目"]),
        ("額", ["額"]),
        ("えっと、堤だと思います", ["香川・松風台・堤・みずき地区"]),
        ("みずき", ["香川・松風台・堤・みずき地区"]),
        ("みずきです", ["香川・松風台・堤・みずき地区"]),
        ("上柚木", ["上柚木"]),
        ("上柚木です", ["上柚木"]),
        ("上柚木2〜3丁目", ["上柚木２〜３丁目"]),
        ("赤堤1・3~5", ["赤堤1・3～5"]),
        ("川町（松子団地を除く）", ["川町（松子団地を除く）"]),
        ("川町", ["川町（松子団地）", "川町（松子団地を除く）"]),
        ("高津区野川", ["高津区野川"]),
        ("野川", ["高津区野川", "宮前区野川"]),
        ("泉町と本町の間", ["泉町", "本町"]),
        ("赤堤8丁目", []),
        ("わかりません", []),
        ("はい", []),
        ("です", []),
        ("", []),
        ("？？？", []),
        ("5", []),
        ("いつもの", []),
        ("北区", []),
        ("燃えるごみ", []),
    ],
)
def test_answers(answer: str, expected: list[str]) -> None:
    assert resolved(answer) == expected


def test_a_finder_of_a_few_areas_reads_the_rest_of_an_answer() -> None:
    def few(*names: str) -> AreaFinder:
        return AreaFinder([Area(0, name) for name in names])

    akatsutsumi = few("赤堤1・3～5", "赤堤2")
    assert resolved("2丁目", akatsutsumi) == ["赤堤2"]
    assert resolved("二丁目です", akatsutsumi) == ["赤堤2"]
    assert resolved("1丁目かな", akatsutsumi) == ["赤堤1・3～5"]
    assert resolved("6丁目", akatsutsumi) == []
    sides = few("大庭町（国道から東側）", "大庭町（国道から西側）")
    assert resolved("東側", sides) == ["大庭町（国道から東側）"]
    assert resolved("西側です", sides) == ["大庭町（国道から西側）"]
    assert resolved("国道から東側", sides) == ["大庭町（国道から東側）"]
    assert resolved("北側", sides) == []


def test_what_is_published_under_exactly_that_name_is_marked() -> None:
    (match,) = FINDER.find(normalize("上柚木の燃えるごみ"))
    assert [area.name for area in match.areas] == ["上柚木", "上柚木２〜３丁目"]
    assert [area.name for area in match.exact] == ["上柚木"]


def test_offsets_and_text_are_the_residents_own() -> None:
    text = normalize("あした ｱｹﾎﾞﾉ町会 と 赤堤２－１ は？")
    first, second = FINDER.find(text)
    assert (first.text, second.text) == ("ｱｹﾎﾞﾉ町会", "赤堤２－１")
    assert text.text[second.start : second.end] == "赤堤2-1"
    (match,) = FINDER.find(normalize("東国県架空市赤堤十丁目"))
    assert match.text == "東国県架空市赤堤十丁目"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("赤提2丁目", "赤堤2"),
        ("松風代", "香川・松風台・堤・みずき地区"),
        ("北浅田町", "浅田"),
        ("追浜北町", "追浜東町"),
        ("上乃本", "橋南地区 上乃木一～三丁目"),
        ("中央元町", "中央本町"),
        ("赤堤8丁目", "赤堤1・3～5"),
        ("えっと、峰山街1区です", "峰山町１区"),
        ("自由がお丘の燃えるごみ", "自由ヶ丘"),
    ],
)
def test_near_misses_are_suggested_and_never_found(text: str, expected: str) -> None:
    assert not any(match.areas for match in FINDER.find(normalize(text)))
    suggestions = [area.name for area in FINDER.suggest(normalize(text))]
    assert expected in suggestions
    assert len(suggestions) <= 3


def test_nothing_near_is_suggested_for_something_else() -> None:
    for text in ("燃えるごみの日", "ありがとう", "", "1", "電話番号教えて", "こんにちは"):
        assert FINDER.suggest(normalize(text)) == []


def test_without_municipality_any_citys_name_is_taken_for_its_own() -> None:
    finder = AreaFinder([Area(0, "松山町"), Area(1, "駄市川原")])
    assert found("架空市松山町の燃えるごみ", finder) == ["松山町"]
    assert found("明日 駄市川原 プラ", finder) == ["駄市川原"]


def test_the_towns_own_name_is_not_the_area_named_alike() -> None:
    finder = AreaFinder([Area(0, "太田1～5丁目"), Area(1, "市川")], ("太田市", "市川市"))
    assert found("太田の燃えるごみ", finder) == []
    assert found("市川市の燃えるごみ", finder) == []
    assert found("太田市太田3丁目", finder) == ["太田1～5丁目"]
    assert resolved("市川", finder) == ["市川"]


READ = AreaFinder(
    [
        Area(0, "栄町", reading="さかえちょう"),
        Area(1, "若葉町1〜3丁目", reading="わかばちょう1〜3ちょうめ"),
        Area(2, "若葉町4〜6丁目", reading="わかばちょう4〜6ちょうめ"),
        Area(3, "大字下沢", reading="おおあざしもさわ"),
        Area(4, "峰町", reading="みねちょう"),
        Area(5, "灯台通", reading="とうだいどおり"),
        Area(6, "八丁堀", reading="はっちょうぼり"),
    ]
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("さかえちょうです", ["栄町"]),
        ("さかえちょう", ["栄町"]),
        ("サカエチョウのごみ", ["栄町"]),
        ("わかばちょう2ちょうめ", ["若葉町1〜3丁目"]),
        ("わかば町5丁目", ["若葉町4〜6丁目"]),
        ("わかばちょう５丁目です", ["若葉町4〜6丁目"]),
        ("わかばちょう", ["若葉町1〜3丁目", "若葉町4〜6丁目"]),
        ("しもさわです", ["大字下沢"]),
        ("When is garbage day in Sakae-cho?", ["栄町"]),
        ("Sakaecho burnable", ["栄町"]),
        ("sakae cho", ["栄町"]),
        ("Wakaba-cho 5-chome", ["若葉町4〜6丁目"]),
        ("I live in Wakaba-cho 2 chome", ["若葉町1〜3丁目"]),
        ("Todaidori", ["灯台通"]),
        ("Hatchobori please", ["八丁堀"]),
        ("this bag is mine", []),
        ("Mine-cho", ["峰町"]),
        ("sakaechoral", []),
    ],
)
def test_readings_and_latin_letters_where_a_reading_is_published(
    text: str, expected: list[str]
) -> None:
    assert found(text, READ) == expected


def test_more_shapes_of_published_names() -> None:
    names = [
        "本町（1丁目・2丁目）",
        "本町（3丁目）",
        "東町1丁目から3丁目",
        "東町４丁目，５丁目",
        "日乃出町",
        "中里、下里、上里",
        "桐ヶ作 丸山 大平",
        "湖山町東１・２丁目",
        "湖山町北１丁目",
        "八幡町会",
        "八幡ハイツ自治会",
        "帝台１～６丁目",
        "帝台中町",
    ]
    finder = AreaFinder([Area(index, name) for index, name in enumerate(names)])
    assert found("本町2丁目", finder) == ["本町（1丁目・2丁目）"]
    assert found("本町三丁目のプラ", finder) == ["本町（3丁目）"]
    assert found("本町", finder) == names[:2]
    assert found("東町2丁目", finder) == ["東町1丁目から3丁目"]
    assert found("東町五丁目", finder) == ["東町４丁目，５丁目"]
    assert found("日の出町の燃えるごみ", finder) == ["日乃出町"]
    assert found("下里の燃えるごみ", finder) == ["中里、下里、上里"]
    assert found("丸山の燃えるごみ", finder) == ["桐ヶ作 丸山 大平"]
    assert found("湖山町東2丁目", finder) == ["湖山町東１・２丁目"]
    assert found("湖山町", finder) == ["湖山町東１・２丁目", "湖山町北１丁目"]
    assert found("八幡です", finder) == ["八幡町会"]
    assert found("八幡ハイツです", finder) == ["八幡ハイツ自治会"]
    assert found("八幡ハイムです", finder) == []
    assert found("帝台町です", finder) == []
    assert found("1丁目です", finder) == []
    assert all(resolved(name, finder) == [name] for name in names)


def test_no_areas_and_odd_areas() -> None:
    assert found("泉町", AreaFinder(())) == []
    odd = [
        Area(i, name)
        for i, name in enumerate(("", " ", "（）", "・", "1", "〜", "泉町\x08", "丁目"))
    ]
    finder = AreaFinder(odd)
    assert found("泉町の燃えるごみ", finder) == ["泉町\x08"]


@pytest.mark.parametrize("piece", ["一", "一・", "十", "赤堤1・", "1-", "泉", "えっと", "架空市"])
def test_time_grows_with_length_alone(piece: str) -> None:
    text = normalize(piece * (5_000 // len(piece)))
    begun = time.process_time()
    FINDER.find(text)
    FINDER.resolve(text)
    assert time.process_time() - begun < 5


@given(
    st.text(
        alphabet=st.sampled_from(
            "泉町赤堤上乃木一二十丁目区123-~・、（）() 　のでは大字市東国県架空ー〒ヶが\ufe0f\U000e0100"
        ),
        max_size=30,
    )
)
def test_never_raises_and_offsets_hold(text: str) -> None:
    normalized = normalize(text)
    last = 0
    for match in FINDER.find(normalized):
        assert last <= match.start < match.end <= len(normalized.text)
        last = match.end
        assert set(match.exact) <= set(match.areas)
    FINDER.resolve(normalized)
    FINDER.suggest(normalized)


@given(
    st.lists(st.text(alphabet="泉町一二丁目123~・（）() -除く番地区の", max_size=12), max_size=6)
)
def test_any_published_name_resolves_to_itself(names: list[str]) -> None:
    areas = [Area(index, name) for index, name in enumerate(names)]
    finder = AreaFinder(areas)
    for area in areas:
        if any(character.isalnum() for character in area.name):
            assert area in finder.resolve(normalize(area.name))


@given(st.text(max_size=200))
def test_any_text_is_survived(text: str) -> None:
    normalized = normalize(text)
    for match in FINDER.find(normalized):
        assert 0 <= match.start < match.end <= len(normalized.text)
    FINDER.resolve(normalized)
    FINDER.suggest(normalized)
