"""Being written to: off by default, agreed to twice, stopped by one click, kept apart, erased."""

import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partage.contributions.models import Idea
from partage.coproductions.models import Coproduction
from partage.news import subscribing
from partage.news.models import Asked, Subscription
from partage.news.telling import tell
from partage.people.models import Mail
from partage.register.models import Entry, Erasure, Payload, VaultKey
from partage.rights.replay import replay_erasures
from tests.contributions.test_ideas import TITLE, propose, with_ideas
from tests.factories import at, everything_stored, make_sensitive, participant_of, stored
from tests.news.letterbox import ADDRESS, ask, confirm, letters, link_in, subscribe
from tests.web.page import html_of, tags_of, words_of

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(autouse=True)
def mail_is_on(settings: LazySettings) -> None:
    settings.MAIL_IS_ON = True


@pytest.fixture
def author() -> Client:
    """Somebody who proposed an idea."""
    with_ideas()
    browser = Client()
    propose(browser)
    return browser


def test_nothing_is_ticked_and_the_page_says_how_long_an_address_is_kept(author: Client) -> None:
    page = author.get(at("news", "shops"))
    boxes = [f for f in tags_of(page, "input") if f.get("type") == "checkbox"]
    assert len(boxes) == 2 and not [box for box in boxes if "checked" in box]
    assert "after one year at the latest" in words_of(page)
    idea = Idea.objects.get()
    for address in (
        idea.get_absolute_url(),
        at("propose-idea", "shops"),
        at("coproduction", "shops"),
    ):
        assert at("news", "shops") in [a["href"] for a in tags_of(author.get(address), "a")]


def test_only_a_mail_that_asks_leaves_before_the_address_is_confirmed(author: Client) -> None:
    assert ask(author, "notices", "digest") == 200
    (letter,) = letters()
    assert letter.to == [ADDRESS] and letter.subject == "Shall we write to this address?"
    assert TITLE not in str(letter.body)
    tell()
    assert letters() == [] and not Subscription.objects.confirmed().exists()
    link = link_in(letter, "/mail/")
    assert "Yes, write to me" in words_of(Client().get(link))
    assert not Subscription.objects.confirmed().exists()
    confirm(letter)
    assert "Your address is confirmed" in words_of(Client().get(link))
    kept = Subscription.objects.get()
    assert kept.ends_on == timezone.localdate() + timedelta(days=365)
    assert Entry.objects.get(kind="mail-allowed").public == {}
    confirm(letter)
    assert Entry.objects.filter(kind="mail-allowed").count() == 1


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"address": "", "digest": "on"}, "Write your e-mail address."),
        ({"address": "ann", "digest": "on"}, "Write an address such as name@example.org."),
        ({"address": "a@example.org\nBcc: b@example.org", "digest": "on"}, "Write an address such as"),
        ({"address": f"{'a' * 60}@{'b' * 200}.org", "digest": "on"}, "254"),
        ({"address": ADDRESS}, "Tick what we may write."),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said_in_one_sentence_and_kept_in_the_form(
    author: Client, sent: dict[str, str], sentence: str
) -> None:
    before = stored()
    page = author.post(at("news", "shops"), sent)
    assert page.status_code == 400 and sentence in words_of(page)
    if sent["address"] == ADDRESS:
        assert ADDRESS in [f.get("value") for f in tags_of(page, "input")]
    assert stored() == before


def test_whoever_wrote_nothing_here_may_ask_for_summaries_alone_and_gets_no_cookie() -> None:
    with_ideas()
    reader = Client()
    boxes = [f["name"] for f in tags_of(reader.get(at("news", "shops")), "input") if f.get("type") == "checkbox"]  # fmt: skip
    assert boxes == ["digest"]
    assert ask(reader, "notices") == 400
    assert ask(reader, "digest") == 200
    assert not Subscription.objects.get().notices
    assert "participant" not in " ".join(reader.cookies) and stored()["people.Participant"] == 0


def test_the_answer_and_the_work_are_equal_for_known_and_unknown_addresses(author: Client) -> None:
    subscribe(author, "digest", address="known@example.org")
    seen = []
    for address in ("known@example.org", "unknown@example.org"):
        browser = Client()
        with CaptureQueriesContext(connection) as queries:
            page = browser.post(at("news", "shops"), {"address": address, "digest": "on"})
        shapes = [re.sub(r"'[^']*'|\d+|NULL", "?", query["sql"])[:60] for query in queries]
        bare = re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", html_of(page))
        seen.append((shapes, page.status_code, bare))
    assert seen[0] == seen[1] and len(letters()) == 2


