"""Paper and phone answers entered at the desk by keyboard: counted, stamped, taken back."""

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from partage.consents.models import Consent, hash_of
from partage.contributions.models import (
    Progress,
    Sheet,
    Statement,
    Vote,
)
from partage.contributions.sheet_pages import ON_A_SHEET
from partage.contributions.sheets import Filled, SheetThere, enter_sheet
from partage.coproductions.models import Coproduction
from partage.people.models import Channel, Participant, Person
from partage.register.models import Entry, Erasure, Payload
from tests.factories import (
    AGREE,
    CONSENT,
    DISAGREE,
    UNSURE,
    at,
    close_voting,
    everything_stored,
    make_coproduction,
    make_facilitator,
    make_people,
    make_sensitive,
    make_statement,
    make_statements,
    make_votes,
    publish_results,
    signed_in,
    stored,
)
from tests.web.page import html_of, tags_of, words_of


@pytest.fixture
def shops(db: None) -> Coproduction:
    coproduction = make_coproduction()
    make_statements(coproduction, 3)
    return coproduction


@pytest.fixture
def desk(shops: Coproduction) -> Client:
    return signed_in(make_facilitator(shops))


def type_sheet(
    desk: Client, *signs: str, mark: str = "1", channel: str = "paper", **more: str
) -> HttpResponse:
    typed = {f"answer-{number}": sign for number, sign in enumerate(signs, 1)}
    address = at("enter-sheet", more.pop("slug", "shops"), channel)
    return desk.post(address, {"mark": mark, **typed, **more}, follow=True)  # type: ignore[return-value]


def answers_of(mark: str = "1") -> list[int]:
    votes = Vote.objects.filter(participant__sheet__mark=mark)
    return list(votes.order_by("statement").values_list("answer", flat=True))


def proposed(page: HttpResponse) -> str:
    return next(field["value"] for field in tags_of(page, "input") if field["name"] == "mark")


@pytest.mark.parametrize("channel", [Channel.PAPER, Channel.PHONE])
def test_a_sheet_is_saved_under_its_channel_and_the_next_number_shows(
    desk: Client, channel: Channel
) -> None:
    assert proposed(desk.get(at("enter-sheet", "shops", channel))) == "1"  # type: ignore[arg-type]
    page = type_sheet(desk, "+", "-", "?", channel=channel)
    assert "Sheet 1 is saved: 3 answers." in words_of(page)
    assert proposed(page) == "2"
    assert answers_of() == [AGREE, DISAGREE, UNSURE]
    assert Participant.objects.get().channel == channel
    assert Sheet.objects.get().entered_by == Person.objects.get()


def test_each_answer_is_in_the_register_as_a_vote_with_its_channel_and_role(desk: Client) -> None:
    type_sheet(desk, "+", "", "-")
    said = {"channel": "paper", "role": "facilitator"}
    votes = Entry.objects.filter(kind="vote")
    assert [entry.public for entry in votes] == [said, said]
    assert Entry.objects.get(kind="sheet-entered").public == said
    assert Payload.objects.filter(entry__in=votes).count() == 2


@pytest.mark.parametrize(
    ("typed", "counted"),
    [
        ("+", AGREE), (" Agree ", AGREE), ("d’accord", AGREE), ("oui", AGREE),
        ("-", DISAGREE), ("−", DISAGREE), ("pas d'accord", DISAGREE), ("NO", DISAGREE),
        ("?", UNSURE), ("0", UNSURE), ("I don’t know", UNSURE), ("ne sait pas", UNSURE),
    ],
)  # fmt: skip
def test_what_may_be_typed_for_an_answer(desk: Client, typed: str, counted: int) -> None:
    type_sheet(desk, typed)
    assert answers_of() == [counted]


@pytest.mark.parametrize("typed", ["d", "x", "1", "-1", "++", "+-", "=1+1", "<b>", "oui non"])
def test_what_is_no_answer_is_named_and_everything_typed_stays(desk: Client, typed: str) -> None:
    before = stored()
    page = type_sheet(desk, "+", typed, "?", mark="12")
    assert page.status_code == 400
    assert f"“{typed}” is not an answer: write +, - or ?, or leave it empty." in words_of(page)
    fields = {field["name"]: field.get("value") for field in tags_of(page, "input")}
    kept = [fields[name] for name in ("mark", "answer-1", "answer-2", "answer-3")]
    assert kept == ["12", "+", typed, "?"]
    assert stored() == before


@pytest.mark.parametrize(
    ("mark", "sentence"),
    [
        ("", "The sheet has no number"),
        ("Marie Dupont", "is not a sheet number"),
        ("a@b.org", "is not a sheet number"),
        ("1" * 21, "is not a sheet number"),
        ("٣", "is not a sheet number"),
        ("2026-01-02", "looks like a date"),
        ("02/01/2026", "looks like a date"),
    ],
)
def test_a_sheet_has_a_number_and_never_a_name(desk: Client, mark: str, sentence: str) -> None:
    before = stored()
    page = type_sheet(desk, "+", mark=mark)
    assert page.status_code == 400 and sentence in words_of(page)
    assert stored() == before


