"""A CSV file of sheets: a preview that says what it will do, then all of it or nothing."""

import random
import re
import tracemalloc
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from partage.consents.models import Consent
from partage.contributions.models import Sheet, Vote
from partage.contributions.sheet_files import BATCH, enter_file, plan_of
from partage.contributions.sheets import SheetThere
from partage.coproductions.models import Coproduction
from partage.people.models import Channel, Participant, Person
from partage.register.models import Entry
from tests.factories import (
    AGREE,
    DISAGREE,
    UNSURE,
    at,
    breaks_at,
    close_voting,
    make_coproduction,
    make_facilitator,
    make_sensitive,
    make_statements,
    signed_in,
    stored,
)
from tests.web.page import hidden_fields, html_of, words_of

GOOD = "sheet;1;2;3\n1;+;-;?\n2;agree;;disagree\n"


@pytest.fixture
def shops(db: None) -> Coproduction:
    coproduction = make_coproduction()
    make_statements(coproduction, 3)
    return coproduction


@pytest.fixture
def desk(shops: Coproduction) -> Client:
    return signed_in(make_facilitator(shops))


def preview(desk: Client, content: str | bytes, slug: str = "shops", **more: str) -> HttpResponse:
    body = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile("sheets.csv", body, "text/csv")
    return desk.post(at("sheet-file", slug), {"channel": "paper", "file": file, **more})  # type: ignore[return-value]


def confirm(desk: Client, page: HttpResponse, slug: str = "shops") -> HttpResponse:
    return desk.post(at("sheet-file", slug), hidden_fields(page))  # type: ignore[return-value]


def test_the_preview_says_what_it_would_do_and_writes_nothing(desk: Client) -> None:
    before = stored()
    page = preview(desk, GOOD)
    assert "2 sheets would be added, with 2 agree, 2 disagree, 1 don’t know." in words_of(page)
    assert stored() == before


def test_confirming_writes_every_sheet_under_its_channel(desk: Client) -> None:
    assert confirm(desk, preview(desk, GOOD)).status_code == 302
    votes = Vote.objects.values_list("answer", flat=True)
    assert Counter(votes) == {AGREE: 2, DISAGREE: 2, UNSURE: 1}
    assert set(Participant.objects.values_list("channel", flat=True)) == {"paper"}
    assert Entry.objects.filter(kind="vote", public__channel="paper").count() == 5
    entry = Entry.objects.get(kind="sheets-imported")
    assert entry.public == {"channel": "paper", "sheets": 2, "answers": 5}


def test_the_same_file_twice_changes_nothing_and_says_so(desk: Client) -> None:
    confirm(desk, preview(desk, GOOD))
    before = stored()
    page = preview(desk, GOOD)
    assert "The file adds nothing: confirming would change nothing." in words_of(page)
    assert "2 sheets are there already, with the same answers" in words_of(page)
    assert "preview" not in hidden_fields(page)
    assert stored() == before


def test_a_confirmation_sent_twice_counts_once(desk: Client) -> None:
    page = preview(desk, GOOD)
    confirm(desk, page)
    before = stored()
    again = confirm(desk, page)
    assert again.status_code == 409 and "The file adds nothing" in words_of(again)
    assert stored() == before


def test_what_changed_since_the_preview_is_shown_before_anything_is_written(desk: Client) -> None:
    page = preview(desk, GOOD)
    desk.post(at("enter-sheet", "shops", "paper"), {"mark": "1", "answer-1": "-"})
    before = stored()
    again = confirm(desk, page)
    assert again.status_code == 409 and stored() == before
    assert "Sheets were entered since your preview." in words_of(again)
    assert "Line 2: Sheet 1 was entered already, with other answers." in words_of(again)
    assert confirm(desk, again).status_code == 302
    assert Sheet.objects.count() == 2


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode("utf-8-sig"),
        GOOD.encode("utf-16"),
        GOOD.replace(";", ",").encode(),
        GOOD.replace(";", "\t").encode("utf-16"),
        ("sep=;\n" + GOOD).encode(),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", ";;\n").encode(),
        GOOD.replace("sheet", "Feuille").encode(),
        (GOOD + ";;;\n\n").encode(),
        b'"sheet";"1";"2";"3"\n"1";"+";"-";"?"\n"2";"agree";"";"disagree"\n',
    ],
)
def test_files_as_spreadsheets_write_them(desk: Client, content: bytes) -> None:
    page = words_of(preview(desk, content))
    assert "2 sheets would be added" in page and "refused" not in page


