"""OpenID Connect: signing in, attaching and proving with an identity kept elsewhere, or one sentence."""

import re
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from click.testing import CliRunner
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import ECKey

from partage.commands.retention import retention
from partage.contributions.models import ContestedSet, InDoubt, Turnout, Vote
from partage.contributions.releases import count_turnout
from partage.contributions.worker import one_pass
from partage.coproductions.creation import CreationRefused, publish_frame
from partage.coproductions.models import Coproduction
from partage.people import asking_providers, identity_pages, returning
from partage.people.identities import has_identity
from partage.people.identity_providers import Provider
from partage.people.models import (
    Identity,
    LeftMark,
    Participant,
    Person,
    ProvedIdentity,
    SecondFactor,
    SpentReturn,
)
from partage.people.returning import ReturnSpent, forget_old_returns, spend_return
from partage.people.sign_in import close_ways_in
from partage.register.models import Entry, Payload
from partage.rights.retention import forget_old_devices
from tests.contributions.races import at_once
from tests.factories import (
    answer,
    at,
    everything_stored,
    make_coproduction,
    make_device,
    make_facilitator,
    make_statements,
    participant_of,
    signed_in,
    stored,
)
from tests.people.identity_provider import (
    CLIENT,
    PROFILE,
    SUBJECT,
    LocalProvider,
    agree,
    hs256_token,
    none_token,
    running_provider,
)
from tests.web.page import words_of

pytestmark = pytest.mark.django_db
HERE = "http://localhost:8000"
BACK = "/identity/local/back"


@pytest.fixture
def provider(settings: Any) -> Iterator[LocalProvider]:
    cache.clear()
    with running_provider() as found:
        settings.IDENTITY_PROVIDERS = (found.as_set(),)
        yield found


@pytest.fixture
def coproduction() -> Coproduction:
    return make_coproduction()


@pytest.fixture
def person(coproduction: Coproduction) -> Person:
    return make_facilitator(coproduction)


def led_to(response: Any) -> str:
    """Where the page leads on its own; the link says the same."""
    page = response.content.decode()
    found = re.search(r'content="0; url=([^"]+)"', page)
    assert response.status_code == 200 and found, words_of(response)
    assert f'href="{found[1]}"' in page
    return unescape(found[1])


def start(browser: Client, page: str = "sign-in-identity", **sent: str) -> str:
    words = {"sign-in-identity": "local", "prove-identity": "shops"}.get(page, "")
    return led_to(browser.post(at(page, *words.split()), sent))


def back(browser: Client, address: str) -> HttpResponse:
    return browser.get(address.removeprefix(HERE))  # type: ignore[return-value]


def attach(browser: Client) -> HttpResponse:
    return back(browser, agree(start(browser, "identities", attach="local")))


def sign_in(browser: Client | None = None) -> tuple[Client, HttpResponse]:
    browser = browser or Client()
    return browser, back(browser, agree(start(browser)))


def prove(browser: Client) -> HttpResponse:
    return back(browser, agree(start(browser, "prove-identity", provider="local")))


def is_signed_in(browser: Client) -> bool:
    return browser.get(at("desk")).status_code == 200


@pytest.mark.parametrize("client_auth", ["basic", "post"])
@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_an_attached_identity_signs_in(
    algorithm: str, client_auth: str, provider: LocalProvider, person: Person, settings: Any
) -> None:
    provider.algorithm, provider.client_auth = algorithm, client_auth
    settings.IDENTITY_PROVIDERS = (provider.as_set(),)
    assert attach(signed_in(person)).headers["Location"] == at("identities")
    browser, answered = sign_in()
    assert answered.headers["Location"] == at("desk") and is_signed_in(browser)
    page = words_of(browser.get(at("identities")))
    assert "Local Identity" in page and "last used on" in page
    assert Entry.objects.filter(kind="identity-attached").count() == 1


