"""How a reply is laid out: its first line, links, sources, choices; and the page's sentences."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.channels.web.links import calls_in, linked, safe_url, telephone
from concierge.channels.web.pages import reply_html
from concierge.channels.web.sheet import lay_out
from concierge.channels.web.words import WORDS
from concierge.message import Card, Choice, Need, Reply, Row, Source, Status

SOURCE = Source("ごみ収集日カレンダー", "https://town.example/", updated=date(2026, 4, 1))


def reply(text: str, status: Status = Status.ANSWERED, **fields: object) -> Reply:
    return Reply(status, text, **fields)  # type: ignore[arg-type]


def kinds(text: str, **fields: object) -> list[list[tuple[str, str]]]:
    sheet = lay_out(reply(text, **fields))
    return [[(line.kind, str(line.html)) for line in part] for part in sheet.paragraphs]


def test_every_language_has_every_sentence() -> None:
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS["ja"])}
    assert all(sentence for words in WORDS.values() for sentence in words.values())


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("03-1234-5678", "tel:0312345678"),
        ("電話：０５２（９５５）００００まで", "tel:0529550000"),
        ("(052) 955-0000", "tel:0529550000"),
        ("0120-00-1234", "tel:0120001234"),
        ("090-1234-5678", "tel:09012345678"),
        ("0742ー34ー5001", "tel:0742345001"),
        ("+81-52-955-0000", "tel:+81529550000"),
        ("+81 (0)52-955-0000", "tel:+81529550000"),
        ("＃７１１９へ", "tel:%237119"),
        ("#8000", "tel:%238000"),
        ("119番へ", "tel:119"),
        ("１１０番", "tel:110"),
    ],
)
def test_numbers_to_call_become_links(text: str, href: str) -> None:
    assert f'href="{href}"' in linked(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21",
        "09-11-2026",
        "010-0001",
        "12-3456-7890",
        "0312-345-67890",
        "FAX 03-1234-5678",
        "ファクス：03-1234-5678",
        "119番地",
        "119番目",
        "119人",
        "1119番",
        "3-119番",
        "171番のバス",
        "119",
        "#71190",
        "A#7119",
        "javascript:alert(1)",
        "ftp://town.example/",
        "http://",
        "https://?",
    ],
)
def test_what_is_no_number_to_call_stays_text(text: str) -> None:
    assert "href" not in linked(text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("すぐに119へ電話", ["119"]),
        ("警察は110、火事は119。", ["110", "119"]),
        ("海の事故は「118」", ["118"]),
        ("189（いちはやく）", ["189"]),
        ("119番、119番", ["119"]),
        ("本町119番地の火事で118人、110円", []),
        ("#7119 か 0000-00-0000", ["#7119", "0000-00-0000"]),
    ],
)
def test_an_emergency_offers_the_numbers_it_names(text: str, numbers: list[str]) -> None:
    assert [call.number for call in calls_in(text)] == numbers


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://town.example/a?b=c&d をご覧ください", "https://town.example/a?b=c&amp;d"),
        ("（https://town.example/a）", "https://town.example/a"),
        ("(https://town.example/a)", "https://town.example/a"),
        ("https://town.example/a_(b)。", "https://town.example/a_(b)"),
        ("https://town.example/#119番", "https://town.example/#119"),
        ("https://town.example/03-1234-5678", "https://town.example/03-1234-5678"),
    ],
)
def test_addresses_become_links_without_the_sentence_around_them(text: str, url: str) -> None:
    html = linked(text)
    assert f'<a href="{url}" target="_blank" rel="noopener">' in html
    assert html.count("href") == 1


@given(st.text(alphabet="<>\"'&0119-番()#:/. https電話\n", max_size=80), st.booleans())
def test_links_change_nothing_that_is_read(text: str, urgent: bool) -> None:
    assert linked(text, urgent=urgent).striptags() == _squeezed(text)


def _squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//x", "/x", "", None])
def test_only_web_addresses_are_linked(url: str | None) -> None:
    assert safe_url(url) is None
    html = reply_html(reply("x", sources=(Source("資料", url),)), "ja")
    assert "href" not in html.replace('href="#emblem"', "")
    assert "資料" in html


def test_a_fax_row_is_not_called() -> None:
    card = Card("町", (Row("FAX", "03-1234-5678"), Row("電話", "03-1234-5679")))
    html = reply_html(reply("x", cards=(card,)), "ja")
    assert "tel:0312345679" in html
    assert "tel:0312345678" not in html


def test_a_number_that_cannot_be_dialled_is_not_linked() -> None:
    assert telephone("00-00") is None
    assert telephone("03-1234-567") is None


def test_the_first_line_leads_and_lists_are_items() -> None:
    assert kinds("答えです。\nつづき\n・ひとつ\n\n別の段落") == [
        [("lead", "答えです。"), ("plain", "つづき"), ("item", "・ひとつ")],
        [("plain", "別の段落")],
    ]


def test_a_long_first_line_leads_with_its_first_sentence() -> None:
    (lines,) = kinds("転入届は14日以内です。" + "くわしい説明がつづきます。" * 8)
    assert lines[0] == ("lead", "転入届は14日以内です。")
    assert lines[1][0] == "plain"
    (only,) = kinds("切れ目のない文" * 20)
    assert [kind for kind, _ in only] == ["plain"]


def test_the_line_that_names_the_source_is_not_said_twice() -> None:
    text = "答え\n\n出典：ごみ収集日カレンダー（2026年4月1日更新）"
    assert kinds(text, sources=(SOURCE,)) == [[("lead", "答え")]]
    assert kinds(text)[1][0][0] == "source"


def test_a_line_after_the_last_gap_that_is_more_than_the_source_stays() -> None:
    text = "答え\n\n出典：ごみ収集日カレンダー\n環境課におたずねください"
    assert kinds(text, sources=(SOURCE,))[1] == [("plain", "環境課におたずねください")]
    other = "答え\n\n出典：別の資料"
    assert kinds(other, sources=(SOURCE,))[1] == [("source", "出典：別の資料")]
    named = "答え\n\nごみ収集日カレンダーは役場で配っています"
    assert kinds(named, sources=(SOURCE,))[1][0][0] == "plain"


def test_each_of_several_needs_has_its_answer_set_large() -> None:
    needs = (Need(Status.ANSWERED, "一つめ\n補足"), Need(Status.ANSWERED, "二つめ"))
    parts = kinds("一つめ\n補足\n\n二つめ\n補足\n\n三つめ", needs=needs)
    assert [part[0][0] for part in parts] == ["lead", "lead", "plain"]


def test_sources_are_named_once_with_the_date_in_the_replys_language() -> None:
    sheet = lay_out(reply("x", sources=(SOURCE, SOURCE, Source("表"))))
    assert [(s.title, s.updated) for s in sheet.sources] == [
        ("ごみ収集日カレンダー", "2026年4月1日更新"),
        ("表", None),
    ]
    assert lay_out(reply("x", sources=(SOURCE,), language="en")).sources[0].updated == (
        "updated 1 April 2026"
    )


def test_details_replace_the_choice_that_would_ask_for_them() -> None:
    choices = (Choice("港町", "港町"), Choice("くわしく", "くわしく"), Choice("本町", "本町"))
    sheet = lay_out(reply("x", details="つづき", choices=choices))
    assert [(choice.number, choice.label) for choice in sheet.choices] == [(1, "港町"), (3, "本町")]
    assert len(lay_out(reply("x", choices=choices)).choices) == 3


def test_a_list_of_the_choices_is_not_said_twice() -> None:
    choices = (Choice("住民票（窓口）", "a"), Choice("コンビニ", "b"))
    listed = "もしかして\n1. 住民票（窓口）\n２．コンビニ"
    assert kinds(listed, choices=choices) == [[("lead", "もしかして")]]
    for other in ("1. 住民票（窓口）\n2. 役場", "1. 住民票（窓口）", "1. 転出証明書\n2. 印かん"):
        assert len(kinds(f"もしかして\n{other}", choices=choices)[0]) > 1
    assert len(kinds(listed)[0]) == 3


def test_prose_about_data_is_not_taken_for_a_source() -> None:
    assert [line[0] for line in kinds("答え\n資料は窓口で配っています\n（出典：町史）")[0]] == [
        "lead",
        "plain",
        "source",
    ]


def test_nothing_in_a_reply_becomes_markup() -> None:
    evil = '<img src=x onerror="alert(1)">'
    html = reply_html(
        reply(
            f"{evil}\n\n{evil}",
            Status.EMERGENCY,
            sources=(Source(evil, f"https://town.example/{evil}"),),
            choices=(Choice(evil, evil),),
            cards=(Card(evil, (Row(evil, evil),), evil),),
            details=evil,
            language=evil,
        ),
        "ja",
    )
    assert "<img" not in html
    assert 'lang="ja"' in html


@pytest.mark.parametrize("text", ["", "\n\n", "　", "\r\n\r\nあ"])
def test_odd_texts_are_laid_out(text: str) -> None:
    assert reply_html(reply(text), "ja").count("<article") == 1