def test_an_empty_sheet_is_refused(desk: Client) -> None:
    before = stored()
    assert "The sheet holds no answer" in words_of(type_sheet(desk, "", " "))
    assert stored() == before


def test_the_same_sheet_sent_twice_counts_once(desk: Client) -> None:
    type_sheet(desk, "+", "-")
    before = stored()
    assert "Sheet 1 is saved: 2 answers." in words_of(type_sheet(desk, "+", "-", mark="01"))
    assert stored() == before


def test_a_number_taken_by_other_answers_is_refused(desk: Client) -> None:
    type_sheet(desk, "+", "-")
    page = type_sheet(desk, "-", "-")
    assert page.status_code == 400
    assert "Sheet 1 was entered already, with other answers." in words_of(page)
    assert answers_of() == [AGREE, DISAGREE]


def test_paper_and_phone_have_numbers_of_their_own(desk: Client) -> None:
    type_sheet(desk, "+")
    type_sheet(desk, "-", channel="phone")
    assert Sheet.objects.filter(mark="1").count() == 2


def test_a_sheet_taken_back_is_gone_and_may_be_entered_again(desk: Client) -> None:
    before = stored()
    type_sheet(desk, "+", "-", mark="7")
    sheet = Sheet.objects.get()
    secret = bytes(sheet.participant.vault_key.key)
    undo = {"enter": "1"}
    page = desk.post(at("take-sheet-back", "shops", sheet.pk), undo, follow=True)
    assert "Sheet 7 was taken back: its answers are gone." in words_of(page)
    taken = Entry.objects.get(kind="sheet-taken-back")
    assert taken.public == {"channel": "paper", "role": "facilitator", "answers": 2}
    after = stored()
    for name in ("people.Participant", "contributions.Vote", "contributions.Sheet"):
        assert after[name] == before[name]
    assert repr(secret) not in everything_stored()
    assert not Payload.objects.exists() and Erasure.objects.count() == 2
    assert "Sheet 7 is saved" in words_of(type_sheet(desk, "-", mark="7"))


def test_a_sheet_is_taken_back_once_voting_is_closed_too(desk: Client, shops: Coproduction) -> None:
    type_sheet(desk, "+")
    close_voting(shops)
    desk.post(at("take-sheet-back", "shops", Sheet.objects.get().pk))
    assert not Vote.objects.exists()


def test_a_sheet_of_another_coproduction_is_not_found(desk: Client, shops: Coproduction) -> None:
    other = make_coproduction("elsewhere")
    make_statements(other, 1)
    paul = signed_in(make_facilitator(other, email="paul@example.org"))
    type_sheet(paul, "+", slug="elsewhere")
    address = at("take-sheet-back", "shops", Sheet.objects.get().pk)
    assert desk.post(address).status_code == 404
    assert Vote.objects.count() == 1


@pytest.mark.parametrize("kind", ["moderator", "reader"])
def test_moderators_and_readers_enter_nothing(shops: Coproduction, kind: str) -> None:
    person = Person.objects.create_person("max@example.org", "Max")
    shops.roles.create(person=person, kind=kind)
    before = stored()
    assert type_sheet(signed_in(person), "+").status_code == 403
    assert signed_in(person).get(at("sheets", "shops")).status_code == 403
    assert {**stored(), "people.Session": 0} == {**before, "people.Session": 0}


def test_nothing_is_entered_once_voting_is_closed(desk: Client, shops: Coproduction) -> None:
    close_voting(shops)
    page = type_sheet(desk, "+")
    assert "Voting is closed here" in words_of(page)
    assert not Participant.objects.exists() and not Sheet.objects.exists()


def test_only_paper_and_phone_are_entered_at_the_desk(desk: Client) -> None:
    for channel in ("web", "import", "x"):
        assert desk.get(at("enter-sheet", "shops", channel)).status_code == 404


def test_where_consent_is_asked_no_answer_counts_without_it(db: None) -> None:
    coproduction = make_sensitive()
    make_statements(coproduction, 2)
    desk = signed_in(make_facilitator(coproduction))
    page = desk.get(at("enter-sheet", coproduction.slug, "paper"))
    ticks = [field for field in tags_of(page, "input") if field.get("type") == "checkbox"]
    assert [("checked" in tick) for tick in ticks] == [False]
    page = type_sheet(desk, "+", slug=coproduction.slug, language="fr")  # type: ignore[assignment]
    assert "Without the person's consent these answers may not be counted" in words_of(page)
    assert not Vote.objects.exists() and not Participant.objects.exists()