def test_nothing_of_the_person_is_kept_but_a_mark(
    provider: LocalProvider, person: Person, coproduction: Coproduction
) -> None:
    attach(signed_in(person))
    sign_in()
    prove(Client())
    kept = everything_stored()
    assert [word for word in (SUBJECT, *PROFILE.values()) if word in kept] == []
    assert bytes(Identity.objects.get().mark) != bytes(ProvedIdentity.objects.get().mark)
    assert "/userinfo" not in provider.asked


def test_only_the_identity_is_asked_with_proofs_that_serve_once(
    provider: LocalProvider, person: Person, settings: Any
) -> None:
    settings.IDENTITY_PROVIDERS = (provider.as_set(acr="eidas1"),)
    asked = [dict(parse_qsl(urlsplit(start(Client())).query)) for _twice in range(2)]
    assert asked[0]["scope"] == "openid" and asked[0]["acr_values"] == "eidas1"
    assert asked[0]["redirect_uri"] == HERE + BACK
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[0][name]) == 43 and asked[0][name] != asked[1][name]


def test_buttons_are_there_only_where_a_provider_is_set(
    provider: LocalProvider, settings: Any, coproduction: Coproduction
) -> None:
    assert "Sign in with Local Identity" in words_of(Client().get(at("sign-in")))
    assert "Go on with Local Identity" in words_of(Client().get(at("prove-identity", "shops")))
    assert provider.asked == []  # reading a page asks nobody
    settings.IDENTITY_PROVIDERS = ()
    assert "Sign in with Local" not in words_of(Client().get(at("sign-in")))
    assert Client().get(at("prove-identity", "shops")).status_code == 404
    assert Client().post(at("sign-in-identity", "local")).status_code == 404
    assert Client().get(BACK).status_code == 404


def written() -> tuple[dict[str, int], str]:
    """All that is stored, but which returns have served: those are kept ten minutes."""
    label, spent = SpentReturn._meta.label, repr(list(SpentReturn.objects.values()))
    counts = {name: count for name, count in stored().items() if name != label}
    return counts, everything_stored().replace(spent, "[]")


def refused(browser: Client, address: str, sentence: str, status: int = 403) -> None:
    """One sentence, nobody signed in, and nothing written."""
    before = written()
    answered = back(browser, address)
    assert answered.status_code == status and sentence in words_of(answered), words_of(answered)
    assert written() == before
    assert not is_signed_in(browser)


