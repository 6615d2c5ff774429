"""An opinion before an assembly: amended side by side, voted amendment by amendment, then whole."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from partage.assemblies.assembling import add_substitute, replace_member
from partage.assemblies.ballots import cast_ballot
from partage.assemblies.models import Member, Vote
from partage.assemblies.samples import make_sample_assembly
from partage.contributions.models import Idea
from partage.coproductions.models import Coproduction
from partage.opinions.amending import digest_of
from partage.opinions.debating import settle_debates
from partage.opinions.models import Amendment, AmendmentSupport, Debate, Opinion, Recommendation
from partage.opinions.samples import make_sample_debate
from partage.register.models import Entry
from tests.factories import (
    at,
    make_amendment,
    make_assembly,
    make_coproduction,
    make_debate,
    make_facilitator,
    make_idea,
    make_sensitive,
    member_browser,
    members_of,
    signed_in,
)
from tests.web.page import hidden_fields, html_of, words_of

pytestmark = pytest.mark.django_db
TEXT = "Self-checkouts may become the rule in every shop."
RULE = {
    "regime": "roll-call", "majority": "simple", "counted": "expressed",
    "quorum_percent": "0", "groups_needed": "0",
}  # fmt: skip
WORDS = {"acts": "", "due_on": "", "known_by": ""}


class Hall:
    """A desk, an assembly of five and the opinion before it."""

    def __init__(self, *texts: str, coproduction: Coproduction | None = None) -> None:
        self.coproduction = coproduction or make_coproduction()
        self.desk = signed_in(make_facilitator(self.coproduction))
        self.members: list[Member] = members_of(make_assembly())
        self.debate: Debate = make_debate(
            self.coproduction, self.members[0].group.assembly, texts or (TEXT,)
        )

    def amendment(
        self, text: str, by: int = 0, seconded: int | None = 1, **words: Any
    ) -> Amendment:
        seconder = None if seconded is None else self.members[seconded]
        return make_amendment(self.debate, self.members[by], seconder, text=text, **words)

    def ask(self, **sent: Any) -> Any:
        return self.desk.post(at("debate-desk", "shops", "debated"), RULE | sent)

    def vote(self, amendment: Amendment, choice: str = "for") -> None:
        """Put it to the vote, have three vote, close, and let the worker draw the consequences."""
        assert self.ask(amendment=[amendment.number], chosen="yes").status_code == 302
        self.close(Amendment.objects.get(pk=amendment.pk).vote, choice)

    def close(self, vote: Vote | None, choice: str = "for") -> None:
        assert vote is not None
        for member in self.members[:3]:
            cast_ballot(vote, member, member, choice)
        assert (
            self.desk.post(at("vote-desk", "council", vote.number), {"do": "close"}).status_code
            == 302
        )
        settle_debates()

    def text(self, number: int = 1) -> str:
        return str(Recommendation.objects.get(number=number).text["en"])


def state_of(amendment: Amendment) -> str:
    return Amendment.objects.get(pk=amendment.pk).state


def shown(amendment: Amendment, browser: Client | None = None) -> Any:
    return (browser or Client()).get(amendment.get_absolute_url())


def test_the_desk_puts_a_draft_before_an_assembly_and_its_text_is_then_public_and_frozen() -> None:
    coproduction = make_coproduction()
    desk = signed_in(make_facilitator(coproduction))
    page = at("debate-desk", "shops", "debated")
    opinion = Opinion.objects.create(
        coproduction=coproduction, slug="debated", title={"en": "Debated"}
    )
    assert "has no assembly yet" in words_of(desk.get(page))
    assembly = make_assembly()
    sent = {"assembly": assembly.pk, "until": "2020-01-31"}
    refused = desk.post(page, sent)
    assert refused.status_code == 400 and "no recommendation yet" in words_of(refused)
    opinion.recommendations.create(number=1, text={"fr": "Gardons une caisse."})
    assert "has no words in this language yet" in words_of(desk.post(page, sent))
    opinion.recommendations.update(text={"en": TEXT})
    assert "This day is past" in words_of(desk.post(page, sent))
    assert Client().get(at("debate", "debated")).status_code == 404 and not Debate.objects.exists()
    until = timezone.localdate() + timedelta(days=3)
    assert desk.post(page, sent | {"until": until.isoformat()})["Location"] == at(
        "debate", "debated"
    )
    assert TEXT in words_of(Client().get(at("debate", "debated")))
    assert Entry.objects.filter(kind="debate-opened", public__opinion="debated").exists()
    kept = desk.post(
        at("draft-recommendation", "shops", "debated", 1), {"text": "Quite another text."}
    )
    assert kept.status_code == 400 and "its amendments alone change it" in words_of(kept)
    translated = at("draft-recommendation", "shops", "debated", 1, language="fr")
    assert (
        desk.post(translated, {"text": "Les caisses automatiques deviennent la règle."}).status_code
        == 302
    )
    publish = desk.post(at("draft-opinion", "shops", "debated"))
    assert publish.status_code == 409 and "has not voted on the whole yet" in words_of(publish)


def test_a_member_proposes_another_seconds_and_both_texts_stand_side_by_side() -> None:
    hall = Hall()
    author, other = member_browser(hall.members[0]), member_browser(hall.members[3])
    form = at("amend", "debated", "recommendation", 1)
    assert TEXT in html_of(author.get(form))
    sent = WORDS | {"text": TEXT.replace("may become", "remain")}
    refused = author.post(form, sent)
    assert refused.status_code == 400 and "Say why first" in words_of(refused)
    assert "remain the rule" in html_of(refused)
    made = author.post(form, sent | {"reason": "A choice must stay one."})
    one = Amendment.objects.get()
    assert made["Location"] == one.get_absolute_url()
    assert (one.proposed_by, one.removed, one.added, one.state) == ("A1", 2, 1, "proposed")
    page = words_of(author.get(one.get_absolute_url()))
    assert "2 words removed, 1 added" in page and "[removed: may become ]" in page
    assert "By A1, Group 1." in page and "Second it" not in page
    assert "[added: remain ]" in words_of(author.get(one.get_absolute_url(), {"as": "text"}))
    act = at("amendment-act", "debated", 1)
    seen = {"do": "second", "words": digest_of(one.words)}
    own = author.post(act, seen)
    assert own.status_code == 409 and "somebody else seconds it" in words_of(own)
    assert Client().post(act, seen).status_code == 403
    stale = other.post(act, seen | {"words": "0"})
    assert stale.status_code == 409 and "read it again" in words_of(stale)
    assert other.post(act, seen).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.seconded_by, one.seconded_for) == ("seconded", "B1", "Group 2")
    assert other.post(act, {"do": "withdraw"}).status_code == 409
    assert author.post(act, {"do": "withdraw"}).status_code == 302
    assert state_of(one) == "withdrawn"
    for browser in (author, other):
        gone = words_of(shown(one, browser))
        assert "withdrawn" in gone and "As a member" not in gone
    assert author.post(act, {"do": "withdraw"}).status_code == 409
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert {"amendment-proposed", "amendment-seconded", "amendment-withdrawn"} <= kinds
    assert not Entry.objects.filter(public__icontains="A1").exists()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"text": TEXT}, "Nothing is changed yet"),
        ({"text": "", "acts": "The town"}, "leave every field empty to take it all away"),
        ({"text": "Keep a staffed checkout.", "due_on": "2030-02-31"}, "not a day of the calendar"),
        ({"text": "Keep a staffed checkout.", "reason": ""}, "Say why first"),
        ({"text": "x" * 3000}, "shorten it to"),
    ],
)
def test_an_amendment_that_says_nothing_is_refused_with_one_sentence(
    sent: dict[str, str], sentence: str
) -> None:
    hall = Hall()
    browser = member_browser(hall.members[0])
    form = at("amend", "debated", "recommendation", 1)
    refused = browser.post(form, WORDS | {"reason": "Why."} | sent)
    assert refused.status_code == 400 and sentence in words_of(refused)
    assert not Amendment.objects.exists()


def test_nobody_amends_after_the_last_day_nor_what_is_not_there() -> None:
    hall = Hall()
    browser = member_browser(hall.members[0])
    assert browser.get(at("amend", "debated", "recommendation", 9)).status_code == 404
    assert browser.get(at("amend", "debated", "chapter", 1)).status_code == 404
    Debate.objects.update(amendable_until=timezone.localdate() - timedelta(days=1))
    sent = WORDS | {"text": "Keep all the checkouts.", "reason": "Why."}
    refused = browser.post(at("amend", "debated", "recommendation", 1), sent)
    assert refused.status_code == 400 and "time for amendments is over" in words_of(refused)
    assert "Propose an amendment" not in words_of(browser.get(at("debate", "debated")))


def test_an_adopted_amendment_is_in_the_text_and_one_not_adopted_is_not() -> None:
    hall = Hall()
    remain = hall.amendment(TEXT.replace("may become", "remain"))
    town = hall.amendment(TEXT.replace("every shop", "every town"), by=1, seconded=0)
    never = hall.amendment(TEXT.replace("every shop.", "no shop."), by=2)
    hall.vote(remain)
    assert hall.text() == "Self-checkouts remain the rule in every shop."
    hall.vote(town)
    assert hall.text() == "Self-checkouts remain the rule in every town."
    assert state_of(town) == "adopted" and "It is in the text." in words_of(shown(town))
    refused = hall.ask(amendment=[never.number], chosen="yes")
    assert refused.status_code == 400 and "The text moved under amendment 3" in words_of(refused)
    assert not Amendment.objects.get(pk=never.pk).vote_id
    other = hall.amendment(hall.text().replace("rule", "exception"), by=2)
    hall.vote(other, "against")
    assert state_of(other) == "not-adopted" and "every town." in hall.text()
    assert [entry.public["outcome"] for entry in Entry.objects.filter(kind="amendment-decided").order_by("pk")] == [
        "adopted", "adopted", "not-adopted",
    ]  # fmt: skip


def test_rivals_are_named_and_never_under_vote_together() -> None:
    hall = Hall()
    remain = hall.amendment(TEXT.replace("may become", "remain"))
    must = hall.amendment(TEXT.replace("may become", "must become"), by=2)
    apart = hall.amendment(TEXT.replace("every shop", "every town"), by=2)
    assert "Rivals" in words_of(shown(must)) and "Amendment 1" in words_of(shown(must))
    assert "Rivals" not in words_of(shown(apart))
    refused = hall.ask(amendment=[remain.number, must.number], chosen="yes")
    assert refused.status_code == 400 and "a rival of amendment" in words_of(refused)
    assert not Vote.objects.exists()  # nor the first of the two
    assert hall.ask(amendment=[remain.number, apart.number], chosen="yes").status_code == 302
    assert Vote.objects.count() == 2
    proposed = hall.amendment(TEXT.replace("may become", "will become"), by=2, seconded=None)
    not_seconded = hall.ask(amendment=[proposed.number], chosen="yes")
    assert "it is not seconded, or is voted already" in words_of(not_seconded)
    assert "Choose amendments" in words_of(hall.ask(chosen="yes"))


def test_the_author_brings_a_text_that_moved_up_to_date_and_it_is_seconded_anew() -> None:
    hall = Hall()
    remain = hall.amendment(TEXT.replace("may become", "remain"))
    must = hall.amendment(TEXT.replace("may become", "must become"), by=2)
    hall.vote(remain)
    browser = member_browser(hall.members[2])
    assert "Bring back my text" in words_of(shown(must, browser))
    page = browser.get(at("revise-amendment", "debated", must.number))
    for words in ("Yours", "As it stands", "As it was then", hall.text(), TEXT):
        assert words in words_of(page)
    assert "must become the rule" in html_of(page)
    assert (
        member_browser(hall.members[1])
        .get(at("revise-amendment", "debated", must.number))
        .status_code
        == 403
    )
    sent = WORDS | {"text": "Self-checkouts must remain the rule in every shop."}
    assert browser.post(at("revise-amendment", "debated", must.number), sent).status_code == 302
    must.refresh_from_db()
    assert (must.state, must.seconded_by, must.base["text"]) == ("proposed", "", hall.text())
    member_browser(hall.members[3]).post(
        at("amendment-act", "debated", must.number),
        {"do": "second", "words": digest_of(must.words)},
    )
    hall.vote(must)
    assert hall.text() == sent["text"]


def test_a_recommendation_is_added_and_another_taken_away() -> None:
    hall = Hall(TEXT, "Open the shops on Sundays.")
    new = make_amendment(
        hall.debate, hall.members[0], hall.members[1], place=0,
        text="Train the staff in time.", acts="The cooperative", due_on="2030-01-31",
    )  # fmt: skip
    gone = make_amendment(hall.debate, hall.members[0], hall.members[1], place=2, text="")
    hall.vote(new)
    hall.vote(gone)
    kept = {one.number: one for one in Recommendation.objects.all()}
    assert kept.keys() == {1, 3}
    assert (kept[3].acts["en"], str(kept[3].due_on)) == ("The cooperative", "2030-01-31")
    assert "Recommendation 2" in words_of(shown(gone))


def test_the_order_of_votes_is_along_the_text_and_the_furthest_first() -> None:
    hall = Hall(TEXT, "Open the shops on Sundays.")
    hall.amendment("Open them never.", place=2)
    make_amendment(hall.debate, hall.members[0], place=0, text="Train the staff in time.")
    hall.amendment(TEXT.replace("may", "must"))
    hall.amendment("")
    found = re.findall(
        r"Amendment (\d), (\w+ ?\w*)", words_of(Client().get(at("amendments", "debated")))
    )
    assert [number for number, _place in found] == ["4", "3", "1", "2"]
    one_place = words_of(Client().get(at("amendments", "debated"), {"of": "recommendation-2"}))
    assert re.findall(r"Amendment (\d)", one_place) == ["1"]
    assert Client().get(at("amendments", "debated"), {"of": "x-y"}).status_code == 200


def test_the_whole_is_voted_once_amendments_are_decided_and_its_totals_are_published() -> None:
    hall = Hall()
    pending = hall.amendment(TEXT.replace("may", "must"))
    lone = hall.amendment(TEXT.replace("every", "each"), by=2, seconded=None)
    refused = hall.ask(whole="yes")
    assert refused.status_code == 400 and "Amendment 1 is seconded and not decided" in words_of(
        refused
    )
    hall.vote(pending)
    assert hall.ask(whole="yes").status_code == 302
    debate = Debate.objects.get()
    assert state_of(lone) == "lapsed" and debate.vote is not None
    assert "SHA-256 of its text" in debate.vote.question
    again = hall.ask(whole="yes")
    assert again.status_code == 400 and "The whole is put to the vote" in words_of(again)
    browser = member_browser(hall.members[2])
    late = browser.post(
        at("amend", "debated", "recommendation", 1),
        WORDS | {"text": "Another text yet.", "reason": "Why."},
    )
    assert late.status_code == 400 and "amendments are over" in words_of(late)
    hall.close(debate.vote)
    opinion = Opinion.objects.get()
    assert (opinion.result, opinion.votes_for, opinion.votes_against) == ("adopted", 3, 0)
    assert opinion.voted_on == timezone.localdate()
    settle_debates()
    assert opinion.group_votes.count() == 2
    assert hall.desk.post(at("draft-opinion", "shops", "debated")).status_code == 302
    page = words_of(Client().get(at("opinion", "debated")))
    assert "Adopted: 3 for, 0 against, 0 abstentions" in page and "must become the rule" in page
    assert at("assembly-vote", "council", debate.vote.number) in html_of(
        Client().get(at("opinion", "debated"))
    )
    assert at("debate", "debated") in html_of(Client().get(at("opinion", "debated")))


def test_no_decision_leaves_it_to_be_voted_again() -> None:
    hall = Hall()
    one = hall.amendment(TEXT.replace("may", "must"))
    quorum = {"quorum_percent": "100"}
    assert hall.ask(amendment=[one.number], chosen="yes", **quorum).status_code == 302
    hall.close(Amendment.objects.get().vote)
    assert state_of(one) == "seconded" and hall.text() == TEXT
    hall.vote(one)
    assert hall.ask(whole="yes", **quorum).status_code == 302
    hall.close(Debate.objects.get().vote)
    assert Debate.objects.get().vote is None and Opinion.objects.get().voted_on is None
    assert hall.ask(whole="yes").status_code == 302
    hall.close(Debate.objects.get().vote, "against")
    assert Opinion.objects.get().result == "rejected"


def test_an_adopted_amendment_whose_place_moved_is_written_in_by_the_desk_in_the_open() -> None:
    hall = Hall()
    one = hall.amendment(TEXT.replace("may become", "remain"))
    hall.ask(amendment=[one.number], chosen="yes")
    # As if a rival had been applied by another door: the site itself never has two under vote.
    Recommendation.objects.update(text={"en": TEXT.replace("may become", "will become")})
    hall.close(Amendment.objects.get().vote)
    assert state_of(one) == "adopted" and "will become" in hall.text()
    assert "the desk writes it in" in words_of(shown(one))
    assert "apply it first" in words_of(hall.ask(whole="yes"))
    page = at("apply-amendment", "shops", "debated", 1)
    opened = hall.desk.get(page)
    assert "As adopted" in words_of(opened)
    sent = WORDS | {"text": "They will remain the rule."}
    sent |= {"seen": hidden_fields(opened)["seen"]}
    Recommendation.objects.update(text={"en": TEXT.replace("may become", "shall become")})
    again = hall.desk.post(page, sent)
    assert again.status_code == 400 and "The text changed while you wrote" in words_of(again)
    assert "shall become" in hall.text() and "will remain the rule" in html_of(again)
    sent |= {"seen": hidden_fields(again)["seen"]}
    assert hall.desk.post(page, sent).status_code == 302
    assert hall.text() == "They will remain the rule."
    assert hall.desk.get(page).status_code == 404
    assert Entry.objects.filter(kind="amendment-applied").count() == 1


def test_participants_support_an_amendment_and_do_not_vote_it() -> None:
    hall = Hall()
    one = hall.amendment(TEXT.replace("may", "must"))
    address, seen = at("support-amendment", "debated", 1), {"words": digest_of(one.words)}
    device = Client()
    assert device.post(address).status_code == 409  # without the words it is about
    for _time in range(2):
        assert device.post(address, seen).status_code == 302
    assert AmendmentSupport.objects.count() == 1
    assert "Take my support back" in words_of(shown(one, device))
    assert "Fewer than ten people support it" in words_of(shown(one))
    for _person in range(11):
        Client().post(address, seen)
    assert "At least 10 people support it" in words_of(shown(one))
    assert device.post(address, {"withdraw": "yes"}).status_code == 302
    assert AmendmentSupport.objects.count() == 11
    device.post(address, seen)
    device.post(at("erase", "shops"))
    assert AmendmentSupport.objects.count() == 11
    hall.vote(one)
    assert Client().post(address, seen).status_code == 409


def test_a_support_needs_the_consent_of_a_sensitive_frame_and_goes_with_it() -> None:
    hall = Hall(coproduction=make_sensitive("shops"))
    one = hall.amendment(TEXT.replace("may", "must"))
    seen = {"words": digest_of(one.words)}
    device = Client()
    assert device.post(at("support-amendment", "debated", 1), seen).status_code == 403
    device.post(at("consent", "shops"))
    assert device.post(at("support-amendment", "debated", 1), seen).status_code == 302
    device.post(at("withdraw", "shops"))
    assert not AmendmentSupport.objects.exists()


def test_the_database_holds_the_rules_of_amendments() -> None:
    hall = Hall()
    one = hall.amendment(TEXT.replace("may", "must"))
    wrong: list[dict[str, Any]] = [
        {"state": "adopted"},  # without a vote
        {"seconder": one.proposer},
        {"seconded_by": ""},
        {"reason": ""},
        {"state": "agreed"},
        {"applied_at": timezone.now()},
    ]
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Amendment.objects.filter(pk=one.pk).update(**values)


def test_two_hundred_amendments_take_no_more_queries_and_light_pages(
    django_assert_max_num_queries: Any,
) -> None:
    hall = Hall(*(f"{TEXT} {n}." for n in range(20)))
    for n in range(200):
        place = n % 20 + 1
        text = f"{TEXT} {place - 1}.".replace("every", f"every {n}")
        make_amendment(hall.debate, hall.members[n % 2], hall.members[2], place=place, text=text)
    pages = [at("debate", "debated"), at("amendments", "debated"), at("amendment", "debated", 1)]
    for address in pages:
        with django_assert_max_num_queries(12):
            page = Client().get(address)
        html = html_of(page)
        assert len(html.encode()) < 60_000, address
        assert len(re.findall(r"<[a-z]", html)) < 400, address
    with django_assert_max_num_queries(16):
        desk = hall.desk.get(at("debate-desk", "shops", "debated"))
    assert len(re.findall(r"<[a-z]", html_of(desk))) < 400
    assert "200 amendments" in words_of(Client().get(at("debate", "debated")))


def test_what_a_recommendation_rests_on_stands_beside_its_amendments() -> None:
    hall = Hall()
    one = hall.amendment(TEXT.replace("may", "must"))
    make_idea(hall.coproduction, title="Staffed checkouts at night")
    Recommendation.objects.get().evidence.create(idea=Idea.objects.get())
    for page in (Client().get(at("debate", "debated")), shown(one)):
        assert "Staffed checkouts at night" in words_of(page)


def test_a_debate_is_found_from_where_its_people_come() -> None:
    hall = Hall()
    member = member_browser(hall.members[0])
    pages = [
        Client().get(hall.coproduction.get_absolute_url()),
        Client().get(at("opinions")),
        Client().get(at("assembly", "council")),
        member.get(at("member", "council")),
    ]
    for page in pages:
        assert hall.debate.get_absolute_url() in html_of(page)
        assert "amended until" in words_of(page)
    hall.coproduction.frame = None
    hall.coproduction.save()
    assert hall.debate.get_absolute_url() not in html_of(Client().get(at("opinions")))
    assert hall.debate.get_absolute_url() not in html_of(Client().get(at("assembly", "council")))
    assert Client().get(hall.debate.get_absolute_url()).status_code == 404


def test_amendments_are_followed_by_a_feed() -> None:
    hall = Hall()
    hall.amendment(TEXT.replace("may", "must"))
    feed = html_of(Client().get(at("amendments-feed", "debated")))
    assert "Amendment 1, Recommendation 1" in feed and "One is too few. – A1, Group 1" in feed
    assert at("amendments-feed", "debated") in html_of(Client().get(at("amendments", "debated")))


def test_the_demo_shows_one_amendment_adopted_two_rivals_and_one_addition() -> None:
    coproduction = make_coproduction()
    assembly, _token = make_sample_assembly(coproduction.organization)
    debate = make_sample_debate(coproduction, assembly)
    states = debate.amendments.values_list("state", flat=True)
    assert list(states) == ["adopted", "seconded", "seconded", "proposed"]
    page = Client().get(at("debate", debate.opinion.slug, language="fr"))
    assert "Les deux tiers de ce qui est économisé" in words_of(page)
    rival = Client().get(at("amendment", debate.opinion.slug, 2, language="fr"))
    assert "Amendements concurrents" in words_of(rival) and "Amendement 3" in words_of(rival)


def test_a_group_declares_beside_the_text_until_it_is_published() -> None:
    hall = Hall()
    page = at("group-declaration", "debated")
    first, second, other = (member_browser(hall.members[n]) for n in (0, 1, 3))
    assert Client().post(page, {"text": "We agree."}).status_code == 403
    assert first.post(page, {"text": "We agree."}).status_code == 302
    assert "We agree." in html_of(second.get(page)) and "We agree." not in html_of(other.get(page))
    assert second.post(page, {"text": "We agree, with regret."}).status_code == 302
    assert other.post(page, {"text": "We do not."}).status_code == 302
    said = hall.debate.opinion.declarations.values_list("group", "text__en")
    assert list(said) == [("Group 1", "We agree, with regret."), ("Group 2", "We do not.")]
    assert other.post(page, {"text": ""}).status_code == 302
    long = first.post(page, {"text": "x" * 1501})
    assert long.status_code == 400 and "shorten it to" in words_of(long)
    assert other.post(page, {"text": ""}).status_code == 302  # nothing more to take away
    shown_page = words_of(Client().get(at("debate", "debated")))
    assert "Group 1 We agree, with regret." in shown_page and "We do not." not in shown_page
    hall.ask(whole="yes")
    hall.close(Debate.objects.get().vote)
    hall.desk.post(at("draft-opinion", "shops", "debated"))
    assert "We agree, with regret." in words_of(Client().get(at("opinion", "debated")))
    late = first.post(page, {"text": "No more."})
    assert late.status_code == 400 and "declarations stay" in words_of(late)
    assert Entry.objects.filter(kind="declaration-written").count() == 4


def test_what_groups_say_comes_after_the_text_on_light_pages() -> None:
    hall = Hall(*(f"{TEXT} {n} " + "é" * 1900 for n in range(14)))
    for n in range(18):
        said = {"en": f"Group {n} " + "é" * 1490}
        hall.debate.opinion.declarations.create(place=n + 1, group=f"Side {n}", text=said)
    browser = member_browser(hall.members[0])
    sent = browser.post(at("group-declaration", "debated"), {"text": "And we say so."})
    assert "And we say so." in words_of(browser.get(sent["Location"]))
    address = at("debate", "debated")
    pages = [html_of(Client().get(address, {"page": n})) for n in (1, 2, 3)]
    assert [page.count("Side ") for page in pages] == [0, 10, 8]  # and the group's own
    assert "The text as it stands" in pages[1] and "as it stands" not in pages[2]
    for page in pages:
        assert len(page.encode()) < 60_000 and len(re.findall(r"<[a-z]", page)) < 400
    first = f"{address}?page=2#declarations"
    assert first in pages[0] and first in pages[2]


def test_the_text_is_published_with_a_vote_that_closed_a_moment_ago() -> None:
    hall = Hall()
    hall.ask(whole="yes")
    vote = Debate.objects.get().vote
    assert vote is not None
    cast_ballot(vote, hall.members[0], hall.members[0], "for")
    hall.desk.post(at("vote-desk", "council", vote.number), {"do": "close"})
    # The worker has not passed yet.
    assert hall.desk.post(at("draft-opinion", "shops", "debated")).status_code == 302
    assert Opinion.objects.get().result == "adopted"


def test_a_page_compares_an_amendment_with_twenty_others_and_leads_to_all() -> None:
    hall = Hall()
    for n in range(22):
        hall.amendment(TEXT.replace("rule", f"rule number {n}"), by=n % 2, seconded=None)
    page = shown(Amendment.objects.get(number=1))
    assert (
        len(set(re.findall(r"/en/opinions/debated/debate/amendments/(\d+)/\"", html_of(page))))
        == 20
    )
    assert "this page compares it with 20 of them" in words_of(page)
    every = words_of(Client().get(at("amendments", "debated"), {"of": "recommendation-1"}))
    assert "Page 1 of 2" in every
    Amendment.objects.filter(number__gt=21).update(state="withdrawn")
    assert "this page compares" not in words_of(shown(Amendment.objects.get(number=1)))


def test_a_place_that_went_is_never_another_one() -> None:
    hall = Hall(TEXT, "Put cameras at the doors.")
    gone = hall.amendment("", place=2)
    late = hall.amendment("Put cameras at the doors.", place=2, known_by="A report says so.")
    refused = hall.ask(amendment=[late.number], chosen="yes")
    assert refused.status_code == 400 and "is voted before it" in words_of(refused)
    hall.vote(gone)
    new = make_amendment(
        hall.debate, hall.members[0], hall.members[1], place=0, text="Forbid all the cameras."
    )
    hall.vote(new)
    assert set(Recommendation.objects.values_list("number", flat=True)) == {1, 3}
    assert "The text moved under" in words_of(hall.ask(amendment=[late.number], chosen="yes"))


def test_what_is_adopted_in_one_language_leaves_no_other_words_in_the_other() -> None:
    hall = Hall()
    Recommendation.objects.update(text={"en": TEXT, "fr": "Elles peuvent devenir la règle."})
    hall.vote(hall.amendment(TEXT.replace("may", "must")))
    assert Recommendation.objects.get().text == {"en": TEXT.replace("may", "must")}


def test_a_form_that_was_open_while_the_text_moved_is_not_sent_blindly() -> None:
    hall = Hall()
    browser = member_browser(hall.members[2])
    form = at("amend", "debated", "recommendation", 1)
    seen = hidden_fields(browser.get(form))["seen"]
    hall.vote(hall.amendment(TEXT.replace("may become", "never become")))
    sent = WORDS | {"text": TEXT.replace("every", "each"), "reason": "Why.", "seen": seen}
    again = browser.post(form, sent)
    assert again.status_code == 400 and "The text changed while you wrote" in words_of(again)
    assert "never become the rule" in words_of(again) and "in each shop" in html_of(again)
    assert Amendment.objects.count() == 1
    sent |= {"seen": hidden_fields(again)["seen"]}
    assert browser.post(form, sent).status_code == 302


def test_one_seat_or_one_person_does_not_second_itself() -> None:
    hall = Hall()
    one = hall.amendment(TEXT.replace("may", "must"), seconded=None)
    substitute = add_substitute(hall.members[0], "Sam")
    seen = {"do": "second", "words": digest_of(one.words)}
    act = at("amendment-act", "debated", 1)
    not_sitting = member_browser(substitute).post(act, seen)
    assert not_sitting.status_code == 409 and "do not sit today" in words_of(not_sitting)
    replace_member(hall.members[0], is_replaced=True)
    same_seat = member_browser(substitute).post(act, seen)
    assert same_seat.status_code == 409 and "somebody else seconds it" in words_of(same_seat)


def test_after_the_last_day_what_was_proposed_may_still_be_brought_up_to_date() -> None:
    hall = Hall()
    one = hall.amendment(TEXT.replace("may", "must"))
    supporter = Client()
    supporter.post(at("support-amendment", "debated", 1), {"words": digest_of(one.words)})
    Debate.objects.update(amendable_until=timezone.localdate() - timedelta(days=1))
    browser = member_browser(hall.members[0])
    sent = WORDS | {"text": TEXT.replace("may", "shall")}
    assert browser.post(at("revise-amendment", "debated", 1), sent).status_code == 302
    assert state_of(one) == "proposed" and not AmendmentSupport.objects.exists()
    assert browser.post(at("amendment-act", "debated", 1), {"do": "withdraw"}).status_code == 302
