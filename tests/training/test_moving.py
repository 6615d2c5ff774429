"""One's skills and hours go away in a file and come in elsewhere, to be confirmed anew."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import override_settings
from django.utils import timezone

from partage.coproductions.models import Coproduction, Stage
from partage.people.models import Person
from partage.register.models import Payload
from partage.rights.accounts import erase_account
from partage.rights.retention import remove_past
from partage.training.models import Badge, Claim, Programme, TakenHours
from tests.factories import (
    at,
    make_coproduction,
    make_device,
    make_facilitator,
    make_idea,
    make_sensitive,
    participant_of,
    signed_in,
)
from tests.rights.test_takeaway import ELSEWHERE, brought, code_on, held_in, taken_by
from tests.training.learning import claim, keep_a_key, link_of, make_programme, make_skill
from tests.web.page import words_of

pytestmark = pytest.mark.django_db


def test_skills_and_hours_are_brought_in_to_be_confirmed_anew(tmp_path: Path) -> None:
    shops = make_coproduction()
    skill, device = make_skill(shops), make_device(shops)
    programme = make_programme(skill)
    device.post(programme.get_absolute_url(), {"hours": "3.5"})
    taken = TakenHours.objects.get()
    one = claim(device, skill, shown=[f"taken-{taken.pk}"], asks_desk="on")
    said = {"do": "confirm", "claim": one.pk}
    signed_in(make_facilitator(shops)).post(at("skills-desk", "shops"), said)
    keep_a_key()
    device.post(at("make-badge", "shops", one.pk))
    file, code = taken_by(device, tmp_path), code_on(device)
    held = held_in(file)
    assert held["training.Claim"][0]["skill"]["code"] == "help"
    assert held["training.Shown"][0]["taken"] == {"programme": "Helping others"}
    assert held["training.Badge"][0]["number"] == str(Badge.objects.get().number)
    assert "account_mark" not in held["training.Claim"][0]
    device.post(at("erase", "shops"), {"sure": "yes"})
    assert not Claim.objects.exists() and not TakenHours.objects.exists()
    with override_settings(**ELSEWHERE):
        answer = brought(file, code)
        assert answer.exit_code == 0, answer.output
        assert "1 training.TakenHours, 1 training.Claim" in answer.output
        assert "Left out: 1 training.Badge (a badge is checked at the site" in answer.output
    again = Claim.objects.get()
    assert again.text == "I helped twelve people in May." and not again.is_confirmed
    assert TakenHours.objects.get().hours == taken.hours


def test_what_is_not_there_is_left_out_with_the_reason(tmp_path: Path) -> None:
    shops = make_coproduction()
    skill, device = make_skill(shops), make_device(shops)
    programme = make_programme(skill)
    device.post(programme.get_absolute_url(), {"hours": "3.5"})
    claim(device, skill)
    file, code = taken_by(device, tmp_path), code_on(device)
    device.post(at("erase", "shops"), {"sure": "yes"})
    Programme.objects.update(title="Another")
    type(skill).objects.update(retired_at=timezone.now())
    with override_settings(**ELSEWHERE):
        answer = brought(file, code)
        assert "Left out: 1 training.Claim (the framework here has no such skill)" in answer.output
        assert "1 training.TakenHours (no programme here has this title" in answer.output
    assert not Claim.objects.exists()


def test_my_data_tells_of_skills_and_hours() -> None:
    shops = make_coproduction()
    skill, device = make_skill(shops), make_device(shops)
    device.post(make_programme(skill).get_absolute_url(), {"hours": "3.5"})
    claim(device, skill)
    page = words_of(device.get(at("my-data")))
    assert "Skills that you claim" in page and "Training hours that you took" in page
    assert "My skills" in page


def test_a_consent_taken_back_takes_the_hours_along() -> None:
    convictions = make_sensitive()
    programme, device = make_programme(make_skill(convictions)), make_device(convictions)
    device.post(at("consent", convictions.slug))
    assert device.post(programme.get_absolute_url(), {"hours": "3"}).status_code == 302
    device.post(at("withdraw", convictions.slug))
    assert not TakenHours.objects.exists()
    kept = Payload.objects.filter(entry__kind="training-hours-said").get()
    assert kept.content == ""


def confirmed_by(bob: Person) -> Claim:
    """Somebody's skill, that this person confirmed."""
    one = claim(make_device(make_coproduction()), make_skill(Coproduction.objects.get()))
    signed_in(bob).post(link_of(one), {"do": "confirm"})
    one.refresh_from_db()
    assert one.is_confirmed and one.confirmer_mark is not None
    return one


def test_an_account_that_is_erased_leaves_no_mark() -> None:
    bob = Person.objects.create_person("bob@example.org", "Bob")
    one = confirmed_by(bob)
    own = claim(signed_in(bob), make_skill(one.skill.coproduction, "own"))
    assert own.account_mark is not None
    erase_account(bob)
    for found in (one, own):
        found.refresh_from_db()
    assert one.is_confirmed and own.account_mark is None
    assert (one.confirmed_by, one.confirmer, one.confirmer_mark) == (None, None, None)


def test_a_year_after_the_end_marks_go_with_the_devices() -> None:
    bob = Person.objects.create_person("bob@example.org", "Bob")
    one = confirmed_by(bob)
    own = claim(signed_in(bob), make_skill(one.skill.coproduction, "own"))
    long_ago = timezone.now() - timedelta(days=800)
    Stage.objects.update(opens_at=long_ago, closes_at=long_ago + timedelta(days=1))
    Payload.objects.update(recorded_at=long_ago)
    remove_past()
    for found in (one, own):
        found.refresh_from_db()
    assert (one.confirmer_mark, own.account_mark) == (None, None) and one.is_confirmed


def test_what_was_shown_and_is_taken_back_is_shown_no_more() -> None:
    shops = make_coproduction()
    device = make_device(shops)
    idea = make_idea(shops, author=participant_of(device, shops))
    one = claim(device, make_skill(shops), shown=[f"idea-{idea.pk}"])
    address = at("skill-claim", "shops", one.pk)
    assert idea.title in words_of(device.get(address))
    type(idea).objects.update(state="withdrawn")
    assert idea.title not in words_of(device.get(address))
