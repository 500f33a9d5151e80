"""The menu below the talk: read from YAML, drawn, installed with a way back."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from concierge.channels.line.rich_menu import draw, objects, read_menu
from concierge.channels.line.rich_menu.drawing import DrawingError, find_font
from concierge.channels.line.rich_menu.layout import ROWS, WIDTH, cells
from concierge.channels.line.rich_menu.reading import MENU_FILE, Area, Menu, Tab, pictograms
from concierge.channels.line.rich_menu_limits import image_problems, menu_problems
from concierge.channels.line.standin import Fault, Kind, StandIn, Thread
from concierge.settings import demonstration
from tests.cli.run import Done, run
from tests.towns import write_town

DEMO = demonstration() / "line" / "rich-menu.yaml"
SMALL = """\
name: 小さなメニュー
下の文字: メニュー
tabs:
  - name: くらし
    項目:
      - 見出し: ごみ
        絵: ごみ
        送る言葉: あしたのごみは？
"""


def menu(tabs: int = 1, areas: int = 1, label: str = "ごみ") -> Menu:
    one = Area(label, None, "ごみ", label, says="あしたのごみは？")
    return Menu(
        "メニュー",
        "メニュー",
        opened=True,
        colour="#0B57A4",
        tabs=tuple(Tab(f"タブ{n}", (one,) * areas) for n in range(tabs)),
    )


def write(folder: Path, text: str) -> Path:
    path = folder / "menu.yaml"
    path.write_text(text, encoding="utf-8")
    return path


# ------------------------------------------------------------------------------------- reading


def test_the_demonstration_towns_menu_is_sound() -> None:
    read, problems = read_menu(DEMO)
    assert (problems, read is None) == ((), False)
    assert read is not None
    assert [tab.name for tab in read.tabs] == ["くらし", "防災・相談"]
    assert [problem for made in objects(read) for problem in menu_problems(made)] == []


def test_every_word_that_the_menu_sends_is_understood() -> None:
    read, _ = read_menu(DEMO)
    assert read is not None
    said = [area.says for tab in read.tabs for area in tab.areas if area.says]
    lines = "".join(json.dumps({"id": text, "text": text}) + "\n" for text in said)
    done = run("ask", "--batch", "-", "--at", "2026-11-20T07:00", stdin=lines.encode())
    told = {each["id"]: each["status"] for each in map(json.loads, done.stdout.splitlines())}
    assert len(told) == len(said)
    assert {
        text: status for text, status in told.items() if status not in ("answered", "clarify")
    } == {}


def test_a_menu_in_japanese_words(tmp_path: Path) -> None:
    read, problems = read_menu(write(tmp_path, SMALL))
    assert problems == ()
    assert read is not None
    assert read.tabs[0].areas == (Area("ごみ", None, "ごみ", "ごみ", says="あしたのごみは？"),)


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (lambda text: text.replace("下の文字: メニュー", "下の文字: " + "あ" * 15), "too-long", 2),
        (lambda text: text.replace("見出し: ごみ", "見出し: " + "あ" * 21), "too-long", 6),
        (lambda text: text.replace("送る言葉", "知らない言葉"), "one-action", 6),
        (lambda text: text + "        電話: 00-0000-1100\n", "one-action", 6),
        (lambda text: text.replace("送る言葉: あしたのごみは？", "電話: 119 118"), "bad-phone", 8),
        (
            lambda text: text.replace(
                "送る言葉: あしたのごみは？", "ページ: https://a.jp/" + "a" * 1000
            ),
            "bad-address",
            8,
        ),
        (lambda text: text + "color: あお\n", "bad-colour", 9),
        (lambda text: text + "color: '#ffee00'\n", "pale-colour", 9),
        (lambda text: text.replace("絵: ごみ", "絵: うちゅうじん"), None, 7),
        (lambda text: text.replace("name: くらし", "name: " + "あ" * 11), "too-long", 4),
    ],
)
def test_mistakes_are_told_with_their_place(
    tmp_path: Path, change: Callable[[str], str], code: str | None, line: int
) -> None:
    read, problems = read_menu(write(tmp_path, change(SMALL)))
    assert read is None
    errors = [problem for problem in problems if problem.severity == "error"]
    assert line in [problem.line for problem in errors]
    assert code is None or code in [problem.code for problem in errors]


def test_a_mistake_stands_among_those_of_the_folder(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "まち")
    (folder / "line").mkdir()
    (folder / MENU_FILE).write_text(SMALL.replace("送る言葉", "電話"), encoding="utf-8")
    done = run("data", "check", str(folder), "--json")
    told = [(each["file"], each["line"]) for each in json.loads(done.stdout)]
    assert done.code == 1
    assert (MENU_FILE, 8) in told


def test_too_much_for_a_menu(tmp_path: Path) -> None:
    area = SMALL.split("項目:\n")[1]
    many = SMALL + area * 12
    assert "too-many-areas" in [each.code for each in read_menu(write(tmp_path, many))[1]]
    tab = SMALL.split("tabs:\n")[1]
    assert "too-many-tabs" in [each.code for each in read_menu(write(tmp_path, SMALL + tab * 4))[1]]


@pytest.mark.parametrize("text", ["", "name: x\n", "- a\n", "tabs: []\nname: a\nbar: b\n", "{{{"])
def test_what_is_no_menu(tmp_path: Path, text: str) -> None:
    read, problems = read_menu(write(tmp_path, text))
    assert read is None
    assert text == "" or problems


# ------------------------------------------------------------------------------ board and picture


@pytest.mark.parametrize("areas", ROWS)
@pytest.mark.parametrize("tabs", [1, 2, 4])
def test_the_areas_fill_the_board_without_overlap(tabs: int, areas: int) -> None:
    made = objects(menu(tabs, areas))
    assert len(made) == tabs
    for each in made:
        assert menu_problems(each) == []
        width, height = each["size"]["width"], each["size"]["height"]
        covered = sum(a["bounds"]["width"] * a["bounds"]["height"] for a in each["areas"])
        own = (
            0
            if tabs == 1
            else min(220 * (WIDTH * (n + 1) // tabs - WIDTH * n // tabs) for n in range(tabs))
        )
        assert covered >= width * height - max(own, 220 * (WIDTH // tabs + 1) if tabs > 1 else 0)
        assert covered <= width * height - own
    assert len(cells(menu(tabs, areas), menu(tabs, areas).tabs[0])) == areas


def test_tabs_lead_to_each_other() -> None:
    first, second = objects(menu(2))
    (switch,) = [a["action"] for a in first["areas"] if a["action"]["type"] == "richmenuswitch"]
    assert switch["richMenuAliasId"] == "concierge-tab-2"
    assert second["areas"][0]["action"]["richMenuAliasId"] == "concierge-tab-1"
    assert [a["action"]["type"] for a in objects(menu(1))[0]["areas"]] == ["message"]


def test_the_pictures_are_what_line_takes() -> None:
    image = pytest.importorskip("PIL.Image")
    read, _ = read_menu(DEMO)
    assert read is not None
    for picture, made in zip(draw(read), objects(read), strict=True):
        assert image_problems(picture, made["size"]) == []
        colours = image.open(io.BytesIO(picture)).convert("RGB").getcolors(maxcolors=1 << 20)
        assert len(colours) > 20, "letters and pictures, not an empty board"
    tabs = draw(menu(4, 12, "とても長い見出しでも枠に収まるかどうか"))
    assert [image_problems(each) for each in tabs] == [[]] * 4


def test_every_pictogram_can_be_drawn() -> None:
    pytest.importorskip("PIL")
    for name in pictograms():
        one = Area("絵", "説明", name, "絵", says="絵")
        draw(Menu("絵", "絵", opened=True, colour="#0B57A4", tabs=(Tab("一", (one,)),)))


def test_letters_that_the_font_lacks_are_refused() -> None:
    pytest.importorskip("PIL")
    with pytest.raises(DrawingError, match="🗑"):
        draw(menu(label="ごみ🗑"))


def test_a_font_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DrawingError, match="フォント"):
        find_font(tmp_path / "nothing.ttf")
    broken = write(tmp_path, "no font")
    pytest.importorskip("PIL")
    with pytest.raises(DrawingError, match="フォントを読めません"):
        draw(menu(), broken)


# ------------------------------------------------------------------------------------ installing


@pytest.fixture
def standin() -> StandIn:
    return StandIn()


@pytest.fixture
def install(
    standin: StandIn, served: Thread, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Done]:
    """Run `concierge line rich-menu` on the stand-in's account."""
    pytest.importorskip("PIL")
    monkeypatch.setattr("concierge.channels.line.rich_menu.drawing.SCALE", 1)
    monkeypatch.delenv("LINE_CHANNEL_ACCESS_TOKEN", raising=False)
    monkeypatch.delenv("LINE_CHANNEL_PRIVATE_KEY", raising=False)
    monkeypatch.setenv("LINE_CHANNEL_SECRET", standin.secret)
    monkeypatch.setenv("LINE_CHANNEL_ID", standin.tokens.channel_id)
    monkeypatch.setenv("LINE_API_BASE", served.url)
    monkeypatch.setenv("LINE_DATA_API_BASE", served.url)
    monkeypatch.chdir(tmp_path)
    return lambda *more, **extra: run("line", "rich-menu", *more, **extra)


