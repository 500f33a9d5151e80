"""`concierge ask`: what it prints, what it keeps, and that nothing on a line costs another line."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.programs import PROGRAM, clean_environment, concierge, invoke, json_lines
from tests.towns import FRIDAY, write_town

KEYS = {
    "text": str,
    "status": str,
    "intent": str | None,
    "slots": dict,
    "engine": str | None,
    "answer_id": str | None,
    "confidence": int | float,
    "sources": list,
    "choices": list,
    "parts": list,
    "trace": list | None,
}
"""The keys of every answer as documented, and what they hold."""
STATUSES = {"answered", "clarify", "suggest", "abstain", "emergency"}
SOURCE = {"title", "url", "file", "row", "updated"}
ASKED = "住民票がほしい"
LINE = json.dumps({"id": "a", "text": ASKED}, ensure_ascii=False).encode()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_town(tmp_path_factory.mktemp("ask") / "town")


def ask(town: Path, *arguments: str) -> dict[str, Any]:
    result = invoke("ask", *arguments, "--json", "--knowledge", str(town), "--at", FRIDAY)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    found: dict[str, Any] = json.loads(result.stdout_bytes)
    return found


def batch(town: Path, given: bytes, *more: str) -> list[dict[str, Any]]:
    arguments = ["ask", "--batch", "-", "--knowledge", str(town), "--at", FRIDAY, *more]
    result = invoke(*arguments, given=given)
    assert result.exit_code == 0, result.output
    answers = json_lines(result.stdout_bytes)
    for answer in answers:
        assert {"id", *KEYS} <= answer.keys()
    return answers


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (ASKED, "answered"),
        ("柳沢の燃えるごみいつ", "answered"),
        ("燃えるごみいつ", "clarify"),
        ("泉町の燃えるごみいつ", "clarify"),
        ("宇宙旅行の申し込みはできますか", "abstain"),
        ("家が燃えてる！", "emergency"),
        ("ありがとう", "answered"),
        ("", "clarify"),
        ("When is garbage day?", "clarify"),
        ("あ" * 2000, "clarify"),
    ],
)
def test_every_documented_key_is_always_present(town: Path, text: str, status: str) -> None:
    answer = ask(town, text)
    assert answer["status"] == status
    for key, kind in KEYS.items():
        assert isinstance(answer[key], kind), key
    assert 0 <= answer["confidence"] <= 1
    assert answer["trace"] is None
    for source in answer["sources"]:
        assert source.keys() == SOURCE
    assert all(isinstance(choice, str) for choice in answer["choices"])
    assert ("emergency_kind" in answer["slots"]) == (status == "emergency")


def test_parts_have_the_same_keys(town: Path) -> None:
    answer = ask(town, "住民票がほしい。あと犬を飼いはじめた")
    assert {"text", "status", "intent", "slots", "engine", "answer_id"} <= answer.keys()
    for part in answer["parts"]:
        assert part.keys() == KEYS.keys() - {"parts", "trace"}
        assert part["status"] in STATUSES


def test_explain_adds_the_trace_and_nothing_else(town: Path) -> None:
    plain, explained = ask(town, ASKED), ask(town, ASKED, "--explain")
    assert explained["trace"]
    assert {**explained, "trace": None} == plain


def test_without_json_a_person_reads_text_choices_and_why(town: Path) -> None:
    result = invoke("ask", ASKED, "--explain", "--knowledge", str(town), "--at", FRIDAY)
    assert result.stdout.startswith("町民課の窓口で取れます。")
    assert "  1. くわしく" in result.stdout
    assert "判断: answered（faq" in result.stdout


@pytest.mark.parametrize("as_json", [True, False])
def test_output_is_utf_8_whatever_the_terminal_says(town: Path, as_json: bool) -> None:
    env = clean_environment(LANG="C", LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    done = concierge(
        "ask", ASKED, "--knowledge", str(town), *(["--json"] if as_json else []), env=env
    )
    assert done.returncode == 0
    assert done.stderr == b""
    assert "町民課の窓口で取れます。" in done.stdout.decode()
    if as_json:
        assert json.loads(done.stdout)["answer_id"] == "juminhyo"


def test_text_that_is_not_utf_8_is_answered(town: Path) -> None:
    done = concierge("ask", b"\xff\xfe\x8f\x5a", "--json", "--knowledge", str(town))
    assert done.returncode == 0
    assert json.loads(done.stdout)["status"] in STATUSES


ODD_LINES: dict[str, tuple[bytes, bool]] = {
    "sound": (LINE, True),
    "bom": (b"\xef\xbb\xbf" + LINE, True),
    "crlf": (LINE + b"\r", True),
    "spaces around": (b"  " + LINE + b"\t", True),
    "lone surrogates": (b'{"id":"\\ud800","text":"\\udc00","session":"\\ud83d"}', True),
    "empty text": (b'{"text":""}', True),
    "control characters": (b'{"text":"a\\u0000\\u001bb"}', True),
    "last moment": (b'{"text":"x","at":"9999-12-31T23:59"}', True),
    "first moment": (b'{"text":"x","at":"0001-01-01"}', True),
    "numbers as id and session": (b'{"id":7,"text":"x","session":7}', True),
    "nulls": (b'{"text":"x","area":null,"at":null,"lang":null,"session":null}', True),
    "unknown key": (b'{"text":"x","colour":"red"}', True),
    "blank": (b"", False),
    "spaces": (b"   ", False),
    "no json": (b"nonsense", False),
    "half an object": (LINE[:-3], False),
    "two objects": (LINE + LINE, False),
    "a list": (b'[{"text":"x"}]', False),
    "null": (b"null", False),
    "no text": (b'{"id":"x"}', False),
    "text null": (b'{"text":null}', False),
    "text a number": (b'{"text":5}', False),
    "text a list": (b'{"text":["x"]}', False),
    "area a number": (b'{"text":"x","area":3}', False),
    "at a number": (b'{"text":"x","at":2026}', False),
    "at nonsense": (b'{"text":"x","at":"nonsense"}', False),
    "at past the end": (b'{"text":"x","at":"9999-12-31T23:59-12:00"}', False),
    "lang a list": (b'{"text":"x","lang":["ja"]}', False),
    "session an object": (b'{"text":"x","session":{}}', False),
    "not utf-8": (b'{"text":"\x8f\x5a"}', False),
    "not a number": (b'{"id":NaN,"text":"x"}', False),
    "infinity": (b'{"id":1e999,"text":"x"}', False),
    "deep": (b"[" * 100_000, False),
    "huge number": (b'{"id":' + b"9" * 5000 + b',"text":"x"}', False),
    "huge": (b'{"text":"' + b"a" * 2_500_000 + b'"}', False),
}


def test_one_line_out_for_each_line_in_whatever_is_in_them(town: Path) -> None:
    answers = batch(town, b"\n".join(line for line, _ in ODD_LINES.values()) + b"\n")
    assert len(answers) == len(ODD_LINES)
    for (name, (_, sound)), answer in zip(ODD_LINES.items(), answers, strict=True):
        assert (answer.get("error") is None) == sound, name
        if sound:
            assert answer["status"] in STATUSES
        else:
            assert answer["error"].startswith("読み取れない行です: ")
            assert not answer["error"].isascii()
            assert [answer[key] for key in ("sources", "choices", "parts")] == [[], [], []]
    assert [answer["answer_id"] for answer in answers[:4]] == ["juminhyo"] * 4
    assert answers[-1]["error"] == "読み取れない行です: 1行が長すぎます（1000000バイトまで）。"


def test_what_a_broken_line_says_of_itself_is_given_back(town: Path) -> None:
    (answer,) = batch(town, b'{"id":"q7","text":3}')
    assert answer["id"] == "q7"


@pytest.mark.parametrize(("given", "number"), [(b"", 0), (LINE, 1), (b"\n", 1), (LINE + b"\n", 1)])
def test_the_end_of_the_file_is_no_line(town: Path, given: bytes, number: int) -> None:
    assert len(batch(town, given)) == number


def test_a_file_with_each_line_s_own_area_moment_and_language(town: Path, tmp_path: Path) -> None:
    lines = [
        {"id": 1, "text": "燃えるごみいつ", "area": "柳沢"},
        {"id": 2, "text": "燃えるごみいつ", "area": "柳沢", "at": "2026-11-24T07:00"},
        {"id": 3, "text": "燃えるごみいつ", "area": "火星町"},
        {"id": 4, "text": ASKED, "lang": "en"},
    ]
    file = tmp_path / "lines.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    result = invoke("ask", "--batch", str(file), "--knowledge", str(town), "--at", FRIDAY)
    friday, tuesday, nowhere, english = json_lines(result.stdout_bytes)
    assert "11月20日（金）" in friday["text"]
    assert "11月24日（火）" in tuesday["text"]
    assert nowhere["status"] == "clarify"
    assert english["language"] == "en"


def test_a_session_is_one_conversation_and_no_session_is_none(town: Path) -> None:
    lines = [
        {"text": "ペットボトルいつ", "session": "a"},
        {"text": "ペットボトルいつ"},
        {"text": "柳沢", "session": "a"},
        {"text": "柳沢", "session": "b"},
        {"text": "柳沢"},
    ]
    answers = batch(town, "\n".join(map(json.dumps, lines)).encode())
    assert [answer["slots"].get("category") for answer in answers[2:]] == [
        "ペットボトル",
        None,
        None,
    ]


def test_without_record_nothing_is_written(town: Path, tmp_path: Path) -> None:
    given = b'{"text":"' + "柳沢を自宅として覚えて".encode() + b'","session":"a"}\n'
    before = sorted(town.rglob("*"))
    done = concierge("ask", "--batch", "-", "--knowledge", str(town), given=given, folder=tmp_path)
    assert "覚えました" in json_lines(done.stdout)[0]["text"]
    assert list(tmp_path.iterdir()) == []
    assert sorted(town.rglob("*")) == before


def test_with_record_a_session_goes_on_in_a_later_process(town: Path, tmp_path: Path) -> None:
    call = ("ask", "--batch", "-", "--record", "--knowledge", str(town), "--at", FRIDAY)
    texts = [b'{"text":"%b","session":"a"}' % t.encode() for t in ("ペットボトルいつ", "柳沢")]
    first = concierge(*call, given=texts[0], folder=tmp_path)
    assert json_lines(first.stdout)[0]["status"] == "clarify"
    assert (tmp_path / "var" / "concierge.db").is_file()
    second = concierge(*call, given=texts[1], folder=tmp_path)
    assert json_lines(second.stdout)[0]["slots"]["category"] == "ペットボトル"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "質問か --batch のどちらか一方を指定してください。"),
        (["x", "--batch", "-"], "質問か --batch のどちらか一方を指定してください。"),
        (["x", "y"], "余分な指定があります: y"),
        (["x", "--knowledge", "/nonexistent"], "「/nonexistent」というフォルダーはありません。"),
        (["--batch", "/nonexistent"], "「/nonexistent」というファイルはありません。"),
        (["--batch", "/"], "「/」はファイルではなくフォルダーです。"),
        (["x", "--jsno"], "「--jsno」という指定はありません（もしかして --json）。"),
        (["x", "--at"], "--at の後に値を書いてください。"),
        (["x", "--json=1"], "--json の後に値は書けません。"),
    ],
)
def test_wrong_use_is_told_in_japanese_with_exit_2(arguments: list[str], said: str) -> None:
    result = invoke("ask", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.rstrip().endswith(said)


@pytest.mark.parametrize("given", ["/nonexistent"])
def test_a_folder_named_by_the_environment_is_checked_too(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("CONCIERGE_KNOWLEDGE", given)
    result = invoke("ask", "x")
    assert result.exit_code == 2
    assert "フォルダー" in result.stderr


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-11-20", "11月20日（金）"),
        ("2026-11-20T07:00", "11月20日（金）"),
        ("2026-11-20 07:00:30", "11月20日（金）"),
        ("20261120T0700", "11月20日（金）"),
        (" 2026-11-20T07:00 ", "11月20日（金）"),
        ("2026-11-19T22:00Z", "11月20日（金）"),
        ("2026-11-20T12:00+14:00", "11月20日（金）"),
        ("2026-11-20T00:00-10:00", "11月24日（火）"),
    ],
)
def test_at_sets_the_clock_in_tokyo(town: Path, at: str, day: str) -> None:
    result = invoke("ask", "柳沢の燃えるごみいつ", "--json", "--knowledge", str(town), "--at", at)
    assert day in json.loads(result.stdout_bytes)["text"].splitlines()[0]


@pytest.mark.parametrize(
    "at", ["", "nonsense", "2026-02-30", "2026/11/20", "きょう", "9999-12-31T23:59-12:00", "0"]
)
def test_a_moment_that_is_none_is_told_with_exit_2(at: str) -> None:
    result = invoke("ask", "x", "--at", at)
    assert result.exit_code == 2
    assert "日時「" in result.stderr


def test_a_reader_who_leaves_early_is_no_traceback(town: Path) -> None:
    env = clean_environment()
    with subprocess.Popen(
        [PROGRAM, "ask", "--batch", "-", "--knowledge", town],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
    ) as running:
        assert running.stdin and running.stdout and running.stderr
        running.stdin.write(LINE + b"\n")
        running.stdin.flush()
        assert json_lines(running.stdout.readline())[0]["answer_id"] == "juminhyo"
        running.stdout.close()
        with running.stdin:
            running.stdin.write((LINE + b"\n") * 20)
        assert b"Traceback" not in running.stderr.read()
        assert running.wait(30) != 2


def test_ctrl_c_ends_a_batch_with_one_line(town: Path) -> None:
    with subprocess.Popen(
        [PROGRAM, "ask", "--batch", "-", "--knowledge", town],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=clean_environment(),
    ) as running:
        assert running.stdin and running.stdout and running.stderr
        running.stdin.write(LINE + b"\n")
        running.stdin.flush()
        running.stdout.readline()
        began = time.monotonic()
        running.send_signal(signal.SIGINT)
        assert running.stderr.read().decode().strip() == "中止しました。"
        assert running.wait(30) == 1
        assert time.monotonic() - began < 10


def test_an_output_that_cannot_be_written_is_told_in_one_line(town: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [PROGRAM, "ask", ASKED, "--json", "--knowledge", town],
            stdout=full,
            stderr=subprocess.PIPE,
            env=clean_environment(),
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.decode().startswith("エラー: ファイルを読み書きできません")
    assert len(done.stderr.decode().splitlines()) == 1
