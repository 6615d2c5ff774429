"""Claiming a skill, having it confirmed by somebody else, taking it back; the desk's framework."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from partage.contributions.models import Progress
from partage.coproductions.models import Coproduction
from partage.people.models import Person
from partage.register.models import Entry, Payload
from partage.training.models import Badge, Claim, Shown, Skill
from tests.factories import (
    at,
    everything_stored,
    make_coproduction,
    make_device,
    make_facilitator,
    make_idea,
    make_report,
    participant_of,
    signed_in,
    stored,
)
from tests.training.learning import claim, keep_a_key, link_of, make_skill
from tests.web.page import words_of

pytestmark = pytest.mark.django_db
HEAD = "code,name_en,shown_by_en,rome\n"


@pytest.fixture
def shops() -> Coproduction:
    return make_coproduction()


@pytest.fixture
def skill(shops: Coproduction) -> Skill:
    return make_skill(shops)


@pytest.fixture
def peer(db: None) -> Client:
    """Somebody who signs in and has no role."""
    return signed_in(Person.objects.create_person("alice@example.org", "Alice"))


def confirm(browser: Client, one: Claim) -> Any:
    return browser.post(link_of(one), {"do": "confirm"})


def test_anyone_claims_a_skill_by_what_they_made_and_nobody_else_sees_it(skill: Skill) -> None:
    device = make_device(skill.coproduction)
    author = participant_of(device, skill.coproduction)
    idea = make_idea(skill.coproduction, author=author)
    report = make_report(skill.coproduction, author=author)
    one = claim(device, skill, shown=[f"idea-{idea.pk}", f"test_report-{report.pk}"])
    page = words_of(device.get(at("skill-claim", "shops", one.pk)))
    assert "Nobody has confirmed it yet." in page and idea.title in page
    assert "I helped twelve people in May." in page and "Test report: " in page
    assert Client().get(at("skill-claim", "shops", one.pk)).status_code == 404
    assert (
        make_device(skill.coproduction).get(at("skill-claim", "shops", one.pk)).status_code == 404
    )
    entry = Entry.objects.get(kind="skill-claimed")
    assert entry.public == {} and "help" in Payload.objects.get(entry=entry).content


def test_a_first_act_may_be_a_claim(skill: Skill) -> None:
    assert claim(Client(), skill).skill == skill


@pytest.mark.parametrize("said", [{"text": ""}, {"text": " \n"}, {"shown": ["idea-1"]}])
def test_a_claim_shows_something_and_only_what_is_ones_own(
    skill: Skill, said: dict[str, Any]
) -> None:
    make_idea(skill.coproduction, pk=1)
    device = make_device(skill.coproduction)
    before = stored()
    answer = device.post(at("claim-skill", "shops", "help"), {"text": "x"} | said)
    assert answer.status_code == 400 and stored() == before
    page = words_of(answer)
    assert "what shows this skill" in page or "Show only what is yours here" in page


def test_an_idea_that_waits_shows_nothing_yet(skill: Skill) -> None:
    device = make_device(skill.coproduction)
    author = participant_of(device, skill.coproduction)
    make_idea(skill.coproduction, "Hidden for now", author=author, state=Progress.WAITING)
    assert "Hidden for now" not in words_of(device.get(at("claim-skill", "shops", "help")))


def test_claimed_twice_it_stands_once(skill: Skill) -> None:
    device = make_device(skill.coproduction)
    assert claim(device, skill) == claim(device, skill, text="Again.")
    assert Entry.objects.filter(kind="skill-claimed").count() == 1


def test_a_retired_skill_is_claimed_no_more(skill: Skill) -> None:
    desk = signed_in(make_facilitator(skill.coproduction))
    desk.post(at("skills-desk", "shops"), {"do": "retire", "skill": skill.pk})
    assert Client().post(at("claim-skill", "shops", "help"), {"text": "x"}).status_code == 404
    assert Entry.objects.get(kind="skill-retired").public == {"skill": "help"}


def test_somebody_else_confirms_it_by_the_private_link_signed_in(
    skill: Skill, peer: Client
) -> None:
    device = make_device(skill.coproduction)
    one = claim(device, skill)
    link = link_of(one)
    assert link in words_of(device.get(at("skill-claim", "shops", one.pk)))
    assert Client().get(link).status_code == 302  # to the page that signs in, and back
    assert "I helped twelve people" in words_of(peer.get(link))
    assert confirm(peer, one).status_code == 302
    assert "by another participant" in words_of(device.get(at("skill-claim", "shops", one.pk)))
    entry = Entry.objects.get(kind="skill-confirmed")
    assert entry.public == {"skill": "help", "role": "peer"}
    assert "alice" not in words_of(device.get(at("skill-claim", "shops", one.pk))).lower()


def test_without_the_link_nobody_reads_a_claim(skill: Skill, peer: Client) -> None:
    one = claim(make_device(skill.coproduction), skill)
    for address in (
        at("confirm-skill", "shops", one.pk),
        link_of(one).replace("key=", "key=0"),
    ):
        assert peer.get(address).status_code == peer.post(address).status_code == 404


def test_nobody_confirms_their_own_from_the_same_device(skill: Skill) -> None:
    browser = signed_in(Person.objects.create_person("bob@example.org", "Bob"))
    browser.cookies |= make_device(skill.coproduction).cookies
    one = claim(browser, skill)
    answer = confirm(browser, one)
    assert answer.status_code == 409 and "Nobody confirms their own skill" in words_of(answer)
    assert not Entry.objects.filter(kind="skill-confirmed").exists()


def test_nobody_confirms_their_own_from_another_device_under_the_same_account(
    skill: Skill,
) -> None:
    bob = Person.objects.create_person("bob@example.org", "Bob")
    one = claim(signed_in(bob), skill)
    assert confirm(signed_in(bob), one).status_code == 409
    desk = signed_in(make_facilitator(skill.coproduction))
    mine = claim(desk, make_skill(skill.coproduction, "desk"), asks_desk="on")
    answer = desk.post(at("skills-desk", "shops"), {"do": "confirm", "claim": mine.pk})
    assert answer.status_code == 409
    one.refresh_from_db()
    assert not one.is_confirmed


def test_the_database_refuses_a_confirmation_of_ones_own(skill: Skill) -> None:
    one = claim(make_device(skill.coproduction), skill)
    rows = Claim.objects.filter(pk=one.pk)
    for wrong in (
        {"confirmer": one.participant},
        {"account_mark": b"x" * 32, "confirmer_mark": b"x" * 32},
        {"confirmed_as": "peer"},
        {"revoked_at": one.claimed_at, "reason": "No."},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


def test_a_facilitator_confirms_what_they_were_asked_and_revokes_it_with_a_reason(
    skill: Skill,
) -> None:
    device, desk = make_device(skill.coproduction), signed_in(make_facilitator(skill.coproduction))
    one = claim(device, skill, asks_desk="on")
    address = at("skills-desk", "shops")
    assert "1 skill to confirm" in words_of(desk.get(at("desk")))
    assert "I helped twelve people" in words_of(desk.get(address))
    assert desk.post(address, {"do": "confirm", "claim": one.pk}).status_code == 302
    assert desk.post(address, {"do": "confirm", "claim": one.pk}).status_code == 409
    assert "to confirm" not in words_of(desk.get(at("desk")))
    refused = desk.post(address, {"do": "revoke", "claim": one.pk, "reason": " "})
    assert refused.status_code == 400 and "nothing is revoked without one" in words_of(refused)
    said = {"do": "revoke", "claim": one.pk, "reason": "It was somebody else."}
    assert desk.post(address, said).status_code == 302
    page = words_of(device.get(at("skill-claim", "shops", one.pk)))
    assert "was revoked" in page and "It was somebody else." in page
    assert Entry.objects.get(kind="skill-confirmation-revoked").public == {"skill": "help"}
    assert desk.post(address, said).status_code == 409


def test_who_confirmed_takes_it_back_and_nobody_else_by_the_link(
    skill: Skill, peer: Client
) -> None:
    one = claim(make_device(skill.coproduction), skill)
    confirm(peer, one)
    other = signed_in(Person.objects.create_person("carl@example.org", "Carl"))
    said = {"do": "revoke", "reason": "I was mistaken."}
    assert other.post(link_of(one), said).status_code == 409
    assert peer.post(link_of(one), {"do": "revoke"}).status_code == 400
    assert peer.post(link_of(one), said).status_code == 302
    one.refresh_from_db()
    assert one.reason == "I was mistaken." and not one.is_confirmed


def test_taken_back_the_record_goes(skill: Skill, peer: Client) -> None:
    device = make_device(skill.coproduction)
    one = claim(device, skill)
    confirm(peer, one)
    keep_a_key()
    device.post(at("make-badge", "shops", one.pk))
    assert Badge.objects.get().revoked_at is None
    assert device.post(at("skill-claim", "shops", one.pk)).status_code == 302
    assert not Claim.objects.exists()
    assert Badge.objects.get().claim is None and Badge.objects.get().revoked_at
    assert Entry.objects.filter(kind="skill-claim-withdrawn").exists()


def test_my_skills_are_together_on_this_device_alone(skill: Skill) -> None:
    other = make_skill(make_coproduction("other"))
    device = make_device(skill.coproduction, other.coproduction)
    claim(device, skill)
    claim(device, other)
    page = words_of(device.get(at("my-skills")))
    assert "Helping at the machine" in page and "Title of other" in page
    assert "no skill" in words_of(Client().get(at("my-skills")))


def test_erasing_takes_the_records_and_leaves_what_one_confirmed_without_a_name(
    skill: Skill, peer: Client
) -> None:
    device = make_device(skill.coproduction)
    mine, theirs = claim(device, skill), claim(peer, make_skill(skill.coproduction, "other"))
    confirm(peer, mine)
    keep_a_key()
    device.post(at("make-badge", "shops", mine.pk))
    theirs_before = Claim.objects.get(pk=theirs.pk)
    peer.post(at("erase", "shops"), {"sure": "yes"})
    mine.refresh_from_db()
    assert not Claim.objects.filter(pk=theirs_before.pk).exists()
    assert mine.is_confirmed and (mine.confirmed_by, mine.confirmer) == (None, None)
    device.post(at("erase", "shops"), {"sure": "yes"})
    assert not Claim.objects.exists() and not Shown.objects.exists()
    assert Badge.objects.get().revoked_at is not None
    assert "I helped twelve people" not in everything_stored()


def test_the_framework_is_published_by_a_form(shops: Coproduction) -> None:
    desk, address = signed_in(make_facilitator(shops)), at("skills-desk", "shops")
    said = {
        "do": "publish", "code": "help", "name_en": "Helping", "shown_by_en": "Somebody was helped.",
        "esco": "http://data.europa.eu/esco/skill/0a2d70ee-d435-4965-9e96-702b2fb65740", "rome": "d1505",
    }  # fmt: skip
    assert desk.post(address, said).status_code == 302
    assert (Skill.objects.get().rome, Skill.objects.get().name) == ("D1505", {"en": "Helping"})
    assert Entry.objects.get(kind="skill-published").public == {"skill": "help"}
    assert "Somebody was helped." in words_of(Client().get(at("skills", "shops")))
    again = desk.post(address, said)
    assert again.status_code == 409 and "The code “help” is there already" in words_of(again)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"code": "hélp me"}, "letters, digits and hyphens"),
        ({"name_en": ""}, "Give the skill and what shows it"),
        ({"name_fr": "Aider"}, "Give the skill and what shows it"),
        ({"rome": "Z99"}, "“Z99” is not a ROME code"),
        ({"esco": "https://example.org/x"}, "is not an address of ESCO"),
    ],
)
def test_a_skill_that_lacks_something_is_not_published(
    shops: Coproduction, wrong: dict[str, str], sentence: str
) -> None:
    desk = signed_in(make_facilitator(shops))
    said = {"do": "publish", "code": "help", "name_en": "Helping", "shown_by_en": "Helped."}
    answer = desk.post(at("skills-desk", "shops"), said | wrong)
    assert answer.status_code == 400 and sentence in words_of(answer)
    assert not Skill.objects.exists()


def send(shops: Coproduction, text: bytes, route: str = "skills-desk") -> Any:
    desk = signed_in(make_facilitator(shops))
    file = SimpleUploadedFile("skills.csv", text)
    return desk.post(at(route, "shops"), {"do": "import", "file": file})


def test_a_file_of_skills_is_published_whole(shops: Coproduction) -> None:
    text = HEAD + "help,Helping,Somebody was helped.,D1505\ntest,Testing,A report.,\n"
    assert send(shops, text.encode()).status_code == 302
    assert list(Skill.objects.values_list("code", flat=True)) == ["help", "test"]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            HEAD + "help,Helping,Helped.,Z1\nx y,A,B,\n",
            ["Line 2: rome: “Z1” is not", "Line 3: code:"],
        ),
        (HEAD + "help,Helping\n", ["Line 2: it has 2 cells and there are 4 columns."]),
        (HEAD, ["The file has no line under its column names."]),
        ("code,colour\nx,y\n", ["“colour” is no column here: use code, name_en"]),
        ("code,code\nx,y\n", ["A column comes twice"]),
        (HEAD + 'help,"Helping,Helped.,\n', ["a quotation mark is not closed"]),
        (HEAD + "help,A,B,\nhelp,A,B,\n", ["The code “help” is there already"]),
    ],
)
def test_a_wrong_file_is_refused_whole_with_each_bad_line_named(
    shops: Coproduction, text: str, sentences: list[str]
) -> None:
    answer = send(shops, text.encode())
    page = words_of(answer)
    assert answer.status_code in {400, 409} and all(one in page for one in sentences), page
    assert not Skill.objects.exists() and not Entry.objects.filter(kind="skill-published").exists()


def test_a_file_in_another_encoding_or_too_long_is_refused(shops: Coproduction) -> None:
    assert "not in UTF-8 (byte 30)" in words_of(send(shops, HEAD.encode() + b"\xe9t\xe9,A,B,\n"))


def test_a_framework_is_short(shops: Coproduction) -> None:
    rows = "".join(f"s{n},Skill,Shown.,\n" for n in range(61))
    assert "A framework holds 60 skills" in words_of(send(shops, (HEAD + rows).encode()))
    assert not Skill.objects.exists()
