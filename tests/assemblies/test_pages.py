"""An assembly through its pages: from the desk's first form to the public result."""

import csv
import io
import json
import re
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from partage.assemblies.ballots import cast_ballot
from partage.assemblies.models import Assembly, Member, RollCallBallot, SecretBallot, Vote
from partage.assemblies.proxies import give_proxy
from partage.assemblies.votes import close_vote, seal
from partage.people.models import Person
from partage.register.models import Entry
from partage.register.recording import new_vault_key
from tests.factories import (
    at,
    make_assembly,
    make_assembly_vote,
    make_coproduction,
    make_facilitator,
    member_browser,
    members_of,
    signed_in,
    stored,
)
from tests.web.page import bytes_of, hidden_fields, html_of, tags_of, words_of

pytestmark = pytest.mark.django_db
# 233 seats in 18 colleges, as an assembly of that size has them.
SIZES = (40, 30, 25, 20, 18, 15, 14, 12, 11, 10, 9, 8, 7, 5, 4, 2, 2, 1)
RULE = {"majority": "simple", "counted": "expressed", "quorum_percent": "50", "groups_needed": "0"}


def chair(assembly: Assembly | None = None, email: str = "claire@example.org") -> Client:
    """A browser at the desk of the organization of the tests' assemblies."""
    known = Person.objects.filter(email="claire@example.org").exists()
    coproduction = make_coproduction(f"shops-{known}".lower())
    return signed_in(make_facilitator(coproduction, email=email))


def elements(response: Any) -> int:
    return len(re.findall(r"<[a-z]", html_of(response)))


def pasted() -> str:
    return "\n".join(
        f"Member {group}-{n};College {group}"
        for group, size in enumerate(SIZES, 1)
        for n in range(1, size + 1)
    )


def choice_of(number: int) -> str:
    """156 for, 2 abstentions, and 75 who do not vote."""
    return "for" if number < 156 else "abstain" if number < 158 else ""


def assembled(desk: Client) -> Assembly:
    """The desk makes an assembly and pastes its 233 members, after a look."""
    made = desk.post(
        at("assemblies-desk"),
        {"name": "Economic council", "proxies": "1", "organization": organization_of(desk)},
    )
    assembly = Assembly.objects.get()
    assert made["Location"] == at("assembly-members", assembly.slug)
    sent = {"lines": pasted(), "since": "2026-01-01", "do": "look"}
    look = desk.post(at("assembly-members", assembly.slug), sent)
    assert "233 members to add" in words_of(look) and not Member.objects.exists()
    desk.post(at("assembly-members", assembly.slug), sent | {"do": "add"})
    assert (assembly.groups.count(), Member.objects.count()) == (18, 233)
    return assembly


def organization_of(desk: Client) -> str:
    (field,) = re.findall(r'<option value="(\d+)"', html_of(desk.get(at("assemblies-desk"))))
    return str(field)


def prepared(desk: Client, assembly: Assembly, **words: str) -> Vote:
    sent = {"title": "The opinion of December", "question": "Do you adopt it?", **RULE, **words}
    assert desk.post(at("vote-new", assembly.slug), sent).status_code == 302
    vote = Vote.objects.latest("pk")
    desk.post(at("vote-desk", assembly.slug, vote.number), {"do": "open"})
    return Vote.objects.get(pk=vote.pk)


@pytest.mark.parametrize("regime", ["roll-call", "secret"])
def test_a_vote_of_233_members_in_18_groups_end_to_end(regime: str) -> None:
    desk = chair()
    assembly = assembled(desk)
    vote = prepared(desk, assembly, regime=regime)
    where = at("ballot", assembly.slug, vote.number)
    public = vote.get_absolute_url()
    for number, member in enumerate(members_of(assembly)):
        if choice_of(number):
            browser = member_browser(member)
            sent = {"member": member.pk, "choice": choice_of(number)}
            answer = browser.post(where, sent)
            if regime == "secret":
                assert "final" in words_of(answer)
                answer = browser.post(where, hidden_fields(answer))
            assert answer.status_code == 302
        if number in (5, 12):
            so_far = words_of(Client().get(public))
            told = f"{number + 1} of 233 members have voted."
            assert (told in so_far) is (regime == "roll-call" or number == 12)
            assert "Adopted" not in so_far and " for," not in so_far
    began = time.monotonic()
    closing = desk.post(at("vote-desk", assembly.slug, vote.number), {"do": "close"})
    page = Client().get(closing["Location"])
    took = time.monotonic() - began
    assert took < 2, took
    words = words_of(page)
    assert "Adopted: 156 for, 0 against, 2 abstentions." in words
    assert "Simple majority: more votes for than against" in words
    assert "158 of 233 members voted; 117 needed. Reached." in words
    assert len(bytes_of(page)) <= 100_000
    assert elements(page) < 400
    paths = tags_of(page, "path")
    marks = "".join(p["d"] for p in paths if p["d"].endswith("h0")).count("M")
    assert marks == 158
    french = words_of(Client().get(at("assembly-vote", assembly.slug, vote.number, language="fr")))
    assert "Adopté : 156 pour, 0 contre, 2 abstentions." in french


