"""Results show channels apart, and no subtraction tells what fewer than ten people said."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from partage.contributions.channels import FEWEST, add_channels, shown
from partage.contributions.models import Release, Statement
from partage.coproductions.models import Coproduction
from partage.people.models import Channel, Participant
from tests.factories import (
    AGREE,
    DISAGREE,
    at,
    make_coproduction,
    make_people,
    make_statements,
    make_votes,
    publish_results,
)
from tests.web.page import bytes_of, html_of, words_of


def people_by(coproduction: Coproduction, channel: Channel, count: int) -> list[Participant]:
    people = make_people(coproduction, count)
    Participant.objects.filter(pk__in=[p.pk for p in people]).update(channel=channel)
    return people


@pytest.fixture
def shops(db: None) -> Coproduction:
    """Fifteen people on the web of whom most agree, twelve on paper of whom most do not."""
    coproduction = make_coproduction()
    statements = make_statements(coproduction, 2)
    divided(make_people(coproduction, 15), statements, AGREE)
    divided(people_by(coproduction, Channel.PAPER, 12), statements, DISAGREE)
    return coproduction


def divided(people: list[Participant], statements: list[Statement], answer: int) -> None:
    """All of these people give this answer, but one in ten."""
    make_votes([one for n, one in enumerate(people) if n % 10], statements, answer)
    make_votes(people[::10], statements, -answer)


def shown_page() -> str:
    return words_of(Client().get(at("results", "shops") + "?order=agreed"))


def test_people_and_answers_are_counted_by_channel(shops: Coproduction) -> None:
    publish_results(shops)
    assert "on this site 15 30 on paper 12 24" in shown_page()


def test_each_sentence_shows_agreement_by_channel(shops: Coproduction) -> None:
    publish_results(shops)
    page = shown_page()
    assert "Agree, on this site Agree, on paper" in page
    assert "56% 44% 0% 27 87% 17%" in page


def test_the_files_hold_the_channels(shops: Coproduction) -> None:
    publish_results(shops)
    content = json.loads(bytes_of(Client().get(at("results-json", "shops"))))
    assert content["format"] == "partage-results/2"
    assert content["channels"]["paper"] == {"people": 12, "answers": 24}
    paper = {"agrees": 2, "disagrees": 10, "passes": 0, "seen": 12}
    assert content["statements"][0]["channels"]["paper"] == paper
    text = bytes_of(Client().get(at("results-csv", "shops"))).decode()
    row = next(csv.DictReader(io.StringIO(text)))
    assert (row["paper_disagrees"], row["web_agrees"], row["phone_seen"]) == ("10", "13", "")


def test_a_release_of_before_still_opens(shops: Coproduction) -> None:
    release = publish_results(shops)
    content = release.content | {"format": "partage-results/1"}
    del content["channels"], content["by_channel"]
    for line in content["statements"]:
        del line["channels"]
    Release.objects.update(content=content)
    page = shown_page()
    assert "How people answered" not in page and "56%" in page
    for name in ("results-csv", "results-json"):
        assert Client().get(at(name, "shops")).status_code == 200


def test_one_channel_alone_has_no_column_of_its_own(db: None) -> None:
    coproduction = make_coproduction()
    make_votes(make_people(coproduction, 12), make_statements(coproduction, 2))
    publish_results(coproduction)
    page = shown_page()
    assert "on this site 12 24" in page and "Agree, on this site" not in page


def test_what_few_said_on_paper_is_hidden_and_not_told_by_the_total(db: None) -> None:
    coproduction = make_coproduction()
    statements = make_statements(coproduction, 2)
    make_votes(make_people(coproduction, 15), statements, AGREE)
    make_votes(people_by(coproduction, Channel.PAPER, 4), statements, DISAGREE)
    content = publish_results(coproduction).content
    assert content["channels"]["paper"]["people"] == 4
    assert content["statements"][0]["channels"] == {"web": None, "paper": None}


SEEN = st.dictionaries(st.sampled_from(Channel.values), st.integers(1, 60), min_size=1)


@given(SEEN)
def test_what_is_hidden_is_ten_answers_together_wherever_something_shows(
    seen: Mapping[str, int],
) -> None:
    counts = {
        name: {"agrees": n, "disagrees": 0, "passes": 0, "seen": n} for name, n in seen.items()
    }
    found = shown(counts)
    hidden = [seen[name] for name, row in found.items() if row is None]
    assert all(seen[name] >= FEWEST for name, row in found.items() if row)
    if len(hidden) < len(seen):
        assert sum(hidden) == 0 or sum(hidden) >= FEWEST


def later(coproduction: Coproduction) -> dict[str, Any]:
    Release.objects.update(published_at=timezone.now() - timedelta(days=2))
    content: dict[str, Any] = publish_results(coproduction).content
    return content


@pytest.mark.parametrize(("on_paper", "follows"), [(0, True), (1, False), (9, False), (10, True)])
def test_a_channel_shows_again_after_ten_more_people_or_when_nothing_changed(
    shops: Coproduction, on_paper: int, *, follows: bool
) -> None:
    first = publish_results(shops).content
    statements = list(Statement.objects.all())
    divided(make_people(shops, 10), statements, AGREE)
    divided(people_by(shops, Channel.PAPER, on_paper), statements, AGREE)
    content = later(shops)
    assert content["channels"]["paper"]["people"] == 12 + on_paper
    assert content["statements"][0]["seen"] == 37 + on_paper
    before, after = (c["statements"][0]["channels"] for c in (first, content))
    assert (after != before) is follows
    assert content["by_channel"]["release"] == (2 if follows else 1)
    assert ("channels show as in release 1" in shown_page()) is not follows


def test_somebody_who_changes_an_answer_is_not_told_by_the_channels(shops: Coproduction) -> None:
    first = publish_results(shops).content
    statements = list(Statement.objects.all())
    divided(make_people(shops, 10), statements, AGREE)
    one = Participant.objects.filter(channel="paper").order_by("pk")[1]
    one.votes.update(answer=AGREE)
    content = later(shops)
    assert content["statements"][0]["channels"] == first["statements"][0]["channels"]


# Ten people at least came before each release, by whichever channel.
ROUNDS = st.lists(
    st.fixed_dictionaries({"web": st.integers(0, 25), "paper": st.integers(0, 25)}).filter(lambda newcomers: sum(newcomers.values()) >= FEWEST),
    min_size=2, max_size=6,
)  # fmt: skip


@given(ROUNDS)
def test_between_two_releases_a_channel_never_moves_by_fewer_than_ten_people(
    rounds: list[dict[str, int]],
) -> None:
    rows: list[tuple[int, int, int]] = []
    channels: dict[int, str] = {}
    last, said = None, None
    for number, newcomers in enumerate(rounds, 1):
        for channel, count in newcomers.items():
            for _n in range(count):
                person = len(rows) + 1
                channels[person] = channel
                rows.append((person, 1, 1))
        line: dict[str, Any] = {"id": 1, "seen": len(rows)}
        content: dict[str, Any] = {"people": len(rows), "statements": [line]}
        add_channels(content, channels, rows, last, number)
        if said is not None:
            for channel in ("web", "paper"):
                old, new = said.get(channel), line["channels"].get(channel)
                if old and new:
                    assert new["seen"] == old["seen"] or new["seen"] >= old["seen"] + FEWEST
        last, said = content, line["channels"]


def test_the_page_stays_light_with_every_channel_and_twenty_sentences(db: None) -> None:
    coproduction = make_coproduction()
    statements = make_statements(coproduction, 40)
    for channel in Channel:
        make_votes(people_by(coproduction, channel, 12), statements)
    publish_results(coproduction)
    page = Client().get(at("results", "shops") + "?order=agreed")
    html = html_of(page)
    opening = html.count("<") - html.count("</") - html.count("<!")
    assert opening - html.count("<path") < 400 and len(html) < 60_000
