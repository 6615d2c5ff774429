"""An opinion as files: what they say, that other programs can read them, and what they never quote."""

import contextlib
import hashlib
import json
import re
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.test.utils import override_settings
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt

from partage.opinions.akoma_ntoso import NAMESPACE, Edition, as_akoma_ntoso
from partage.opinions.importing import import_opinion
from partage.opinions.markdown_text import as_markdown
from partage.opinions.models import Evidence
from partage.opinions.printing import CannotPrint, print_missing
from partage.opinions.publishing import publish_opinion
from tests.factories import at, make_coproduction, make_report, make_statement
from tests.opinions.opinion_file import as_bytes, import_sample, small
from tests.web.page import bytes_of, words_of

pytestmark = pytest.mark.django_db

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "schema" / "akomantoso30.xsd"))
AKN = f"{{{NAMESPACE}}}"


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path) -> Iterator[None]:
    with override_settings(DATA_DIR=tmp_path):
        yield


def file(name: str, slug: str = "cese-2016-12", language: str = "en", **more: Any) -> bytes:
    response = Client().get(at(f"opinion-{name}", slug, language=language), more)
    assert response.status_code == 200
    return bytes_of(response)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Adopted: 156 for, 0 against, 2 abstentions"),
        ("fr", "Adopté : 156 pour, 0 contre, 2 abstentions"),
    ],
)
def test_akoma_ntoso_is_valid_against_the_schema_of_the_standard(
    language: str, sentence: str
) -> None:
    import_sample()
    document = etree.fromstring(file("xml", language=language))
    assert SCHEMA.validate(document), SCHEMA.error_log.last_error
    assert document.findtext(f".//{AKN}outcome") == sentence
    containers = document.iter(f"{AKN}hcontainer")
    names = [one.get("name") for one in containers]
    counted = ("recommendation", "part", "declaration", "finding")
    assert [names.count(name) for name in counted] == [23, 16, 9, 8]
    (body,) = document.xpath("/a:akomaNtoso/a:doc/a:mainBody", namespaces={"a": NAMESPACE})
    assert "Mutualité" not in "".join(body.itertext()), "a group's words are not the body's"


def test_markdown_has_every_recommendation_under_its_standing() -> None:
    import_sample()
    text = file("md", language="fr").decode()
    assert "**Adopté : 156 pour, 0 contre, 2 abstentions**" in text
    assert all(f"**{number}.** " in text for number in range(1, 24))
    assert text.index("### Ce que des groupes souhaitent") < text.index("**17.**")
    assert re.search(r"- 88\s%\s?: Part des Français ayant déjà utilisé une caisse", text)
    assert "- Vie privée. <https://www.lecese.fr/" in text
    assert "non citées" in text, "its words are not those of the opinion, and it says so"