def test_the_names_the_csv_and_the_json_of_a_roll_call_agree_and_open_its_seals() -> None:
    assembly = make_assembly((3, 2))
    vote = make_assembly_vote(assembly)
    members = members_of(assembly)
    give_proxy(members[3], members[0])
    cast_ballot(vote, members[0], members[0], "for")
    cast_ballot(vote, members[0], members[3], "against")
    for name in ("assembly-vote-names", "assembly-vote-csv", "assembly-vote-json"):
        assert Client().get(at(name, assembly.slug, vote.number)).status_code == 404
    close_vote(vote)
    names = words_of(Client().get(at("assembly-vote-names", assembly.slug, vote.number)))
    assert "A1: For" in names and "B1: Against (cast by A1, by proxy)" in names
    assert "A2: did not vote" in names
    text = bytes_of(Client().get(at("assembly-vote-csv", assembly.slug, vote.number))).decode()
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows["B1"]["choice"] == "against" and rows["B1"]["cast_by"] == "A1"
    answer = Client().get(at("assembly-vote-json", assembly.slug, vote.number))
    facts = json.loads(bytes_of(answer))
    assert facts["total"] == {"for": 1, "against": 1, "abstain": 0, "did_not_vote": 3}
    opened = Entry.objects.get(kind="vote-opened").public
    closed = Entry.objects.get(kind="vote-closed").public
    salt = bytes.fromhex(facts["salt"])
    assert seal(salt, facts["roll"]).hex() == opened["roll"]
    assert seal(salt, facts["ballots"]).hex() == closed["ballots"]


def test_a_secret_vote_shows_no_name_and_no_choice_of_a_group() -> None:
    assembly = make_assembly((3, 2))
    vote = make_assembly_vote(assembly, "secret")
    member = members_of(assembly)[0]
    cast_ballot(vote, member, member, "for")
    close_vote(vote)
    address = at("assembly-vote-names", assembly.slug, vote.number)
    assert Client().get(address).status_code == 404
    page = words_of(Client().get(vote.get_absolute_url()))
    assert "What each group chose is not known" in page and "Belenios" in page
    text = bytes_of(Client().get(at("assembly-vote-csv", assembly.slug, vote.number))).decode()
    assert "A1" not in text
    facts = json.loads(bytes_of(Client().get(at("assembly-vote-json", assembly.slug, vote.number))))
    assert [group["for"] for group in facts["groups"]] == [None, None]
    assert "roll" in facts["words"] or "salt" not in facts


def test_a_secret_ballot_is_reviewed_then_final() -> None:
    assembly = make_assembly((3, 2))
    vote, member = make_assembly_vote(assembly, "secret"), members_of(assembly)[0]
    browser, where = member_browser(member), at("ballot", assembly.slug, vote.number)
    review = browser.post(where, {"member": member.pk, "choice": "for"})
    assert "Once sent, this ballot is final" in words_of(review)
    assert not SecretBallot.objects.exists()
    sent = hidden_fields(review)
    browser.post(where, sent)
    again = browser.post(where, sent)
    assert again.status_code == 409 and "it is final" in words_of(again)
    assert SecretBallot.objects.count() == 1
    assert "nobody can tell which" in words_of(browser.get(where))
    desk = chair()
    told = words_of(desk.get(at("vote-desk", assembly.slug, vote.number)))
    assert "A1 – sent again after a ballot that stands, 1 time" in told