def shown(standin: StandIn) -> tuple[str, list[str]]:
    """Return what residents see: the default menu's name, and where its tabs lead."""
    menus = standin.menus
    names = [menus.menus[menus.aliases[alias]].content["name"] for alias in sorted(menus.aliases)]
    return menus.menus[menus.default or ""].content["name"], names


def test_a_menu_is_installed_and_installed_again(
    install: Callable[..., Done], standin: StandIn, tmp_path: Path
) -> None:
    first = install("--yes")
    assert first.code == 0, first.stderr
    assert "今は、メニューがありません" in first.stdout
    expected = (
        "あさなぎ市メニュー くらし",
        ["あさなぎ市メニュー くらし", "あさなぎ市メニュー 防災・相談"],
    )
    assert shown(standin) == expected
    again = install("--yes")
    assert again.code == 0
    assert "に控えました" in again.stdout
    assert shown(standin) == expected
    assert len(standin.menus.menus) == 2, "the menus of before are gone"
    assert standin.refused == []


def test_it_asks_before_and_can_be_told_no(install: Callable[..., Done], standin: StandIn) -> None:
    assert install(stdin=b"n\n").code == 1
    assert standin.menus.menus == {}
    assert install(stdin=b"y\n").code == 0
    assert len(standin.menus.menus) == 2


