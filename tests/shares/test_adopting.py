"""A rule is said, tried, adopted before its period opens, sealed, and never changed."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from partage.calc.sharing_rules import read_rule
from partage.coproductions.models import Coproduction
from partage.opinions.importing import import_opinion
from partage.opinions.models import Opinion, Version
from partage.register.models import Entry
from partage.shares.models import Period, WorkFacts
from tests.factories import at, make_coproduction, make_facilitator, signed_in
from tests.opinions.opinion_file import as_bytes, small
from tests.shares.making import adopt, desk_of, over, pass_by, press, rule, say_facts
from tests.web.page import words_of

LATER = timezone.localdate() + timedelta(days=9)


@pytest.fixture
def shops(db: None) -> Coproduction:
    return make_coproduction("shops")


@pytest.fixture
def desk(shops: Coproduction) -> Client:
    return desk_of(shops)


def refused(answer: Any, sentence: str) -> None:
    assert answer.status_code in {400, 409}
    assert sentence in words_of(answer)
    assert not Period.objects.exists()
    assert not Entry.objects.filter(kind="sharing-rule-adopted").exists()


def test_a_rule_needs_the_facts_of_the_work_first(shops: Coproduction) -> None:
    browser = signed_in(make_facilitator(shops))
    refused(adopt(browser, shops), "Say first what the work is")


def test_the_facts_are_dated_kept_and_public_with_a_no_as_plain_as_a_yes(
    shops: Coproduction,
) -> None:
    browser = signed_in(make_facilitator(shops))
    say_facts(browser, shops)
    say_facts(browser, shops, unranked="no", unranked_words="The best ten get a prize.")
    assert [facts.number for facts in WorkFacts.objects.order_by("number")] == [1, 2]
    assert Entry.objects.filter(kind="work-facts").latest("pk").public["unranked"] == "no"
    page = words_of(Client().get(at("shares", "shops")))
    assert "Nobody is ranked, given orders or punished. No. The best ten get a prize." in page
    assert "Nobody is ranked, given orders or punished. Yes. See the guide." in page


def test_a_fact_without_answer_or_words_is_refused(shops: Coproduction) -> None:
    browser = signed_in(make_facilitator(shops))
    answer = say_facts(browser, shops, free="", criteria_words=" ")
    assert answer.status_code == 400
    page = words_of(answer)
    assert "Answer each point: yes, no or not known." in page
    assert "Say in words how one can see each point." in page
    assert not WorkFacts.objects.exists()


def test_the_rule_is_sealed_before_the_period(shops: Coproduction, desk: Client) -> None:
    typed = {"common_rate": "20", "equal_rate": "40", "time_rate": "60", "cap": "2,5"}
    assert adopt(desk, shops, **typed).status_code == 302
    period = Period.objects.get()
    told = Entry.objects.get(kind="sharing-rule-adopted").public
    assert read_rule(told["rule"]).digest == told["digest"] == period.digest
    assert (told["seed"], len(period.seed)) == (period.seed_hex, 32)
    page = words_of(Client().get(at("shares", "shops")))
    assert (
        "20% of the pot goes to the common fund of this coproduction before anything else." in page
    )
    assert "no one counts more than 2.5 times the median" in page
    assert "Vote of the users' council" in page
    assert period.digest in page
    assert period.seed_hex in page


def test_a_rule_too_long_for_an_entry_is_sealed_by_its_digest(
    shops: Coproduction, desk: Client
) -> None:
    points = "\n".join(f"task-number-{n}: {n}" for n in range(40))
    answer = adopt(desk, shops, equal_rate="", tasks_rate="100", points=points)
    assert answer.status_code == 302
    told = Entry.objects.get(kind="sharing-rule-adopted").public
    assert told["digest"] == Period.objects.get().digest
    assert "rule" not in told


def test_before_adoption_each_division_of_an_example_prints_its_sum(
    shops: Coproduction, desk: Client
) -> None:
    typed = rule(do="preview", common_rate="20", example_pot="1 000,01")
    answer = desk.post(at("share-rule", "shops"), typed)
    page = words_of(answer)
    assert "the pot Common fund 200.00 the pot people 800.01 the pot Sum 1,000.01" in page
    assert "the same for each Sum 800.01" in page
    assert 'value="Spring"' in answer.content.decode()
    assert not Period.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"opens_on": f"{timezone.localdate()}"}, "a rule is adopted before"),
        ({"closes_on": f"{timezone.localdate()}"}, "The period closes before it opens"),
        ({"act_on": ""}, "Say by what it was adopted"),
        ({"act_name": ""}, "Say by what it was adopted"),
        ({"act_on": f"{LATER}"}, "dated in the future"),
        ({"equal_rate": "90"}, "The sub-pots add up to 90 %: make them add up to 100 %."),
        ({"funds": "All: 100"}, "The sub-pots add up to 100 %: make them add up to 0 %."),
        ({"funds": "One: 60\nTwo: 50"}, "The funds take more than 100 %"),
        ({"funds": "One: 20\nOne: 20"}, "A fund comes twice"),
        ({"funds": "people: 20"}, "A fund comes twice, or is named “people”"),
        ({"funds": "nobody: 20"}, "A fund comes twice, or is named “people” or “nobody”"),
        ({"funds": "fonds commun: 20"}, "The common fund has a field of its own"),
        ({"funds": "One: 60", "common_rate": "50"}, "The funds take more than 100 %"),
        ({"funds": "twenty"}, "“twenty” is no fund"),
        ({"funds": "x: 1.2.3"}, "“x: 1.2.3” is no fund"),
        ({"equal_rate": "1e999"}, "“1e999” is no part of a hundred"),
        ({"equal_rate": "-5"}, "“-5” is no part of a hundred"),
        ({"equal_rate": "", "time_rate": "100"}, "By time needs a cap"),
        ({"time_rate": "100", "equal_rate": "", "cap": "0.5"}, "The cap is “0.5”"),
        ({"equal_rate": "", "tasks_rate": "100"}, "By tasks needs the points of each task"),
        ({"points": "scan three"}, "“scan three” is no task"),
        ({"activity": "none"}, "Say why the shares pay for no activity."),
        ({"activity": ""}, "Say what the shares pay for."),
        ({"name": ""}, "Give the period a name"),
        ({"act_address": "javascript:alert(1)"}, "Give an address such as"),
    ],
)
def test_what_is_wrong_in_a_rule_is_said_in_one_sentence(
    shops: Coproduction, desk: Client, changes: dict[str, str], sentence: str
) -> None:
    answer = adopt(desk, shops, **changes)
    refused(answer, sentence)
    assert "Vote of the users" in answer.content.decode() or "act_name" in changes


def test_periods_do_not_overlap_and_a_withdrawn_one_makes_room(
    shops: Coproduction, desk: Client
) -> None:
    adopt(desk, shops)
    answer = adopt(desk, shops, name="Again")
    assert answer.status_code == 409
    assert "These days are in period 1" in words_of(answer)
    first = Period.objects.get()
    assert press(desk, first, "withdraw", reason="").status_code == 400
    assert press(desk, first, "withdraw", reason="The council voted again.").status_code == 302
    assert Entry.objects.get(kind="sharing-rule-withdrawn").public["digest"] == first.digest
    assert adopt(desk, shops, name="Again").status_code == 302
    page = words_of(Client().get(at("shares", "shops")))
    assert "The council voted again." in page
    assert press(desk, first, "withdraw", reason="Twice.").status_code == 409


def test_an_open_period_cannot_be_withdrawn(shops: Coproduction, desk: Client) -> None:
    period = over(desk, shops)
    answer = press(desk, period, "withdraw", reason="Too dear.")
    assert answer.status_code == 409
    assert "its rule holds until it closes" in words_of(answer)
    assert Period.objects.get().withdrawn_at is None


@pytest.mark.parametrize(
    "changes",
    [
        {"adopted_on": LATER},
        {"closes_on": timezone.localdate()},
        {"act_name": ""},
        {"act_on": LATER},
        {"activity": "gift"},
        {"activity": "none"},
        {"withdrawn_at": timezone.now()},
    ],
)
def test_the_database_refuses_what_the_rules_refuse(
    shops: Coproduction, desk: Client, changes: dict[str, Any]
) -> None:
    adopt(desk, shops)
    with pytest.raises(IntegrityError), transaction.atomic():
        Period.objects.update(**changes)


def published_opinion(coproduction: Coproduction | None) -> Version:
    import_opinion(as_bytes(small()))
    Opinion.objects.update(coproduction=coproduction)
    return Version.objects.latest("pk")


def test_a_rule_adopted_by_an_opinion_leads_to_it(shops: Coproduction, desk: Client) -> None:
    version = published_opinion(shops)
    number = version.content["recommendations"][0]["number"]
    by_opinion = {"opinion": version.pk, "recommendation": number, "act_name": "", "act_on": ""}
    answer = adopt(desk, shops, **by_opinion | {"recommendation": 999})
    assert "That opinion has no recommendation 999" in words_of(answer)
    assert adopt(desk, shops, **by_opinion).status_code == 302
    address = at("opinion-version", version.opinion.slug, version.number)
    assert f'href="{address}"' in Client().get(at("shares", "shops")).content.decode()


def test_an_opinion_of_elsewhere_adopts_nothing(shops: Coproduction, desk: Client) -> None:
    version = published_opinion(make_coproduction("elsewhere"))
    answer = adopt(desk, shops, opinion=version.pk, act_name="", act_on="")
    refused(answer, "Choose an opinion of the list.")


def test_an_act_and_an_opinion_together_are_refused(shops: Coproduction, desk: Client) -> None:
    refused(adopt(desk, shops, opinion=published_opinion(shops).pk), "Say by what it was adopted")


def test_the_seed_is_another_in_each_period(shops: Coproduction, desk: Client) -> None:
    adopt(desk, shops)
    pass_by(Period.objects.get())
    adopt(desk, shops, name="Next")
    first, second = Period.objects.order_by("number")
    assert (first.rule, first.number, second.number) == (second.rule, 1, 2)
    assert first.seed_hex != second.seed_hex
    assert json.loads(first.rule)["format"] == "partage-sharing-rule/1"