def test_a_roll_call_vote_is_changed_on_the_same_page() -> None:
    assembly = make_assembly((3, 2))
    vote, member = make_assembly_vote(assembly), members_of(assembly)[0]
    browser, where = member_browser(member), at("ballot", assembly.slug, vote.number)
    for choice in ("for", "against"):
        browser.post(where, {"member": member.pk, "choice": choice})
    page = browser.get(where)
    assert "It may be changed until the vote closes" in words_of(page)
    assert RollCallBallot.objects.get().choice == "against"
    checked = [radio["value"] for radio in tags_of(page, "input") if "checked" in radio]
    assert checked == ["against"]


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({"choice": ""}, 400, "Choose for, against or abstention."),
        ({"choice": "-1"}, 400, "Choose for, against or abstention."),
        ({"choice": "for", "member": "-1"}, 400, "Choose"),
        ({"choice": "for", "member": "99999999999999999999"}, 400, "Choose"),
        ({"choice": "for", "member": "other"}, 409, "You hold no proxy of A2"),
        ({"choice": "for", "member": "late"}, 409, "does not hold this name"),
    ],
)
def test_a_crafted_ballot_is_refused_in_a_sentence_and_shown_to_the_chair(
    sent: dict[str, str], status: int, words: str
) -> None:
    assembly = make_assembly((3, 2))
    vote = make_assembly_vote(assembly)
    member, other = members_of(assembly)[:2]
    late = Member.objects.create(
        group=member.group, name="Late", since=member.since, vault_key=new_vault_key()
    )
    named = {"other": other.pk, "late": late.pk}
    sent = {"member": str(member.pk), **sent}
    sent["member"] = str(named.get(sent["member"], sent["member"]))
    before = stored()
    answer = member_browser(member).post(at("ballot", assembly.slug, vote.number), sent)
    assert answer.status_code == status and words in words_of(answer)
    after = stored()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"assemblies.Attempt", "people.Session", "register.Entry"}
    assert not RollCallBallot.objects.exists()
    assert vote.attempts.get().member == member


def test_somebody_who_is_no_member_votes_nowhere() -> None:
    assembly = make_assembly((3, 2))
    vote, member = make_assembly_vote(assembly), members_of(assembly)[0]
    other = members_of(make_assembly((1,), name="Other"))[0]
    where = at("ballot", assembly.slug, vote.number)
    for browser in (Client(), member_browser(other), chair()):
        assert browser.post(where, {"member": member.pk, "choice": "for"}).status_code == 403
        assert browser.get(at("member", assembly.slug)).status_code == 403
    assert not RollCallBallot.objects.exists()


def test_another_link_ends_the_first_and_its_sessions() -> None:
    assembly = make_assembly((3, 2))
    member = members_of(assembly)[0]
    first = member_browser(member)
    assert first.get(at("member", assembly.slug)).status_code == 200
    second = member_browser(member)
    assert first.get(at("member", assembly.slug)).status_code == 403
    assert second.get(at("member", assembly.slug)).status_code == 200
    second.post(at("member-leave", assembly.slug))
    assert second.get(at("member", assembly.slug)).status_code == 403


def test_a_member_with_a_proved_address_signs_in_and_needs_no_link() -> None:
    desk = chair()
    assembly = make_assembly((2,))
    where = at("assembly-members", assembly.slug)
    desk.post(where, {"lines": "Ana;Group 1;ana@example.org", "since": "2026-01-01", "do": "add"})
    ana = Member.objects.get(name="Ana")
    link = desk.post(where, {"member": ana.pk, "do": "link"})
    assert "Hand this link to Ana alone" in words_of(link)
    person = Person.objects.get(email="ana@example.org")
    assert signed_in(person).get(at("member", assembly.slug)).status_code == 403
    Person.objects.update(awaits_proof=False)
    assert signed_in(person).get(at("member", assembly.slug)).status_code == 200
    refused = desk.post(where, {"member": ana.pk, "do": "link"})
    assert refused.status_code == 409 and "no link is needed" in words_of(refused)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("", "Write one member on each line."),
        ("Ana", "Line 1, “Ana”: write a name and a group"),
        ("Ana;A;b;c;d", "Line 1"),
        ("Ana;A;nowhere", "“nowhere” is no address"),
        ("A1;Group 1", "A1 is in the group “Group 1” already."),
        ("Ana;X\nAna;X", "Ana is in the group “X” already."),
        ("Ana;Group 1;;Upper", "stands in two chambers"),
    ],
)
def test_a_list_of_members_that_is_wrong_adds_nobody_and_keeps_what_was_typed(
    lines: str, words: str
) -> None:
    desk, assembly = chair(), make_assembly((2,))
    sent = {"lines": lines, "since": "2026-01-01", "do": "add"}
    members = Member.objects.count()
    answer = desk.post(at("assembly-members", assembly.slug), sent)
    assert answer.status_code == 400 and words in words_of(answer)
    assert lines in words_of(answer).replace(" ", "") or "\n" in lines or " " in lines
    assert Member.objects.count() == members


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": ""}, "Say what is voted on."),
        ({"regime": "secret", "groups_needed": "1"}, "A secret ballot carries no group"),
        ({"regime": "secret", "chair": "A1"}, "Only in a roll call"),
        ({"majority": "absolute", "chair": "A1"}, "of a simple majority"),
        ({"chair": "Nobody"}, "Nobody named “Nobody” sits here today."),
        ({"quorum_percent": "101"}, "less than or equal to 100"),
        ({"closes_at": "2020-01-01T10:00"}, "This hour is past"),
        ({"regime": "hands", "closes_at": "2099-01-01T10:00"}, "second person"),
    ],
)
def test_a_vote_that_makes_no_sense_is_not_kept(change: dict[str, str], words: str) -> None:
    desk, assembly = chair(), make_assembly((2,))
    sent = {"title": "T", "question": "Q?", "regime": "roll-call", **RULE, **change}
    answer = desk.post(at("vote-new", assembly.slug), sent)
    assert answer.status_code == 400 and words in words_of(answer)
    assert not Vote.objects.exists()