def test_what_was_there_comes_back(
    install: Callable[..., Done], standin: StandIn, tmp_path: Path
) -> None:
    small = write(tmp_path, SMALL)
    assert install(str(small), "--yes").code == 0
    before = standin.menus.menus[standin.menus.default or ""]
    assert install("--yes", "--at", "2026-11-21T10:00").code == 0
    assert shown(standin)[0] == "あさなぎ市メニュー くらし"
    kept = tmp_path / "var" / "rich-menu" / "20261121-100000"
    assert install("--restore", str(kept), "--yes", "--at", "2026-11-21T11:00").code == 0
    after = standin.menus.menus[standin.menus.default or ""]
    assert (after.content, after.image) == (before.content, before.image)
    assert standin.menus.aliases == {}
    both = tmp_path / "var" / "rich-menu" / "20261121-110000"
    assert install("--restore", str(both), "--yes").code == 0
    assert len(shown(standin)[1]) == 2


def test_a_failure_leaves_the_old_menu(
    install: Callable[..., Done], standin: StandIn, tmp_path: Path
) -> None:
    assert install(str(write(tmp_path, SMALL)), "--yes").code == 0
    before = (standin.menus.default, dict(standin.menus.aliases), len(standin.menus.menus))
    standin.faults.script("setRichMenuImage", None, Fault(Kind.ERROR_BEFORE))
    failed = install("--yes")
    assert failed.code == 2
    assert "LINEが受け付けませんでした" in failed.stderr
    assert (standin.menus.default, standin.menus.aliases, len(standin.menus.menus)) == before


def test_a_dry_run_only_draws(
    install: Callable[..., Done], standin: StandIn, tmp_path: Path
) -> None:
    done = install("--dry-run", "--into", "絵")
    assert done.code == 0
    assert sorted(path.name for path in (tmp_path / "絵").iterdir()) == [
        "rich-menu-1.png",
        "rich-menu-2.png",
    ]
    assert sum(standin.calls.values()) == 0


def test_mistakes_stop_it(install: Callable[..., Done], standin: StandIn, tmp_path: Path) -> None:
    wrong = install(str(write(tmp_path, SMALL.replace("送る言葉", "電話"))), "--yes")
    assert wrong.code == 1
    assert "menu.yaml:8" in wrong.stderr
    assert install("--restore", str(tmp_path), "--yes").code == 2
    assert standin.menus.menus == {}


def test_without_settings_it_says_what_is_missing(
    install: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LINE_CHANNEL_SECRET")
    done = install("--yes")
    assert done.code == 2
    assert "LINE_CHANNEL_SECRET" in done.stderr


def test_a_town_without_a_menu(install: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "まち").mkdir()
    done: Any = install("--knowledge", str(tmp_path / "まち"), "--dry-run")
    assert done.code == 2
    assert "rich-menu.yaml" in done.stderr