def test_an_address_gets_three_first_mails_a_day_and_whoever_asks_sees_no_difference() -> None:
    with_ideas()
    pages = []
    for number in range(5):
        address = ADDRESS if number % 2 else ADDRESS.upper()
        page = Client().post(at("news", "shops"), {"address": address, "digest": "on"})
        pages.append(words_of(page))
    assert len(set(pages)) == 1 and len(letters()) == 3
    assert ask(Client(), "digest", address="other@example.org") == 200 and len(letters()) == 1
    Asked.objects.update(asked_at=timezone.now() - timedelta(hours=25))
    assert ask(Client(), "digest") == 200 and len(letters()) == 1


def test_a_network_that_asks_for_many_addresses_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_ideas()
    monkeypatch.setattr(subscribing, "PER_NETWORK", 2)
    found = [ask(Client(), "digest", address=f"a{number}@example.org") for number in range(3)]
    assert found == [200, 200, 429] and len(letters()) == 2
    assert "a2@example.org" not in everything_stored()


def test_the_last_link_serves_and_a_wrong_or_late_one_does_not(author: Client) -> None:
    ask(author, "digest", address="first@example.org")
    (first,) = letters()
    ask(author, "digest")
    (second,) = letters()
    wrong = link_in(second, "/mail/")[:-2] + "x/"
    for link in (link_in(first, "/mail/"), wrong):
        for answer in (Client().get(link), Client().post(link)):
            assert answer.status_code == 404 and "Ask for a new one." in words_of(answer)
    Subscription.objects.update(asked_at=timezone.now() - timedelta(hours=49))
    moved = Subscription.objects.get()
    late = at("mail-confirm", moved.pk, moved.key_to("confirm"))
    assert Client().post(late).status_code == 404
    assert not Subscription.objects.confirmed().exists()
    tell()
    assert not Subscription.objects.exists() and "example.org" not in everything_stored()


def test_a_new_address_of_a_device_takes_the_place_of_the_one_before(author: Client) -> None:
    subscribe(author, "notices", address="first@example.org")
    subscribe(author, "notices", "digest")
    kept = Subscription.objects.get()
    assert (kept.address, kept.notices, kept.digest) == (ADDRESS, True, True)
    assert "first@example.org" not in everything_stored()


def test_one_address_gets_one_summary_whatever_device_asked_for_it(author: Client) -> None:
    subscribe(author, "notices", "digest")
    subscribe(Client(), "digest")
    found = Subscription.objects.order_by("pk").values_list("notices", "digest")
    assert list(found) == [(True, False), (False, True)]
    subscribe(Client(), "digest", address=ADDRESS.upper())
    assert Subscription.objects.filter(digest=True).count() == 1


def test_opening_the_link_that_stops_changes_nothing_and_its_button_does(author: Client) -> None:
    ask(author, "notices")
    (letter,) = letters()
    confirm(letter)
    link = (
        letter.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    )
    before = stored()
    shown = Client().get(link)
    assert ADDRESS in words_of(shown) and len(tags_of(shown, "button")) == 1
    assert stored() == before
    assert "No mail comes by this link" in words_of(Client().post(link))
    assert ADDRESS not in everything_stored()
    assert "No mail comes by this link" in words_of(Client().get(link))


def test_a_mail_program_stops_mails_by_one_post_without_cookie_or_token(author: Client) -> None:
    subscribe(author, "digest")
    ask(author, "digest", address="second@example.org")
    (letter,) = letters()
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = (
        letter.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    )
    for _again in range(2):
        program = Client(enforce_csrf_checks=True)
        answer = program.post(link, ONE_CLICK)
        assert answer.status_code == 200 and not program.cookies
    assert [one.address for one in Subscription.objects.all()] == [ADDRESS]
    confirmed = Subscription.objects.get()
    forged = at("mail-stop", confirmed.pk, "0" * 32)
    assert Client().post(forged, ONE_CLICK).status_code == 200
    assert (
        Client().post(at("mail-stop", confirmed.pk, confirmed.key_to("confirm"))).status_code == 200
    )
    assert Subscription.objects.confirmed().count() == 1


def test_stopping_takes_the_mails_that_wait_along(author: Client) -> None:
    ask(author, "digest")
    assert Mail.objects.get().to == ADDRESS
    author.post(at("news", "shops"), {"stop": "1"})
    assert ADDRESS not in everything_stored() and letters() == []