@pytest.fixture
def attached(provider: LocalProvider, person: Person) -> LocalProvider:
    attach(signed_in(person))
    return provider


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "nonce": ({"nonce": "that of another question"}, "answers another question"),
    "no nonce": ({"nonce": None}, "answers another question"),
    "expired": ({"exp": int(time.time()) - 3600}, "is out of date"),
    "for ever": ({"exp": None}, "is out of date"),
    "audience": ({"aud": "another-site"}, "said to another site"),
    "audiences": ({"aud": [CLIENT, "another-site"]}, "said to another site"),
    "party": ({"aud": [CLIENT, "x"], "azp": "x"}, "said to another site"),
    "issuer": ({"iss": "https://evil.example"}, "said by another than Local Identity"),
    "no subject": ({"sub": None}, "not signed by"),
    "subject": ({"sub": 7}, "not signed by"),
    "long subject": ({"sub": "x" * 300}, "not signed by"),
    "to come": ({"iat": int(time.time()) + 3600}, "not signed by"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_token_that_does_not_hold_is_refused(wrong: str, attached: LocalProvider) -> None:
    attached.claims, sentence = WRONG[wrong]
    browser = Client()
    refused(browser, agree(start(browser)), sentence)


def test_a_token_for_several_sites_that_names_ours_as_the_party_is_taken(
    attached: LocalProvider,
) -> None:
    attached.claims = {"aud": [CLIENT, "another-site"], "azp": CLIENT}
    assert is_signed_in(sign_in()[0])


def right_claims(provider: LocalProvider, address: str) -> dict[str, Any]:
    query = dict(parse_qsl(urlsplit(address).query))
    now = int(time.time())
    claims = {"iss": provider.issuer, "sub": SUBJECT, "aud": CLIENT, "nonce": query["nonce"]}
    return claims | {"iat": now, "exp": now + 60}


def forged_tokens(provider: LocalProvider, claims: dict[str, Any]) -> dict[str, str]:
    """Right in every word, and not signed by the provider's key."""
    mine, known = ECKey.generate_key("P-256"), provider.signing["ES256"]
    header = {"alg": "ES256", "kid": known.kid}
    whole = jwt.encode(header, claims, known, ["ES256"])
    return {
        "none": none_token(claims),
        "another key": jwt.encode(header, claims, mine, ["ES256"]),
        "unknown key": jwt.encode({"alg": "ES256", "kid": "mine"}, claims, mine, ["ES256"]),
        "the public key as a secret": hs256_token(claims, known),
        "no signature": whole.rpartition(".")[0] + ".",
        "cut": whole[:-4],
        "no token": "x.y.z",
        "no words": "é",
    }


@pytest.mark.parametrize(
    "forgery",
    [
        "none", "another key", "unknown key", "the public key as a secret", "no signature", "cut",
        "no token", "no words",
    ],
)  # fmt: skip
def test_a_token_that_the_provider_did_not_sign_is_refused(
    forgery: str, attached: LocalProvider
) -> None:
    browser = Client()
    address = start(browser)
    attached.forged = forged_tokens(attached, right_claims(attached, address))[forgery]
    refused(browser, agree(address), "not signed by Local Identity")


def test_a_key_that_the_settings_rule_out_signs_nothing(
    attached: LocalProvider, settings: Any
) -> None:
    settings.IDENTITY_PROVIDERS = (attached.as_set(algorithm="RS256"),)
    browser = Client()
    refused(browser, agree(start(browser)), "not signed by")


def test_another_state_is_refused(attached: LocalProvider) -> None:
    browser = Client()
    address = agree(start(browser))
    refused(browser, re.sub("state=[^&]+", "state=another", address), "this browser asked")
    assert "/token" not in attached.asked[-1:]


def test_an_answer_serves_only_the_browser_that_asked(attached: LocalProvider) -> None:
    address = agree(start(Client()))
    refused(Client(), address, "this browser asked")
    another = Client()
    start(another)
    refused(another, address, "this browser asked")


def test_an_answer_serves_once(attached: LocalProvider) -> None:
    browser = Client()
    address = agree(start(browser))
    copied = browser.cookies.copy()
    assert back(browser, address).headers["Location"] == at("desk")
    browser.logout()
    refused(browser, address, "this browser asked")
    browser.cookies = copied  # type: ignore[assignment]
    asked = attached.asked.count("/token")
    refused(browser, address, "This answer has served already.")
    assert attached.asked.count("/token") == asked


def test_an_answer_has_served_even_where_the_provider_was_down(attached: LocalProvider) -> None:
    browser = Client()
    address = agree(start(browser))
    copied = browser.cookies.copy()
    attached.status = 503
    refused(browser, address, "does not answer", 503)
    attached.status = 200
    browser.cookies = copied  # type: ignore[assignment]
    refused(browser, address, "This answer has served already.")


@pytest.mark.django_db(transaction=True)
def test_of_an_answer_that_comes_many_times_at_once_one_serves() -> None:
    def spend() -> bool:
        try:
            spend_return("the same state", b"n" * 16, timezone.now())
        except ReturnSpent:
            return False
        return True

    assert sum(at_once(*[spend] * 6)) == 1 == SpentReturn.objects.count()


def test_answers_that_served_are_kept_as_marks_for_ten_minutes(attached: LocalProvider) -> None:
    browser = Client()
    address = start(browser)
    state = dict(parse_qsl(urlsplit(address).query))["state"]
    back(browser, agree(address))
    assert state not in everything_stored()
    served = SpentReturn.objects.count()
    forget_old_returns()
    assert SpentReturn.objects.count() == served == 2
    SpentReturn.objects.update(at=timezone.now() - timedelta(minutes=11))
    one_pass()
    assert CliRunner().invoke(retention).exit_code == 0 and not SpentReturn.objects.exists()


def test_many_returns_from_one_network_wait(
    attached: LocalProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(returning, "PER_NETWORK", 1)
    asked = attached.asked.count("/token")
    browser = Client()
    refused(browser, agree(start(browser)), "Wait ten minutes, then start again.", 429)
    assert attached.asked.count("/token") == asked
    other = Client(REMOTE_ADDR="203.0.113.9")
    assert is_signed_in(sign_in(other)[0])


def test_a_code_of_another_question_is_refused(attached: LocalProvider) -> None:
    """PKCE: a code that leaked serves nobody else."""
    stolen = dict(parse_qsl(urlsplit(agree(start(Client()))).query))["code"]
    browser = Client()
    address = re.sub("code=[^&]+", f"code={stolen}", agree(start(browser)))
    refused(browser, address, "has served already")


def test_an_answer_that_comes_late_is_refused(
    attached: LocalProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_pages, "ASKED_LASTS", timedelta(0))
    browser = Client()
    refused(browser, agree(start(browser)), "this browser asked")


@pytest.mark.parametrize("cookie", ["", "x", "AAAA", "é", "A" * 4000])
def test_a_forged_cookie_is_refused(cookie: str, attached: LocalProvider) -> None:
    browser = Client()
    address = agree(start(browser))
    browser.cookies["identity"] = cookie
    refused(browser, address, "this browser asked")


def test_the_answer_of_another_provider_is_refused(attached: LocalProvider, settings: Any) -> None:
    other = attached.as_set(slug="other", name="Other")
    settings.IDENTITY_PROVIDERS = (attached.as_set(), other)
    browser = Client()
    refused(browser, agree(start(browser)).replace("local", "other", 2), "this browser asked")
    browser = Client()
    address = re.sub("iss=[^&]+", "iss=https://evil.example", agree(start(browser)))
    refused(browser, address, "said by another than")


def test_who_says_no_there_is_told_so(attached: LocalProvider) -> None:
    browser = Client()
    state = dict(parse_qsl(urlsplit(start(browser)).query))["state"]
    refused(browser, f"{BACK}?error=access_denied&state={state}", "did not go through with it")


def test_a_wrong_secret_is_refused(attached: LocalProvider, settings: Any) -> None:
    settings.IDENTITY_PROVIDERS = (attached.as_set(client_secret="another"),)
    browser = Client()
    refused(browser, agree(start(browser)), "has served already, or is out of date")


@pytest.mark.parametrize("status", [302, 307, 404, 500, 503])
def test_a_provider_that_fails_or_leads_elsewhere_is_said_down(
    status: int, attached: LocalProvider
) -> None:
    browser = Client()
    address = agree(start(browser))
    attached.status = status
    refused(browser, address, "Local Identity does not answer", 503)


def test_a_provider_that_hangs_is_left_after_a_while(
    attached: LocalProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asking_providers.PATIENCE == 5
    monkeypatch.setattr(asking_providers, "PATIENCE", 0.2)
    attached.slow = 1
    browser = Client()
    address = agree(start(browser))
    refused(browser, address, "does not answer", 503)


def test_nobody_is_led_to_a_provider_that_is_not_there(settings: Any) -> None:
    cache.clear()
    with running_provider() as gone:
        settings.IDENTITY_PROVIDERS = (gone.as_set(),)
    answered = Client().post(at("sign-in-identity", "local"))
    assert answered.status_code == 503 and "does not answer" in words_of(answered)
    assert "identity" not in answered.cookies


@pytest.mark.parametrize(
    "published",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_publishes_addresses_that_are_not_safe_is_not_followed(
    published: dict[str, Any], provider: LocalProvider
) -> None:
    provider.documents = published
    assert Client().post(at("sign-in-identity", "local")).status_code == 503


def test_addresses_of_the_settings_take_the_place_of_those_published(
    attached: LocalProvider, settings: Any
) -> None:
    cache.clear()
    attached.asked.clear()
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    by_hand = {name: attached.published()[name] for name in names}
    settings.IDENTITY_PROVIDERS = (attached.as_set(**by_hand),)
    assert is_signed_in(sign_in()[0])
    assert "/.well-known/openid-configuration" not in attached.asked


def test_new_keys_of_the_provider_are_found_but_not_asked_for_all_the_time(
    attached: LocalProvider,
) -> None:
    attached.new_keys("2")
    assert is_signed_in(sign_in()[0])
    attached.new_keys("3")
    browser = Client()
    asked = attached.asked.count("/jwks")
    refused(browser, agree(start(browser)), "not signed by")
    assert attached.asked.count("/jwks") == asked


@pytest.mark.parametrize(
    ("said", "is_enough"), [("eidas1", True), ("eidas2", True), ("", False), ("eidas9", False)]
)
def test_the_level_that_was_asked_must_be_reached(
    said: str, is_enough: bool, attached: LocalProvider, settings: Any
) -> None:
    settings.IDENTITY_PROVIDERS = (attached.as_set(acr="eidas1"),)
    attached.claims = {"acr": said}
    browser, answered = sign_in()
    assert is_signed_in(browser) is is_enough
    assert is_enough or "as thoroughly as this site asks" in words_of(answered)


def test_an_identity_that_nobody_attached_makes_no_account(
    provider: LocalProvider, person: Person
) -> None:
    browser = Client()
    refused(browser, agree(start(browser)), "No account here is tied to this identity")
    assert Person.objects.count() == 1


def test_the_second_code_is_still_asked(attached: LocalProvider, person: Person) -> None:
    SecondFactor.objects.create(person=person, sealed_key=b"x", last_step=1, since="2026-01-01T00Z")
    browser, answered = sign_in()
    assert answered.headers["Location"] == at("sign-in-second-code")
    assert not is_signed_in(browser)


def test_an_identity_is_attached_to_one_account_and_one_of_each_provider(
    attached: LocalProvider, person: Person
) -> None:
    other = signed_in(make_facilitator(make_coproduction("other"), email="other@example.org"))
    assert "signs in to another account" in words_of(attach(other))
    assert attach(signed_in(person)).status_code == 302  # again: nothing changes
    attached.subject = "somebody else"
    assert "remove it first" in words_of(attach(signed_in(person)))
    assert Identity.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Identity.objects.create(
            person=person, provider="local", mark=b"y", made_at="2026-01-01T00Z"
        )


def test_it_is_attached_to_whoever_asked_alone(attached: LocalProvider, person: Person) -> None:
    browser = signed_in(make_facilitator(make_coproduction("other"), email="other@example.org"))
    attached.subject = "another number"
    address = agree(start(browser, "identities", attach="local"))
    browser.force_login(person)
    assert "this browser asked" in words_of(back(browser, address))
    assert Identity.objects.count() == 1


def test_whoever_awaits_proof_attaches_nothing(provider: LocalProvider, person: Person) -> None:
    Person.objects.update(awaits_proof=True)
    assert "sign in by mail first" in words_of(attach(signed_in(person)))
    assert not Identity.objects.exists()


def test_a_removed_identity_signs_in_no_more(attached: LocalProvider, person: Person) -> None:
    desk = signed_in(person)
    assert desk.post(at("identities"), {"remove": "local"}).status_code == 302
    assert desk.post(at("identities"), {"remove": "local"}).status_code == 404
    browser = Client()
    refused(browser, agree(start(browser)), "No account here")
    attach(desk)
    close_ways_in(person)
    browser = Client()
    refused(browser, agree(start(browser)), "No account here")


def test_signing_out_here_signs_out_there(attached: LocalProvider) -> None:
    browser, _answered = sign_in()
    address = led_to(browser.post(at("sign-out")))
    query = dict(parse_qsl(urlsplit(address).query))
    assert address.startswith(f"{attached.issuer}/end?")
    assert (
        query["post_logout_redirect_uri"] == f"{HERE}/" and query["id_token_hint"].count(".") == 2
    )
    assert not is_signed_in(browser)
    assert browser.post(at("sign-out")).status_code == 302  # the token is gone


def test_who_signed_in_otherwise_is_led_nowhere(attached: LocalProvider, person: Person) -> None:
    assert signed_in(person).post(at("sign-out")).headers["Location"] == at("home")


def test_a_participant_without_account_proves_who_they_are_and_answers_go_on(
    provider: LocalProvider, coproduction: Coproduction
) -> None:
    browser = make_device(coproduction)
    answer(browser, *make_statements(coproduction, 1))
    participant = participant_of(browser, coproduction)
    assert "without telling it" in words_of(browser.get(at("my-answers", "shops")))
    assert not has_identity(participant)
    assert prove(browser).headers["Location"] == at("prove-identity", "shops")
    assert has_identity(participant)
    page = words_of(browser.get(at("prove-identity", "shops")))
    assert "It is proved" in page and "Sign out of Local Identity" in page
    assert led_to(browser.post(at("prove-identity", "shops"), {"leave": "yes"}))
    assert "and its mark for this coproduction alone" in words_of(browser.get(at("my-data")))
    assert Entry.objects.filter(kind="identity-proved", space="shops").count() == 1


def test_a_frame_that_asks_who_people_are_lets_nobody_answer_before(
    provider: LocalProvider,
) -> None:
    asking = make_coproduction("shops", frame={"assurance": "identity"})
    (sentence,) = make_statements(asking, 1)
    browser = Client()
    card = browser.get(at("vote", "shops"))
    assert "asks who you are, so that each person counts once" in words_of(card)
    assert at("prove-identity", "shops") in card.content.decode()
    assert answer(browser, sentence).status_code == 403 and not Vote.objects.exists()
    assert browser.post(at("prove", "shops"), {"said": "me"}).headers["Location"] == at(
        "prove-identity", "shops"
    )
    prove(browser)
    assert answer(browser, sentence).status_code == 302 and Vote.objects.count() == 1
    count_turnout(asking)
    assert Turnout.objects.get().by_channel == {"identity": {"people": 1, "answers": 1}}


def test_proving_may_be_the_first_act_of_a_device(
    provider: LocalProvider, coproduction: Coproduction
) -> None:
    browser = Client()
    prove(browser)
    assert has_identity(participant_of(browser, coproduction))
    answer(browser, *make_statements(coproduction, 1))
    assert Participant.objects.count() == 1


def test_an_identity_takes_part_once_in_a_coproduction(
    provider: LocalProvider, coproduction: Coproduction
) -> None:
    first, second = Client(), Client()
    prove(first)
    refused(
        second,
        agree(start(second, "prove-identity", provider="local")),
        "takes part here already, from another device",
        409,
    )
    assert prove(first).status_code == 302  # again: nothing changes
    provider.subject = "somebody else"
    assert "under another identity already" in words_of(prove(first))
    prove(second)
    assert ProvedIdentity.objects.count() == 2


def test_nothing_ties_an_identity_to_two_coproductions(
    provider: LocalProvider, coproduction: Coproduction
) -> None:
    browser = Client()
    prove(browser)
    make_coproduction("other")
    other = led_to(browser.post(at("prove-identity", "other"), {"provider": "local"}))
    assert back(browser, agree(other)).status_code == 302
    marks = [bytes(one) for one in ProvedIdentity.objects.values_list("mark", flat=True)]
    assert len(set(marks)) == 2


def test_erasing_frees_the_identity_and_a_year_later_nothing_ties_it(
    provider: LocalProvider, coproduction: Coproduction
) -> None:
    browser = Client()
    prove(browser)
    browser.post(at("erase", "shops"))
    assert not ProvedIdentity.objects.exists()
    prove(Client())
    mark = bytes(ProvedIdentity.objects.get().mark)
    coproduction.stages.update(opens_at="2020-01-01T00Z", closes_at="2020-02-01T00Z")
    Payload.objects.update(recorded_at="2020-01-02T00Z")
    forget_old_devices()
    assert bytes(ProvedIdentity.objects.get().mark) != mark
    one_pass()


def test_who_was_left_out_does_not_count_again_by_erasing(
    provider: LocalProvider, coproduction: Coproduction
) -> None:
    browser = Client()
    prove(browser)
    mark, now = bytes(ProvedIdentity.objects.get().mark), timezone.now()
    one = ContestedSet.objects.create(
        coproduction=coproduction, number=1, kind="burst", state="excluded", reason="Hasty.",
        opened_at=now, decided_at=now,
    )  # fmt: skip
    InDoubt.objects.create(contested_set=one, participant=participant_of(browser, coproduction))
    browser.post(at("erase", "shops"))
    assert bytes(LeftMark.objects.get(space="shops").mark) == mark
    again = Client()
    address = agree(start(again, "prove-identity", provider="local"))
    refused(again, address, "left out of the results, then erased", 409)
    assert not Participant.objects.exists() and not again.cookies.get("participant")
    make_coproduction("other")
    other = led_to(again.post(at("prove-identity", "other"), {"provider": "local"}))
    assert back(again, agree(other)).status_code == 302


def test_a_frame_asks_for_no_identity_where_one_person_may_have_several(
    provider: LocalProvider, settings: Any
) -> None:
    asking = make_coproduction("shops", frame={"assurance": "identity"})
    settings.IDENTITY_PROVIDERS = (provider.as_set(), provider.as_set(slug="other"))
    with pytest.raises(CreationRefused, match="several providers: one person could answer twice"):
        make_coproduction("more", frame={"assurance": "identity"})
    with pytest.raises(CreationRefused, match="keep one"):
        publish_frame(asking, {"assurance": "identity", "reason": {"en": "Once more."}})
    make_coproduction("open", frame={"assurance": "open"})


def test_many_new_people_from_one_network_wait(
    provider: LocalProvider, coproduction: Coproduction, settings: Any
) -> None:
    settings.NEW_PARTICIPANTS_PER_HOUR = 1
    prove(Client())
    provider.subject = "somebody else"
    browser = Client()
    refused(
        browser, agree(start(browser, "prove-identity", provider="local")), "Many answers come", 429
    )


def test_the_sentences_are_in_the_language_one_started_in(attached: LocalProvider) -> None:
    browser = Client()
    address = led_to(browser.post("/fr/connexion/identite/local/"))
    attached.claims = {"aud": "another-site"}
    assert "un autre site" in words_of(back(browser, agree(address)))


def test_the_line_to_a_provider_is_short(
    attached: LocalProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Client()
    address = agree(start(browser))
    monkeypatch.setattr(asking_providers, "_LINE", threading.BoundedSemaphore(1))
    assert asking_providers._LINE.acquire(timeout=1)
    refused(browser, address, "does not answer", 503)


def test_a_provider_says_which_algorithms_it_may_use() -> None:
    words = ("slug", "name", "https://id.example", "client", "secret")
    assert Provider(*words).algorithms == ["ES256", "RS256"]
    assert Provider(*words, algorithm="ES256").algorithms == ["ES256"]
