"""People and roles: inviting somebody, what each role opens, ending a role."""

import re

import pytest
from django.conf import LazySettings, settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client

from partage.contributions.models import (
    Progress,
)
from partage.coproductions.models import Coproduction, Role
from partage.people.models import Mail, Person
from partage.people.outbox import send_waiting
from partage.register.models import Entry
from tests.factories import (
    at,
    make_coproduction,
    make_facilitator,
    make_idea,
    make_statement,
    signed_in,
    stored,
)
from tests.web.page import html_of, words_of

pytestmark = pytest.mark.django_db
EMAIL = "paul@example.org"
ONLY_THE_SITE = "Only whoever runs this site can give this person a role."


@pytest.fixture
def shops() -> Coproduction:
    return make_coproduction()


@pytest.fixture
def claire(shops: Coproduction) -> Client:
    return signed_in(make_facilitator(shops))


def invite(
    browser: Client, kind: str = "moderator", email: str = EMAIL, slug: str = "shops"
) -> HttpResponse:
    sent = {"email": email, "name": "Paul", "kind": kind}
    return browser.post(at("people", slug), sent)  # type: ignore[return-value]


def link_in(response: HttpResponse) -> str:
    found = re.search(r"<code>http://localhost:8000(/[^<]+)</code>", html_of(response))
    return found[1] if found else ""


def enter_by(response: HttpResponse) -> Client:
    browser = Client()
    assert browser.post(link_in(response)).status_code == 302
    return browser


def entries() -> list[tuple[str, object]]:
    kinds = ("role-given", "role-ended", "person-invited", "administrator-named")
    return list(Entry.objects.filter(kind__in=kinds).values_list("kind", "public"))


def test_the_link_shown_opens_the_desk_with_the_role(claire: Client) -> None:
    response = invite(claire)
    assert "Hand this link to paul@example.org." in words_of(response)
    paul = enter_by(response)
    assert paul.get(at("queue", "shops")).status_code == 200
    assert paul.post(link_in(response)).status_code == 403
    role = {"role": "moderator"}
    assert entries() == [("role-given", role), ("person-invited", role)]


def test_the_invitation_is_mailed_where_mail_is_on(
    claire: Client, settings: LazySettings, mailoutbox: list[EmailMessage]
) -> None:
    settings.MAIL_IS_ON = True
    link = link_in(invite(claire))
    send_waiting()
    assert mailoutbox[0].to == [EMAIL]
    assert link in str(mailoutbox[0].body) and "Title of shops" in str(mailoutbox[0].body)


def test_without_mail_nothing_waits_in_the_outbox(claire: Client) -> None:
    invite(claire)
    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    ("kind", "reads", "decides", "gives"),
    [("facilitator", 200, 302, 200), ("moderator", 200, 302, 403), ("reader", 200, 403, 403)],
)
def test_each_role_opens_what_it_must(
    claire: Client, shops: Coproduction, kind: str, reads: int, decides: int, gives: int
) -> None:
    waiting = make_statement(shops, state=Progress.WAITING)
    paul = enter_by(invite(claire, kind))
    read = paul.get(at("queue", "shops"))
    assert read.status_code == reads and waiting.text in words_of(read)
    assert ("Publish" in words_of(read)) == (decides == 302)
    sent = {"number": waiting.pk, "decision": "publish"}
    assert paul.post(at("queue", "shops"), sent).status_code == decides
    waiting.refresh_from_db()
    assert (waiting.state == Progress.PUBLISHED) == (decides == 302)
    assert paul.get(at("people", "shops")).status_code == gives
    assert invite(paul, email="anna@example.org").status_code == gives
    declares = 200 if kind == "facilitator" else 403
    for name in ("declare", "declare-frame", "counter-queue"):
        assert paul.get(at(name, "shops")).status_code == declares


@pytest.mark.parametrize(("kind", "decides"), [("moderator", 302), ("reader", 403)])
def test_ideas_are_read_by_both_and_decided_by_a_moderator(
    claire: Client, shops: Coproduction, kind: str, decides: int
) -> None:
    idea = make_idea(shops, state=Progress.WAITING)
    paul = enter_by(invite(claire, kind))
    read = paul.get(at("queue", "shops"))
    assert idea.title in words_of(read) and ("Publish" in words_of(read)) == (decides == 302)
    sent = {"kind": "idea", "number": idea.pk, "decision": "publish"}
    assert paul.post(at("queue", "shops"), sent).status_code == decides
    published = Entry.objects.filter(kind="idea-published").values_list("public__role", flat=True)
    assert list(published) == (["moderator"] if decides == 302 else [])


def test_the_register_says_as_whom_a_moderator_decided(claire: Client, shops: Coproduction) -> None:
    waiting = make_statement(shops, state=Progress.WAITING)
    paul = enter_by(invite(claire))
    paul.post(at("queue", "shops"), {"number": waiting.pk, "decision": "publish"})
    public = Entry.objects.get(kind="statement-published").public
    assert public == {"statement": waiting.pk, "role": "moderator"}


def test_two_roles_give_one_line_at_the_desk_and_count_once(
    claire: Client, shops: Coproduction
) -> None:
    make_statement(shops, state=Progress.WAITING)
    invite(claire, "reader", "claire@example.org")
    page = words_of(claire.get(at("desk")))
    assert page.count("Title of shops 1 contribution to read") == 1


