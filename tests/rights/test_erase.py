"""Erasing everything: a page that says what goes, a button, and afterwards nothing is held."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from partage.accounting.models import CounterInput, Voice
from partage.accounting.publication import publish_account
from partage.commands.verify import verify
from partage.contributions.models import (
    Progress,
    Release,
    Statement,
    Vote,
)
from partage.coproductions.models import Coproduction, Task
from partage.people.models import Participant
from partage.register.erasing import fingerprint, tell_erasures
from partage.register.models import Entry, Erasure, Payload, VaultKey
from partage.register.sequencer import seal
from tests.factories import (
    answer,
    at,
    everything_stored,
    make_coproduction,
    make_device,
    make_people,
    make_sensitive,
    make_statement,
    make_statements,
    make_votes,
    participant_of,
    publish_results,
    stored,
)
from tests.web.page import words_of

pytestmark = pytest.mark.django_db
WORDS = "We want seventeen violet benches."
SOURCE = "Counted by myself on a violet Tuesday"
ACCOUNT: Path = settings.PACKAGE / "samples/accounts/self-checkout.toml"
FIGURE = {"low": "40", "central": "50", "high": "55", "source": SOURCE, "source_date": "2026-05-02"}
TASKS = [{"name": {"en": "Scan"}, "degree": "chosen"}]


def somebody(coproduction: Coproduction) -> Client:
    """A device that has answered, proposed, filed a figure and spoken of a task."""
    slug, device = coproduction.slug, make_device(coproduction)
    device.post(at("consent", slug))
    for statement in make_statements(coproduction, 3):
        answer(device, statement)
    device.post(at("propose", slug), {"text": WORDS})
    publish_account(coproduction, ACCOUNT.read_text(), ACCOUNT.name)
    assert device.post(at("account-counter", slug, "self_wait"), FIGURE).status_code == 302
    task = Task.objects.get(frame=coproduction.frame)
    said = {"task": task.pk, "speaks_as": "participant", "degree": "endured", "change": "slower"}
    assert device.post(at("voices", slug), said).status_code == 302
    return device


def markers(device: Client, coproduction: Coproduction) -> list[bytes | str]:
    """What would tell the person again if it were anywhere."""
    participant = participant_of(device, coproduction)
    token = str(device.cookies[settings.PARTICIPANT_COOKIE_NAME].value)
    key, secret = bytes(participant.key), bytes(participant.vault_key.key)
    return [WORDS, SOURCE, token, key, secret, fingerprint(secret), "violet"]


def everything() -> str:
    """All rows as text; bytes in one spelling on both databases."""
    found = everything_stored()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                found += repr([bytes(v) if isinstance(v, memoryview) else v for v in row])
    return found


def test_opening_the_page_says_what_goes_and_writes_nothing() -> None:
    coproduction = make_coproduction(frame={"tasks": TASKS})
    device = somebody(coproduction)
    before, rows = stored(), everything_stored()
    said = words_of(device.get(at("erase", "shops")))
    assert "3 answers" in said and "The words of 1 sentence you proposed" in said
    assert "1 figure you filed" in said
    assert device.head(at("erase", "shops")).status_code == 200
    assert (stored(), everything_stored()) == (before, rows)


def test_pressing_the_button_leaves_no_trace_in_any_table() -> None:
    coproduction = make_coproduction(frame={"tasks": TASKS})
    device = somebody(coproduction)
    traces = markers(device, coproduction)
    assert WORDS in everything() and CounterInput.objects.exists() and Voice.objects.exists()
    assert "Everything is erased" in words_of(device.post(at("erase", "shops")))
    kept = everything()
    assert not [t for t in traces if (repr(t) if isinstance(t, bytes) else t) in kept]
    gone = (Participant, Vote, Voice, CounterInput, VaultKey, Payload)
    assert not [model for model in gone if model.objects.exists()]
    assert not Statement.objects.filter(author__isnull=False).exists()
    assert Entry.objects.filter(kind="person-erased").get().public == {}
    assert "Nothing is held about this device here." in words_of(device.get(at("erase", "shops")))


def test_other_people_and_other_coproductions_keep_theirs() -> None:
    here, there = make_coproduction("here"), make_coproduction("there")
    statements = make_statement(here), make_statement(there)
    device, other = make_device(here, there), make_device(here)
    for one in statements:
        answer(device, one)
    answer(other, statements[0])
    device.post(at("erase", "here"))
    assert Vote.objects.filter(statement=statements[0]).count() == 1
    assert Vote.objects.filter(participant=participant_of(device, there)).count() == 1
    assert answer(device, statements[0]).status_code == 302  # begins as somebody new


def test_somebody_without_a_part_has_nothing_to_erase() -> None:
    make_coproduction()
    before = stored()
    for device in (Client(), make_device()):
        said = device.post(at("erase", "shops"))
        assert "Nothing is held about this device here." in words_of(said)
    assert stored() == before
    assert Client().get(at("erase", "nowhere")).status_code == 404
    assert Client().put(at("erase", "shops")).status_code == 405


def release_again_without_sentences(coproduction: Coproduction) -> None:
    last = Release.objects.get(coproduction=coproduction)
    last.pk, last.number = None, last.number + 1
    last.content = {**last.content, "statements": []}
    last.save()


def test_a_sentence_that_others_answered_keeps_its_place_without_its_words() -> None:
    coproduction = make_coproduction()
    device = make_device(coproduction)
    author = participant_of(device, coproduction)
    mine = make_statement(coproduction, WORDS, author=author)
    waiting = make_statement(coproduction, f"{WORDS} Again.", author=author, state=Progress.WAITING)
    make_votes(make_people(coproduction, 12), [mine, *make_statements(coproduction, 3)])
    publish_results(coproduction)
    release_again_without_sentences(coproduction)
    other = make_coproduction("other")
    make_votes(make_people(other, 12), make_statements(other, 3))
    publish_results(other)
    assert WORDS in str(Release.objects.get(coproduction=coproduction, number=1).content)
    untouched = Release.objects.get(coproduction=other).content
    device.post(at("erase", "shops"))
    mine.refresh_from_db()
    assert (mine.state, mine.author) == (Progress.ERASED, None)
    assert "erased by its author" in mine.text and not Statement.objects.filter(pk=waiting.pk)
    assert "violet" not in everything()
    assert Release.objects.get(coproduction=other).content == untouched
    assert "violet" not in words_of(Client().get(at("results", "shops")))
    assert Vote.objects.filter(statement=mine).count() == 12


@pytest.mark.django_db(transaction=True)
def test_the_register_still_verifies_and_says_it_within_the_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    coproduction = make_coproduction(frame={"tasks": TASKS})
    device = somebody(coproduction)
    seal()
    hidden = Payload.objects.count()
    device.post(at("erase", "shops"))
    for _ in range(2):
        seal()
        result = CliRunner().invoke(verify, ["log"])
        assert result.exit_code == 0, result.stderr
        assert f"{hidden} are erased and said to be" in result.stdout
        Erasure.objects.update(erased_at=timezone.now() - timedelta(hours=2))
        tell_erasures()
    assert not Erasure.objects.exists()
    assert settings.ERASURE_LIST.read_text().startswith("erasure ")


def test_a_consent_goes_with_the_rest() -> None:
    coproduction = make_sensitive()
    device = make_device(coproduction)
    device.post(at("consent", coproduction.slug))
    device.post(at("erase", coproduction.slug))
    assert stored()["consents.Consent"] == stored()["people.Participant"] == 0