def test_stopping_empties_what_the_register_hid_and_says_so(author: Client) -> None:
    subscribe(author, "notices")
    held = Payload.objects.filter(entry__kind="mail-allowed")
    assert held.exists() and ADDRESS not in str(list(held.values()))
    keys = VaultKey.objects.count()
    author.post(at("news", "shops"), {"stop": "1"})
    assert not held.exists() and VaultKey.objects.count() == keys - 1
    assert Entry.objects.get(kind="mail-ended").public == {}
    assert Erasure.objects.get().ground == "mail-ended"


def test_the_database_does_not_tell_whose_answers_an_address_goes_with(author: Client) -> None:
    subscribe(author, "notices")
    kept = Subscription.objects.get()
    participant = participant_of(author, Coproduction.objects.get())
    marks = [bytes(participant.key), bytes(participant.vault_key.key)]
    assert bytes(kept.whose) not in marks and kept.vault_key_id != participant.vault_key_id
    assert not [f for f in Subscription._meta.get_fields() if "articipant" in str(f.related_model)]


def test_erasing_everything_erases_the_address_and_nobody_elses(author: Client) -> None:
    subscribe(author, "notices", "digest")
    ask(author, "digest", address="waiting@example.org")
    assert len(letters()) == 1
    other = Client()
    propose(other, "Another idea of somebody else")
    subscribe(other, "notices", address="other@example.org")
    assert "The e-mail address we write to" in words_of(author.get(at("erase", "shops")))
    author.post(at("erase", "shops"))
    kept = everything_stored()
    assert ADDRESS not in kept and "waiting@example.org" not in kept
    assert [one.address for one in Subscription.objects.all()] == ["other@example.org"]


@pytest.mark.django_db(transaction=True)
def test_who_stopped_since_a_backup_is_stopped_again_after_it_is_restored(author: Client) -> None:
    subscribe(author, "notices")
    key = VaultKey.objects.values_list("key", flat=True).get(subscription__isnull=False)
    author.post(at("news", "shops"), {"stop": "1"})
    subscribe(author, "notices")
    VaultKey.objects.filter(subscription__isnull=False).update(key=key)  # as the backup held it
    waits = {"next_at": timezone.now(), "useless_at": timezone.now() + timedelta(days=2)}
    before = "https://as-the-site-was-called.example/stop/"
    Mail.objects.create(to=ADDRESS, subject="News", body="News", stop_link=before, **waits)
    replay_erasures()
    assert ADDRESS not in everything_stored()


def test_an_address_is_erased_when_its_year_is_over(author: Client) -> None:
    subscribe(author, "notices")
    Subscription.objects.update(ends_on=timezone.localdate())
    tell()
    assert ADDRESS not in everything_stored()
    assert Entry.objects.filter(kind="mail-ended").count() == 1


def test_a_site_without_mail_shows_the_feeds_and_takes_no_address(
    author: Client, settings: LazySettings
) -> None:
    settings.MAIL_IS_ON = False
    page = author.get(at("news", "shops"))
    assert "This site sends no mail." in words_of(page)
    assert not [f for f in tags_of(page, "input") if f.get("type") == "email"]
    assert at("ideas-feed", "shops") in [a["href"] for a in tags_of(page, "a")]
    before = stored()
    assert ask(author, "digest") == 400
    assert stored() == before
    tell()


def test_the_page_shows_the_device_what_it_asked_for_and_no_address(author: Client) -> None:
    ask(author, "notices")
    assert "We sent a link to the address you gave." in words_of(author.get(at("news", "shops")))
    confirm(letters()[0])
    page = author.get(at("news", "shops"))
    assert "when something is decided about what you wrote" in words_of(page)
    assert ADDRESS not in html_of(page)
    assert "you confirmed" not in words_of(Client().get(at("news", "shops")))


def test_the_first_mail_comes_in_the_language_of_the_page(author: Client) -> None:
    assert ask(author, "notices", language="fr") == 200
    (letter,) = letters()
    assert letter.subject == "Pouvons-nous écrire à cette adresse ?"
    assert "/fr/courrier/" in letter.body and "un résumé" not in letter.body


def test_the_database_refuses_half_a_confirmation_and_an_empty_wish(author: Client) -> None:
    subscribe(author, "notices")
    for wrong in ({"ends_on": None}, {"notices": False}, {"vault_key": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Subscription.objects.update(**wrong)


def test_a_sensitive_coproduction_needs_no_consent_to_answers_for_its_summary() -> None:
    make_sensitive("shops")
    subscribe(Client(), "digest")
    assert Subscription.objects.confirmed().count() == 1