def test_the_consent_of_a_sheet_is_kept_with_the_words_that_were_on_it(db: None) -> None:
    coproduction = make_sensitive()
    make_statements(coproduction, 2)
    desk = signed_in(make_facilitator(coproduction))
    type_sheet(desk, "+", slug=coproduction.slug, language="fr", has_consent="on")
    consent = Consent.objects.get()
    assert consent.language == "fr" and bytes(consent.text_sha256) == hash_of(CONSENT["fr"])
    assert consent.participant.channel == Channel.PAPER
    assert Entry.objects.filter(kind="consent-given").count() == 1
    assert answers_of() == [AGREE]


def test_two_facilitators_cannot_enter_one_number_twice(desk: Client, shops: Coproduction) -> None:
    type_sheet(desk, "+")
    sheet = Sheet.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Sheet.objects.create(
            coproduction=shops,
            channel=sheet.channel,
            mark=sheet.mark,
            participant=make_people(shops, 1)[0],
            entered_at=sheet.entered_at,
        )
    first = Statement.objects.order_by("pk")[0]
    filled = Filled("1", {first.pk: DISAGREE})
    with pytest.raises(SheetThere):
        enter_sheet(shops, Channel.PAPER, filled, Person.objects.get(), language="")


@pytest.mark.parametrize("values", [{"channel": "web"}, {"mark": ""}])
def test_the_database_holds_no_other_channel_and_no_sheet_without_a_number(
    desk: Client, values: dict[str, str]
) -> None:
    type_sheet(desk, "+")
    with pytest.raises(IntegrityError), transaction.atomic():
        Sheet.objects.update(**values)


def test_numbers_stay_when_a_sentence_is_published_later_or_erased(
    desk: Client, shops: Coproduction
) -> None:
    waiting = make_statement(shops, "It came before.", state=Progress.WAITING)
    later = make_statement(shops, "It was published first.", state=Progress.WAITING)
    for one in (later, waiting):
        desk.post(at("queue", "shops"), {"number": one.pk, "decision": "publish"})
    Statement.objects.filter(text__startswith="Sentence number 2").update(state="erased")
    page = html_of(desk.get(at("enter-sheet", "shops", "paper")))
    assert [f'name="answer-{n}"' in page for n in range(1, 7)] == [
        True, False, True, True, True, False,
    ]  # fmt: skip
    type_sheet(desk, "", "+", "", "-", "+")
    assert set(Vote.objects.values_list("statement", "answer")) == {
        (later.pk, DISAGREE),
        (waiting.pk, AGREE),
    }


def test_numbers_stay_when_a_sentence_is_withdrawn_or_taken_down(
    desk: Client, shops: Coproduction
) -> None:
    first, second = Statement.objects.filter(coproduction=shops).order_by("pk")[:2]
    Statement.objects.filter(pk=first.pk).update(state="withdrawn")
    Statement.objects.filter(pk=second.pk).update(
        state="refused", rule="personal", decided_at=timezone.now()
    )
    page = html_of(desk.get(at("enter-sheet", "shops", "paper")))
    assert [f'name="answer-{n}"' in page for n in (1, 2, 3)] == [False, False, True]


def test_many_sentences_come_in_parts_and_the_page_stays_light(
    desk: Client, shops: Coproduction
) -> None:
    make_statements(shops, 60)
    page = desk.get(at("enter-sheet", "shops", "paper") + "?part=2")
    fields = [f for f in tags_of(page, "input") if f["name"].startswith("answer-")]
    assert len(fields) == ON_A_SHEET and fields[0]["name"] == "answer-21"
    assert html_of(page).count("<") / 2 < 400 and len(html_of(page)) < 60_000
    sent = {"mark": "1", "answer-21": "+", "answer-1": "+"}
    page = desk.post(at("enter-sheet", "shops", "paper") + "?part=2", sent, follow=True)
    assert "Sheet 1 is saved: 1 answer." in words_of(page)
    assert 'name="answer-21"' in html_of(page)


def test_the_desk_shows_who_took_part_by_channel_and_what_was_entered(
    desk: Client, shops: Coproduction
) -> None:
    make_votes(make_people(shops, 12), list(Statement.objects.all()))
    type_sheet(desk, "+", "-")
    publish_results(shops)
    page = words_of(desk.get(at("sheets", "shops")))
    assert "on this site 12 36 on paper 1 2" in page
    assert "1 on paper 2 Claire" in page


def test_the_list_of_sheets_is_paged_in_a_constant_number_of_queries(
    desk: Client, shops: Coproduction, django_assert_max_num_queries: object
) -> None:
    first = Statement.objects.order_by("pk")[0]
    person = Person.objects.get()
    for number in range(1, 23):
        filled = Filled(str(number), {first.pk: AGREE})
        enter_sheet(shops, Channel.PAPER, filled, person, language="")
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        page = desk.get(at("sheets", "shops"))
    assert "Page 1 of 2" in words_of(page) and html_of(page).count("Take back") == 20