def test_a_show_of_hands_is_entered_by_one_and_confirmed_by_another() -> None:
    desk, assembly = chair(), make_assembly((3, 2))
    vote = prepared(desk, assembly, regime="hands")
    where = at("vote-desk", assembly.slug, vote.number)
    one, other = vote.group_counts.all()
    wrong = {
        f"{name}-{one.pk}": n for name, n in (("for", "3"), ("against", "1"), ("abstain", "0"))
    }
    right = {f"{name}-{other.pk}": "0" for name in ("for", "against", "abstain")}
    answer = desk.post(where, {"do": "hands", **wrong, **right})
    assert answer.status_code == 400
    assert "3 for, 1 against and 0 abstentions do not match its 3 members" in words_of(answer)
    assert {field["value"] for field in tags_of(answer, "input") if field["name"] in wrong} == {
        "3",
        "1",
        "0",
    }
    assert "The desk – totals that do not match the roll, 1 time" in words_of(answer)
    crafted = desk.post(where, {"do": "hands", **wrong, **right, f"for-{one.pk}": "-1"})
    assert crafted.status_code == 400 and "three whole numbers" in words_of(crafted)
    desk.post(where, {"do": "hands", **wrong, **right, f"for-{one.pk}": "2"})
    assert desk.post(where, {"do": "confirm"}).status_code == 403
    second = chair(email="paul@example.org")
    assert second.post(where, {"do": "confirm"})["Location"] == vote.get_absolute_url()
    assert "Adopted: 2 for, 1 against, 0 abstentions" in words_of(
        Client().get(vote.get_absolute_url())
    )


def test_a_group_without_members_stops_the_opening_in_a_sentence() -> None:
    desk, assembly = chair(), make_assembly((2,))
    assembly.groups.create(name="Nobody")
    vote = make_assembly_vote(assembly, is_open=False)
    answer = desk.post(at("vote-desk", assembly.slug, vote.number), {"do": "open"})
    assert answer.status_code == 409 and "“Nobody” has no member today" in words_of(answer)
    assert Vote.objects.get().is_draft


def test_a_draft_is_nobodys_but_the_desks() -> None:
    assembly = make_assembly((2,))
    vote = make_assembly_vote(assembly, is_open=False)
    assert Client().get(vote.get_absolute_url()).status_code == 404
    assert "The opinion" not in words_of(Client().get(assembly.get_absolute_url()))


def test_a_member_gives_a_proxy_takes_it_back_and_reads_why_not() -> None:
    assembly = make_assembly((3, 2))
    giver, holder = members_of(assembly)[:2]
    browser, where = member_browser(giver), at("member", assembly.slug)
    refused = browser.post(where, {"holder": "Zed"})
    assert refused.status_code == 400 and "Nobody named “Zed”" in words_of(refused)
    browser.post(where, {"holder": "a2"})
    assert "A2 votes for you" in words_of(browser.get(where))
    assert "You vote for A1" in words_of(member_browser(holder).get(where))
    browser.post(where, {"back": "yes"})
    assert "votes for you" not in words_of(browser.get(where))


def queries_of(sizes: tuple[int, ...], name: str) -> dict[str, int]:
    assembly = make_assembly(sizes, name=name)
    vote = make_assembly_vote(assembly)
    for member in members_of(assembly):
        cast_ballot(vote, member, member, "for")
    close_vote(vote)
    browser = member_browser(members_of(assembly)[0])
    desk = signed_in(Person.objects.get(email="claire@example.org"))
    slug, number = assembly.slug, vote.number
    pages: dict[str, tuple[Client, str]] = {
        "vote": (Client(), at("assembly-vote", slug, number)),
        "names": (Client(), at("assembly-vote-names", slug, number)),
        "assembly": (Client(), at("assembly", slug)),
        "ballot": (browser, at("ballot", slug, number)),
        "member": (browser, at("member", slug)),
        "members": (desk, at("assembly-members", slug)),
        "desk": (desk, at("vote-desk", slug, number)),
    }
    found = {}
    for page, (client, address) in pages.items():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        found[page] = len(queries)
    return found


def test_pages_of_few_and_of_many_members_take_as_many_queries() -> None:
    chair()
    few = queries_of((2, 2), "Few")
    assert queries_of((30, 30, 20), "Many") == few
    assert max(few.values()) <= 12, few
