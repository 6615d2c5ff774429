"""`partage import opinion`: the opinion of 2016 whole, and one sentence for what cannot be."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import IntegrityError, transaction

from partage.commands.imports import imports
from partage.opinions.models import EVIDENCE, Evidence, Finding, Opinion
from partage.opinions.publishing import publish_opinion
from partage.register.models import Entry
from tests.factories import (
    make_coproduction,
    make_idea,
    make_report,
    make_statement,
    make_task,
    stored,
)
from tests.opinions.opinion_file import SAMPLE, as_bytes, import_sample, sample_table, small

pytestmark = pytest.mark.django_db


def run(file: Path, *options: str) -> Result:
    return CliRunner().invoke(imports, ["opinion", str(file), *options])


def refused(tmp_path: Path, data: bytes) -> str:
    """The one sentence of a run that failed, after checking that nothing was written."""
    file = tmp_path / "opinion.json"
    file.write_bytes(data)
    before = stored()
    result = run(file)
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit)
    assert stored() == before
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1
    return lines[0].removeprefix("Error: opinion.json: ")


def test_the_opinion_of_2016_comes_in_whole() -> None:
    result = run(SAMPLE)
    assert result.exit_code == 0, result.output
    counted = "16 sections, 23 recommendations, 9 declarations, 31 findings, 19 sources."
    assert result.output == f"cese-2016-12: {counted}\n"
    opinion = Opinion.objects.get()
    assert (opinion.votes_for, opinion.votes_against, opinion.votes_abstain) == (156, 0, 2)
    assert str(opinion.referred_on) == "2016-03-08" and str(opinion.voted_on) == "2016-10-25"
    assert opinion.rapporteur == "Martine Derobert" and opinion.number == "2016-12"
    assert opinion.referred_by["fr"] == "Décision du bureau du CESE"
    standings = list(opinion.recommendations.values_list("standing", flat=True))
    told = [standings.count(name) for name in ("advocated", "reported", "group", "author")]
    assert told == [10, 6, 6, 1]
    votes = opinion.group_votes.values_list("votes_for", "votes_against", "votes_abstain")
    assert list(votes) == [(None, None, None)] * 9


def test_a_second_run_writes_nothing() -> None:
    import_sample()
    before = stored()
    found = json.loads(run(SAMPLE, "--json").output)
    assert found["was_there"] is True and found["recommendations"] == 23
    assert stored() == before
    assert "Nothing changed" in run(SAMPLE).output


def test_the_import_and_the_publication_are_in_the_register() -> None:
    opinion = import_sample()
    imported, published = Entry.objects.order_by("pk")
    assert imported.kind == "opinion-imported" and imported.public["sha256"] == opinion.digest
    assert published.kind == "opinion-published" and published.public["version"] == 1
    assert published.public["sha256"] == opinion.versions.get().digest


def test_another_file_of_the_same_name_is_refused(tmp_path: Path) -> None:
    import_sample()
    sentence = refused(tmp_path, as_bytes(small(id="cese-2016-12")))
    assert sentence == "id: the opinion 'cese-2016-12' is here already, from another file."


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"vote__cast": 8}, "vote.cast is 8, but the three totals make 9"),
        ({"vote__votes_for": None}, "vote.votes_for is null: give all three totals, or none"),
        ({"vote__votes_for": -5}, "vote.votes_for must be a whole number from 0 to 1000000, got -5"),
        ({"vote__votes_for": True}, "vote.votes_for must be a whole number from 0 to 1000000, got true"),
        ({"vote": {"result": "adopted", "votes_for": 3, "votes_against": 3, "votes_abstain": 0}}, "vote.result is 'adopted', with 3 for, 3 against"),
        ({"vote__result": "maybe"}, 'vote: result must be one of adopted, rejected, got "maybe"'),
        ({"groups__votes_for": 6}, "groups: votes_for makes 6, but vote.votes_for is 5"),
        ({"referral__date": "2020-01-02"}, "referral.date is 2020-01-02, but dates.referral is 2020-01-01"),
        ({"dates__plenary_vote": "2019-02-01"}, "dates.referral is 2020-01-01, after dates.plenary_vote, 2019-02-01"),
        ({"dates__plenary_vote": "25 October"}, 'dates.plenary_vote must be a date such as 2016-10-25, got "25 October"'),
        ({"recommendations__section": "s9"}, 'recommendations r1: section "s9" is not among the sections'),
        ({"recommendations__section": []}, "recommendations r1: section [] is not among the sections"),
        ({"recommendations__status": "voted"}, 'recommendations r1: status must be one of advocated, reported, group, author, got "voted"'),
        ({"recommendations__status": {}}, "recommendations r1: status must be one of advocated, reported, group, author, got {}"),
        ({"recommendations__text_en": None}, "recommendations r1: text is missing"),
        ({"recommendations__text_en": " "}, 'recommendations r1: text (en) must be a text, got " "'),
        ({"recommendations__text_en": "a\0b"}, 'recommendations r1: text (en) holds a sign that cannot be shown: "a\\u0000b"'),
        ({"recommendations__text_en": "a\ud800"}, 'recommendations r1: text (en) holds a sign that cannot be shown: "a\\ud800"'),
        ({"recommendations": []}, "recommendations is missing: an opinion has at least one"),
        ({"recommendations": "r1"}, 'recommendations must be a list of objects, got "r1"'),
        ({"recommendations": [{"id": "r1", "status": "advocated", "text_en": "One thing."}] * 2}, "recommendations: id 'r1' is there twice"),
        ({"recommendations__other_source_urls": ["x", "x"]}, "recommendations r1: the source 'x' is there twice"),
        ({"sections__parent": "s1"}, 'sections s1: parent "s1" is not a section above it'),
        ({"sections__level": 2}, "sections s1: level is 2, its place 1"),
        ({"title": None}, "title is missing"),
        ({"title": 4}, "title must be a text, got 4"),
        ({"body": []}, "body must be an object, got []"),
        ({"body__country": "France"}, "body.country must be two capital letters, got 'France'"),
        ({"figures": [{"en": "A share.", "value": "many"}]}, 'figures 1: value must be a number, got "many"'),
        ({"figures": [{"en": "A share.", "value": float("nan")}]}, "figures 1: value must be a number, got NaN"),
        ({"figures": [{"en": "A share.", "qualifier": "nearly"}]}, 'figures 1: qualifier must be one of more than, less than, about, at least, at most, got "nearly"'),
        ({"figures": [{"en": "A share.", "year": 20160}]}, "figures 1: year must be a year such as 2016, got 20160"),
        ({"figures": [{"value": 5}]}, "figures 1 is missing"),
        ({"diagnosis": [1]}, "diagnosis must be an object, got [1]"),
        ({"diagnosis": {"issues": "privacy"}}, 'diagnosis.issues must be a list of objects, got "privacy"'),
        ({"sister_works": [{"en": "One.", "source_url": 4}]}, "sister_works 1: source_url must be a text, got 4"),
        ({"id": "Big One"}, 'id must be small letters, digits and hyphens, got "Big One"'),
        ({"id": "a" * 81}, f"id has 81 characters, at most 80 fit: {'a' * 20}…"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_one_sentence_with_the_field_and_the_value(
    tmp_path: Path, changes: dict[str, Any], sentence: str
) -> None:
    assert refused(tmp_path, as_bytes(small(**changes))) == f"{sentence}."


def test_the_same_file_adds_what_an_earlier_import_left_out_once(tmp_path: Path) -> None:
    opinion = import_sample()
    findings = list(opinion.findings.values("kind", "text", "value", "addresses"))
    opinion.findings.all().delete()
    opinion.sources.filter(place=19).delete()
    assert "findings" not in publish_opinion(opinion).content
    result = run(SAMPLE)
    assert result.exit_code == 0 and "Nothing changed" not in result.output
    assert list(opinion.findings.values("kind", "text", "value", "addresses")) == findings
    content = opinion.versions.latest().content
    assert len(content["findings"]) == 31 and content["sources"][-1]["place"] == 19
    before = stored()
    assert "Nothing changed" in run(SAMPLE).output
    assert stored() == before


def test_a_value_is_of_a_figure_and_the_kind_is_known() -> None:
    opinion = import_sample()
    for bad in ({"kind": "issue", "value": 5}, {"kind": "guess"}, {"qualifier": "nearly"}):
        facts: dict[str, Any] = {"kind": "figure", "place": 99, "text": {"en": "A."}, **bad}
        with pytest.raises(IntegrityError), transaction.atomic():
            Finding.objects.create(opinion=opinion, **facts)


@pytest.mark.parametrize("data", [b"{", b"[]", b"\xff", b"[" * 100_000, b"NaN"])
def test_what_is_no_object_in_json_is_refused(tmp_path: Path, data: bytes) -> None:
    assert refused(tmp_path, data).startswith(("not a JSON file", "the file must hold one object"))


def test_a_file_that_says_little_leaves_the_rest_unknown(tmp_path: Path) -> None:
    table = small(vote={}, dates={}, referral={}, groups=[], sections=[])
    del table["recommendations"][0]["section"]
    file = tmp_path / "little.json"
    file.write_bytes(as_bytes(table))
    assert run(file).exit_code == 0
    opinion = Opinion.objects.get()
    assert opinion.votes_for is None and opinion.voted_on is None and opinion.pages is None


def test_evidence_is_exactly_one_thing() -> None:
    recommendation = import_sample().recommendations.get(number=1)
    coproduction = make_coproduction()
    statement, idea = make_statement(coproduction), make_idea(coproduction)
    task, report = make_task(coproduction), make_report(coproduction)
    good: list[dict[str, Any]] = [
        {"statement": statement},
        {"idea": idea},
        {"task": task},
        {"report": report},
        {"account": coproduction, "line": "C4"},
        {"work": "https://example.org/report"},
    ]
    for one in good:
        Evidence.objects.create(recommendation=recommendation, **one)
    bad: list[dict[str, Any]] = [
        {},
        {"account": coproduction},
        {"line": "C4"},
        {"statement": statement, "idea": idea},
        {"task": task, "report": report},
    ]
    for one in [*bad, {"statement": statement, "work": "x"}, {"idea": idea, "line": "C4"}, *good]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Evidence.objects.create(recommendation=recommendation, **one)
    assert len(EVIDENCE) == 7


@pytest.mark.data
@pytest.mark.skipif("PARTAGE_DATA" not in os.environ, reason="PARTAGE_DATA names no folder")
def test_the_sample_is_the_file_of_known_facts_with_its_remarks_in_french_too() -> None:
    file = Path(os.environ["PARTAGE_DATA"]) / "opinion-2016-12.json"
    known = json.loads(file.read_text("utf-8"))
    ours = sample_table()
    added = {"declaration_fr", "vote_in_words_fr", "note_fr", "what_fr"}
    for key in ("recommendations", "groups", "sources"):
        ours[key] = [{k: v for k, v in row.items() if k not in added} for row in ours[key]]
    assert {k: v for k, v in ours.items() if k not in {"sections_gap_fr", "groups_gap_fr"}} == known