REFUSED_FILES = {
    "": "The file is empty.",
    "\n \n": "The file is empty.",
    "number;1\n1;+": "Line 1: the column “number” is not known.",
    "1;2\n+;+": "Line 1: there is no column “sheet”",
    "sheet;date;1\n1;x;+": "Line 1: the column “date” is not known.",
    "sheet;4\n1;+": "Line 1: the column “4” is not known.",
    "sheet;0\n1;+": "Line 1: the column “0” is not known.",
    "sheet;=1+1\n1;+": "Line 1: the column “=1+1” is not known.",
    "sheet;1;1\n1;+;+": "Line 1: two columns are called “1”.",
    "sheet;feuille;1\n1;1;+": "Line 1: two columns hold the number of the sheet.",
    "sheet\n1": "Line 1: no column has the number of a sentence.",
    'sheet;1\n1;"+': "Line 2: a quoted text does not end well.",
    "sheet;1\n1;\0": "The file is not plain text.",
}


@pytest.mark.parametrize("content", REFUSED_FILES)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(desk: Client, content: str) -> None:
    before = stored()
    page = preview(desk, content)
    assert page.status_code == 400
    assert "Nothing was written." in words_of(page) and REFUSED_FILES[content] in words_of(page)
    assert stored() == before


REFUSED_BYTES = {
    "sheet;1\n1;d’accord é".encode("latin-1", "replace"): "Line 2: the byte 0xe9 is not text in UTF-8.",
    GOOD.encode("utf-16-le"): "The file is not plain text.",
    b"\xff\xfe\x00": "is not text in UTF",
    b"PK\x03\x04rest": "The file is a workbook or an archive",
    b"sheet;1\n" + b"1;+\n" * 2_000_000: "The file has 8,000,008 bytes; at most 8,000,000 are read.",
    b"sheet;1\n" + b"1;+\n" * 20_001: "The file holds more than 20,000 rows.",
    b"sheet;1\n" + b"".join(b"%d;+\n" % n for n in range(1, 5_002)): "more than 5,000 new sheets",
    b"sheet;1\n" + b"1;+\n" * 9_000 + b"2;\xe9\n": "Line 9002: the byte 0xe9 is not text in UTF-8.",
    b"sheet;1;2\n1;" + b"x" * 200_000 + b";+\n": "Line 2: a cell is too long",
}  # fmt: skip


@pytest.mark.parametrize("number", range(len(REFUSED_BYTES)))
def test_encodings_and_sizes_that_are_refused(desk: Client, number: int) -> None:
    content, sentence = list(REFUSED_BYTES.items())[number]
    before = stored()
    page = preview(desk, content)
    assert page.status_code == 400 and sentence in words_of(page)
    assert stored() == before


REFUSED_ROWS = {
    "7;x;": "Line 2: “x” is not an answer: write +, - or ?, or leave it empty.",
    "7;=1+1;": "Line 2: “=1+1” is not an answer",
    "7;01/02/2026;": "Line 2: “01/02/2026” is not an answer",
    ";+;": "Line 2: The sheet has no number",
    "2026-01-02;+;": "Line 2: “2026-01-02” looks like a date",
    "=7;+;": "Line 2: “=7” is not a sheet number",
    "7;;": "Line 2: Sheet 7 holds no answer.",
    "7;+;-;?": "Line 2: The row has 4 cells and the header 3.",
    "1;-;": "Line 3: Sheet 1 stands on line 2 already.",
}


@pytest.mark.parametrize("row", REFUSED_ROWS)
def test_a_row_that_is_wrong_is_named_and_the_rest_goes_on(desk: Client, row: str) -> None:
    page = preview(desk, f"sheet;1;2\n{row}\n1;+;\n")
    said = words_of(page)
    assert REFUSED_ROWS[row] in said and "1 row is refused" in said
    assert "1 sheet would be added" in said
    confirm(desk, page)
    assert Sheet.objects.count() == 1


def test_a_sheet_there_with_other_answers_is_refused_and_stays(desk: Client) -> None:
    confirm(desk, preview(desk, GOOD))
    page = preview(desk, GOOD.replace("1;+;-", "1;-;-"))
    assert "Line 2: Sheet 1 was entered already, with other answers." in words_of(page)
    assert "1 sheet is there already" in words_of(page)


def test_many_refused_rows_are_counted_and_twenty_are_shown(desk: Client) -> None:
    rows = "".join(f"{n};x\n" for n in range(1, 31))
    page = preview(desk, "sheet;1\n" + rows)
    assert "30 rows are refused" in words_of(page) and "And 10 more rows." in words_of(page)
    assert html_of(page).count("is not an answer") == 20