@pytest.mark.parametrize(
    "changes",
    [{"email": "paul"}, {"email": ""}, {"name": ""}, {"name": "x" * 121}, {"kind": "owner"}, {"kind": ""}],
)  # fmt: skip
def test_what_cannot_be_an_invitation_is_refused(claire: Client, changes: dict[str, str]) -> None:
    before = stored()
    sent = {"email": EMAIL, "name": "Paul", "kind": "reader"} | changes
    response = claire.post(at("people", "shops"), sent)
    assert response.status_code == 400 and 'role="alert"' in html_of(response)
    assert stored() == before


def test_no_link_is_shown_for_somebody_who_signs_in_already(claire: Client) -> None:
    """With it whoever invites could pass for them elsewhere."""
    other = make_coproduction("elsewhere")
    paul = make_facilitator(other, email=EMAIL)
    response = invite(claire, email=EMAIL.upper())
    assert not link_in(response) and "signs in here already" in words_of(response)
    assert signed_in(paul).get(at("queue", "shops")).status_code == 200
    assert Person.objects.filter(email__iexact=EMAIL).count() == 1


def test_a_first_link_that_was_lost_is_replaced(claire: Client) -> None:
    invite(claire)
    enter_by(invite(claire))
    assert Role.objects.filter(person__email=EMAIL).count() == 1


def test_who_saw_the_link_of_one_coproduction_gets_nothing_in_another(claire: Client) -> None:
    invite(claire)
    anna = signed_in(make_facilitator(make_coproduction("elsewhere"), email="anna@example.org"))
    before = stored()
    response = invite(anna, slug="elsewhere")
    assert response.status_code == 409 and ONLY_THE_SITE in words_of(response)
    assert stored() == before


def test_a_session_from_an_ended_role_does_not_reach_the_next_coproduction(claire: Client) -> None:
    held = enter_by(invite(claire))
    role = Role.objects.get(person__email=EMAIL)
    claire.post(at("people", "shops"), {"end": role.pk})
    anna = signed_in(make_facilitator(make_coproduction("elsewhere"), email="anna@example.org"))
    enter_by(invite(anna, slug="elsewhere"))
    assert held.get(at("desk")).status_code == 302


def test_a_code_by_mail_shows_whose_the_address_is_and_ends_what_others_held(
    claire: Client, settings: LazySettings, mailoutbox: list[EmailMessage]
) -> None:
    settings.MAIL_IS_ON = True
    held, link = enter_by(invite(claire)), link_in(invite(claire))
    paul = Client()
    paul.post(at("sign-in"), {"email": EMAIL})
    send_waiting()
    found = re.search(r"\d{4} \d{4}", str(mailoutbox[-1].body))
    assert found
    paul.post(at("sign-in-code"), {"code": found[0]})
    assert paul.get(at("queue", "shops")).status_code == 200
    assert held.get(at("desk")).status_code == 302
    assert Client().post(link).status_code == 403
    assert not link_in(invite(claire))


def test_somebody_who_left_is_not_invited_again_at_the_desk(claire: Client) -> None:
    Person.objects.create_person(EMAIL, "Paul")
    Person.objects.filter(email=EMAIL).update(is_active=False)
    before = stored()
    assert invite(claire).status_code == 409
    assert stored() == before


def test_an_ended_role_closes_its_pages_and_is_recorded(claire: Client) -> None:
    paul = enter_by(invite(claire))
    role = Role.objects.get(person__email=EMAIL)
    assert claire.post(at("people", "shops"), {"end": role.pk}).status_code == 302
    assert paul.get(at("queue", "shops")).status_code == 403
    assert entries()[-1] == ("role-ended", {"role": "moderator"})


def test_the_last_facilitator_stays(claire: Client, shops: Coproduction) -> None:
    role = Role.objects.get(person__email="claire@example.org")
    response = claire.post(at("people", "shops"), {"end": role.pk})
    assert response.status_code == 409 and "keeps one facilitator" in words_of(response)
    make_facilitator(shops, email=EMAIL)
    assert claire.post(at("people", "shops"), {"end": role.pk})["Location"] == at("desk")
    assert claire.get(at("people", "shops")).status_code == 403


@pytest.mark.parametrize("end", ["", "x", "0", "9" * 30])
def test_a_role_that_is_not_there_is_not_found(claire: Client, end: str) -> None:
    assert claire.post(at("people", "shops"), {"end": end}).status_code == 404


def test_a_role_of_another_coproduction_is_not_found(claire: Client) -> None:
    make_facilitator(make_coproduction("elsewhere"), email=EMAIL)
    role = Role.objects.get(person__email=EMAIL)
    assert claire.post(at("people", "shops"), {"end": role.pk}).status_code == 404
    assert Role.objects.filter(pk=role.pk).exists()


def test_the_register_holds_no_name_and_no_address(claire: Client) -> None:
    invite(claire)
    said = repr(list(Entry.objects.values()))
    assert EMAIL not in said and "Paul" not in said


def test_the_database_knows_the_kinds_of_role(claire: Client) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Role.objects.update(kind="owner")


def test_the_link_is_of_the_configured_address_not_of_the_request(shops: Coproduction) -> None:
    browser = signed_in(make_facilitator(shops), headers={"Host": "127.0.0.1"})
    assert settings.BASE_URL in html_of(invite(browser))
