"""A roster in a PDF, written by hand: its text is laid out in columns and read as such."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from concierge.clinics.folder import read_clinics
from concierge.clock import parse_instant
from concierge.opendata.formats import ImportOptions, import_data
from concierge.problem import KnowledgeError

LINES = [
    [(40, "令和8年度 休日当番医表"), (300, "令和8年9月1日現在")],
    [
        (40, "月"),
        (70, "日"),
        (110, "診療時間"),
        (210, "医療機関名"),
        (340, "診療科目"),
        (440, "電話番号"),
    ],
    [
        (40, "11"),
        (70, "22"),
        (110, "9：00～17：00"),
        (210, "ひらの医院"),
        (340, "内科"),
        (440, "0123-45-0001"),
    ],
    [(70, "23"), (110, "〃"), (210, "よしだ整形外科"), (340, "整形外科"), (440, "0123-45-0002")],
    [(70, "29"), (110, "〃"), (210, "わたなべ小児科"), (340, "小児科"), (440, "0123-45-0003")],
    [
        (40, "12"),
        (70, "6"),
        (110, "〃"),
        (210, "いまなり内科"),
        (340, "内科"),
        (440, "0123-45-0004"),
    ],
]


def pdf(lines: list[list[tuple[int, str]]]) -> bytes:
    """Return a PDF of one page whose characters are their own code units."""
    shown = [
        f"BT /F 10 Tf 1 0 0 1 {x} {780 - 20 * row} Tm <{text.encode('utf-16-be').hex()}> Tj ET"
        for row, line in enumerate(lines)
        for x, text in line
    ]
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        "1 beginbfrange <0000> <FFFF> <0000> endbfrange\nendcmap end end"
    )
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F 5 0 R >> >> >>",
        _stream("\n".join(shown)),
        "<< /Type /Font /Subtype /Type0 /BaseFont /Gothic /Encoding /Identity-H"
        " /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Gothic /DW 1000"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        _stream(cmap),
    ]
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(content)
    content += f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{table}".encode()
    return content + (
        f"trailer << /Size {len(bodies) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode()
    )


def _stream(text: str) -> str:
    return f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"


def test_a_roster_in_a_pdf(tmp_path: Path) -> None:
    source = tmp_path / "touban.pdf"
    source.write_bytes(pdf(LINES))
    options = ImportOptions(at=parse_instant("2026-11-01T09:00"))
    report = import_data("clinics", source, tmp_path / "town", options)
    assert not report.failed, report.problems
    duties = read_clinics(tmp_path / "town").duties
    assert duties is not None
    told = {
        day: [(d.clinic.name, d.clinic.phone, [s.as_dict() for s in d.hours]) for d in found.duties]
        for day in (date(2026, 11, 22), date(2026, 11, 23), date(2026, 12, 6))
        if (found := duties.on(day)).covered
    }
    hours = [{"from": "09:00", "to": "17:00"}]
    assert told == {
        date(2026, 11, 22): [("ひらの医院", "0123-45-0001", hours)],
        date(2026, 11, 23): [("よしだ整形外科", "0123-45-0002", hours)],
        date(2026, 12, 6): [("いまなり内科", "0123-45-0004", hours)],
    }


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4\nbroken", pdf([])])
def test_a_pdf_without_text_is_refused(content: bytes, tmp_path: Path) -> None:
    source = tmp_path / "touban.pdf"
    source.write_bytes(content)
    with pytest.raises(KnowledgeError) as refused:
        import_data(
            "clinics", source, tmp_path / "town", ImportOptions(at=parse_instant("2026-11-01"))
        )
    assert {problem.code for problem in refused.value.problems} <= {"unreadable-pdf", "no-dates"}
    assert refused.value.problems