def test_the_digest_in_the_json_is_that_of_its_content() -> None:
    opinion = import_sample()
    facts = json.loads(file("json"))
    assert facts["content"]["format"] == "partage-opinion/1" and facts["version"] == 1
    assert facts["content"]["vote"]["votes_for"] == 156
    assert facts["content"]["group_votes"][0]["votes_for"] is None
    figures = [one for one in facts["content"]["findings"] if one["kind"] == "figure"]
    assert [one["value"] for one in figures] == [88, None, 18, 50, 70, 5, 12]
    text = json.dumps(
        facts["content"], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()
    assert hashlib.sha256(text).hexdigest() == facts["sha256"] == opinion.versions.get().digest


def test_an_earlier_version_keeps_its_files_and_a_missing_one_has_none() -> None:
    opinion = import_opinion(as_bytes(small())).opinion
    opinion.recommendations.update(text={"en": "Keep two checkouts."})
    publish_opinion(opinion)
    assert b"Keep one checkout" in file("md", "small", version=1)
    assert b"Keep two checkouts" in file("md", "small")
    assert Client().get(at("opinion-md", "small"), {"version": 3}).status_code == 404


def test_files_name_a_contribution_and_never_quote_it() -> None:
    opinion = import_opinion(as_bytes(small())).opinion
    statement = make_statement(make_coproduction(), "My very own words.")
    report = make_report(statement.coproduction, "My very own words.")
    for one in ({"statement": statement}, {"task": report.task}, {"report": report}):
        Evidence.objects.create(recommendation=opinion.recommendations.get(), **one)
    publish_opinion(opinion)
    for name in ("json", "md", "xml"):
        assert b"My very own words" not in file(name, "small")
    places = [f"results/#{statement.pk}", "test-reports/tasks/1/", f"test-reports/{report.pk}/"]
    for place in places:
        for name in ("md", "xml"):
            assert f"/en/coproductions/shops/{place}" in file(name, "small").decode()


WORDS = st.text(
    st.characters(exclude_categories=["C", "Z"], include_characters=" \n<>&\"'#*_[]`|\\"),
    min_size=1,
).filter(str.strip)


def content_with(text: str) -> dict[str, Any]:
    words = {"en": text.strip()}
    recommendation = {
        "number": 1, "part": 1, "standing": "advocated", "text": words, "acts": words,
        "acts_basis": "", "due_on": None, "known_by": words, "note": {}, "theme": "", "evidence": [],
    }  # fmt: skip
    parts = [
        {"place": place, "level": level, "number": "", "title": words, "text": words if place % 2 else {}}
        for place, level in enumerate((1, 2, 2, 1, 3), 1)
    ]  # fmt: skip
    declaration = {"group": text.strip(), "text": words}
    finding = {
        "kind": "figure", "text": words, "value": 1.5, "unit": text.strip()[:20], "qualifier": "about",
        "year": 2016, "said_by": text.strip(), "addresses": ["https://example.org/"],
    }  # fmt: skip
    return {
        "findings": [finding],
        "opinion": "x", "is_restated": False, "title": words, "given_by": words, "country": "",
        "number": "", "question": words, "rapporteur": text.strip(), "voted_on": None,
        "in_journal_on": None, "vote": {"result": "", "votes_for": None}, "parts": parts,
        "recommendations": [recommendation], "declarations": [declaration],
        "sources": [{"address": "https://example.org/", "what": words}], "gaps": [words],
    }  # fmt: skip


@given(WORDS)
def test_whatever_was_written_the_xml_is_valid_and_says_it(text: str) -> None:
    edition = Edition("https://example.org/", "2020-01-01", 1)
    with translation.override("en"):
        document = etree.fromstring(as_akoma_ntoso(content_with(text), edition))
    assert SCHEMA.validate(document), SCHEMA.error_log.last_error
    assert "".join(document.find(f".//{AKN}docTitle").itertext()) == text.strip()


@given(WORDS.map(lambda text: " ".join(text.split())))
def test_whatever_was_written_markdown_reads_it_back_as_text(text: str) -> None:
    content = content_with(text) | {"parts": []}
    with translation.override("en"):
        tokens = MarkdownIt("commonmark").parse(as_markdown(content, "https://example.org/"))
    headings = [token for token in tokens if token.type == "heading_open"]
    assert len(headings) == 9
    first = tokens[1]
    assert "".join(child.content for child in first.children or ()) == text


def unpacked(pdf: bytes) -> bytes:
    """The file with its compressed streams laid open."""
    assert pdf.startswith(b"%PDF-")
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S)
    opened = []
    for stream in streams:
        with contextlib.suppress(zlib.error):
            opened.append(zlib.decompress(stream))
    return b"\n".join([pdf, *opened])


def test_the_pdf_is_tagged_made_by_the_worker_and_offered_with_its_weight() -> None:
    import_opinion(as_bytes(small()))
    assert Client().get(at("opinion-pdf", "small")).status_code == 404
    assert "PDF: not made yet" in words_of(Client().get(at("opinion", "small")))
    assert print_missing() == 2
    assert print_missing() == 0
    for language, title in (("en", "A small opinion"), ("fr", "Un petit avis")):
        found = unpacked(file("pdf", "small", language))
        assert b"/StructTreeRoot" in found and b"pdfuaid:part" in found
        assert b"/Marked true" in found and f"/Lang ({language})".encode() in found
        assert title.encode() in found or title.encode("utf-16-be") in found
    assert "PDF (" in words_of(Client().get(at("opinion", "small")))


def test_without_what_draws_it_there_is_no_pdf_and_the_page_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import_opinion(as_bytes(small()))
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(CannotPrint):
        print_missing()
    assert "this site has not what it takes" in words_of(Client().get(at("opinion", "small")))