def many(sheets: int, sentences: int = 3) -> bytes:
    """A file of so many sheets, with an answer to each sentence."""
    drawn = random.Random(7)  # noqa: S311 - the same file each time
    lines = ["sheet;" + ";".join(str(n) for n in range(1, sentences + 1))]
    for number in range(1, sheets + 1):
        lines.append(f"{number};" + ";".join(drawn.choices("+-?", k=sentences)))
    return "\n".join(lines).encode()


def test_a_write_that_fails_half_way_leaves_nothing(desk: Client, shops: Coproduction) -> None:
    page = preview(desk, GOOD)
    before = stored()
    person = shops.roles.get().person
    fails = breaks_at_second("contributions_sheet")
    with connection.execute_wrapper(fails), pytest.raises(OperationalError):
        enter_file(
            shops, Channel.PAPER, BytesIO(many(2 * BATCH)), person, expected=200, language=""
        )
    assert stored() == before
    assert confirm(desk, page).status_code == 302


def breaks_at_second(table: str) -> Callable[..., Any]:
    wrapper, met = breaks_at(table), Counter[str]()

    def second(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        if f'INSERT INTO "{table}"' in sql:
            met[table] += 1
        return wrapper(execute, sql, *more) if met[table] > 1 else execute(sql, *more)

    return second


@pytest.mark.parametrize("change", ["x", ""])
def test_a_preview_that_was_tampered_with_is_refused(desk: Client, change: str) -> None:
    page = preview(desk, GOOD)
    before = stored()
    sent = hidden_fields(page)
    sent["preview"] = change and sent["preview"][:-1] + change
    answer = desk.post(at("sheet-file", "shops"), sent)
    assert answer.status_code == 409 and "Choose the file again." in words_of(answer)
    assert stored() == before


def test_a_preview_of_another_coproduction_is_refused(desk: Client, shops: Coproduction) -> None:
    other = make_coproduction("elsewhere")
    make_statements(other, 3)
    paul = signed_in(make_facilitator(other, email="paul@example.org"))
    page = preview(paul, GOOD, slug="elsewhere")
    assert desk.post(at("sheet-file", "shops"), hidden_fields(page)).status_code == 409
    assert not Vote.objects.exists()


def test_once_voting_is_closed_nothing_of_the_file_is_written(
    desk: Client, shops: Coproduction
) -> None:
    page = preview(desk, GOOD)
    close_voting(shops)
    before = stored()
    answer = confirm(desk, page)
    assert answer.status_code == 409 and "Voting is closed here" in words_of(answer)
    assert stored() == before


@pytest.fixture
def sensitive(db: None) -> Client:
    coproduction = make_sensitive()
    make_statements(coproduction, 2)
    return signed_in(make_facilitator(coproduction))


def test_where_consent_is_asked_the_file_needs_its_column(sensitive: Client) -> None:
    page = preview(sensitive, "sheet;1\n1;+\n", slug="convictions", language="en")
    assert page.status_code == 400 and "there is no column “consent”" in words_of(page)


def test_where_consent_is_asked_only_rows_that_have_it_count(sensitive: Client) -> None:
    content = "sheet;consent;1\n1;yes;+\n2;;+\n3;no;+\n4;Oui;-\n"
    page = preview(sensitive, content, slug="convictions", language="fr")
    said = words_of(page)
    assert "2 sheets would be added" in said
    assert "Line 3: Sheet 2 has “” for consent" in said
    assert "Line 4: Sheet 3 has “no” for consent" in said
    confirm(sensitive, page, slug="convictions")
    assert list(Consent.objects.values_list("language", flat=True)) == ["fr", "fr"]
    assert Vote.objects.count() == 2


def confirm_long(desk: Client, page: HttpResponse, content: bytes | None) -> HttpResponse:
    """Press the button, with the file chosen again."""
    sent: dict[str, Any] = hidden_fields(page)
    if content is not None:
        sent["file"] = SimpleUploadedFile("sheets.csv", content, "text/csv")
    return desk.post(at("sheet-file", "shops"), sent)  # type: ignore[return-value]


@pytest.fixture
def long_file(shops: Coproduction) -> bytes:
    """Five thousand sheets, longer than a form carries."""
    make_statements(shops, 57)
    return many(5_000, 20)


def test_five_thousand_sheets_are_previewed_and_nothing_is_written_or_kept(
    desk: Client, long_file: bytes
) -> None:
    before = stored()
    page = preview(desk, long_file)
    assert "5000 sheets would be added" in words_of(page).replace(",", "")
    assert "it is long, and we kept nothing of it" in words_of(page)
    assert len(html_of(page)) < 20_000 and stored() == before


def test_a_long_file_is_read_in_little_memory_and_few_queries_a_sheet(
    shops: Coproduction, long_file: bytes, django_assert_max_num_queries: Any
) -> None:
    file = BytesIO(long_file)
    tracemalloc.start()
    with django_assert_max_num_queries(5_000 // BATCH * 2 + 3):
        plan = plan_of(shops, Channel.PAPER, file)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert plan.new == 5_000 and plan.by_answer.total() == 100_000
    assert peak < 4_000_000


def test_the_queries_of_entering_are_few_a_sheet(shops: Coproduction) -> None:
    person, counts = make_facilitator(shops), []
    for sheets in (2 * BATCH, 6 * BATCH):
        file = BytesIO(many(sheets))
        new = sheets - Sheet.objects.count()
        with CaptureQueriesContext(connection) as found:
            enter_file(shops, Channel.PAPER, file, person, expected=new, language="")
        counts.append(len(found) / new)
    assert max(counts) < 2 and counts[1] < counts[0] * 1.2


def test_a_long_file_is_written_once_it_is_chosen_again(desk: Client, shops: Coproduction) -> None:
    # Three million bytes, so that it also comes by a temporary file.
    content = many(2 * BATCH + 50).replace(b"\n", b" " * 12_000 + b"\n")
    page = preview(desk, content)
    before = stored()
    for other in (None, content + b"\n900;+;;", b""):
        answer = confirm_long(desk, page, other)
        assert answer.status_code == 409 and stored() == before
        assert "This is not the file that you previewed." in words_of(answer)
    assert confirm_long(desk, page, content).status_code == 302
    assert Sheet.objects.count() == 250 and Vote.objects.count() == 750
    entry = Entry.objects.get(kind="sheets-imported")
    assert entry.public == {"channel": "paper", "sheets": 250, "answers": 750}
    again = confirm_long(desk, page, content)
    assert again.status_code == 409 and "The file adds nothing" in words_of(again)


def test_a_sheet_entered_between_the_counting_and_the_writing_leaves_nothing_of_the_file(
    desk: Client, shops: Coproduction
) -> None:
    confirm(desk, preview(desk, GOOD))
    before = stored()
    with pytest.raises(SheetThere, match="since your preview"):
        enter_file(
            shops,
            Channel.PAPER,
            BytesIO(many(250)),
            Person.objects.get(),
            expected=250,
            language="",
        )
    assert stored() == before


def test_the_largest_file_keeps_the_preview_light(desk: Client, shops: Coproduction) -> None:
    make_statements(shops, 17)
    signs = ["+", "-", "?", "agree", "disagree", "pass"]
    header = "sheet;" + ";".join(map(str, range(1, 21)))
    rows = [f"{n};" + ";".join(signs[(n * k * k) % 6] for k in range(1, 21)) for n in range(1, 101)]
    page = preview(desk, "\n".join([header, *rows]))
    assert "100 sheets would be added" in words_of(page) and len(html_of(page)) < 60_000


ANSWERS = {"+": 1, "-": -1, "?": 0, "": None, "agree": 1, "pas d’accord": -1}
ROWS = st.lists(
    st.lists(st.sampled_from(sorted(ANSWERS)), min_size=4, max_size=4), min_size=1, max_size=8
)


class FilesOfRandomSheets(TestCase):
    """Whatever the sheets say, the counts afterwards are those of the file."""

    @given(
        ROWS, st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])
    )
    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    def test_counts_equal_the_file(self, rows: list[list[str]], mark: str, encoding: str) -> None:
        coproduction = make_coproduction()
        statements = make_statements(coproduction, 4)
        person = make_facilitator(coproduction)
        lines = [mark.join(["sheet", "1", "2", "3", "4"])]
        lines += [mark.join([f"s-{n}", *row]) for n, row in enumerate(rows)]
        file = BytesIO("\n".join(lines).encode(encoding))
        plan = plan_of(coproduction, Channel.PAPER, file)
        full = [row for row in rows if any(row)]
        assert (plan.new, plan.refused) == (len(full), len(rows) - len(full))
        enter_file(coproduction, Channel.PAPER, file, person, expected=len(full), language="")
        expected = Counter(
            (statements[place].pk, ANSWERS[sign])
            for row in full
            for place, sign in enumerate(row)
            if sign
        )
        assert Counter(Vote.objects.values_list("statement", "answer")) == expected
        again = plan_of(coproduction, Channel.PAPER, file)
        assert (again.new, again.there) == (0, len(full))


def test_no_line_of_the_page_runs_what_was_typed(desk: Client) -> None:
    page = html_of(preview(desk, "sheet;1\n7;<script>alert(1)</script>\n"))
    assert "<script>alert" not in page and re.search("&lt;script&gt;", page)
