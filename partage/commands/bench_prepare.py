"""What `partage bench votes` does inside the site it measures: fill it, and count its SQL."""

import json
import re
import secrets
from typing import Any

import click
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partage.contributions.samples import add_statements
from partage.coproductions.creation import create_coproduction
from partage.coproductions.models import Coproduction
from partage.people.models import Participant
from partage.people.participants import key_in
from partage.register.models import Entry, VaultKey

FEW, MANY = 20, 1000
# The voter's own answer; every other changed row might be shared with somebody.
OWN_ROWS = frozenset({"contributions_vote"})
CHANGED = re.compile(
    r'\s*(?:(?:UPDATE|DELETE FROM) "?(\w+)|INSERT INTO "?(\w+).*\bDO UPDATE\b)', re.DOTALL
)


@click.command(hidden=True)
@click.option("--people", required=True, type=int)
@click.option("--statements", required=True, type=int)
def prepare_votes(people: int, statements: int) -> None:
    """Fill the site, count the SQL of single votes, and say in JSON what to vote on."""
    few, many = (_coproduction(f"bench-{count}", count) for count in (FEW, MANY))
    coproduction = _coproduction("bench", statements)
    prepared = {
        "path": reverse("vote", args=[coproduction.slug]),
        "tokens": _people(coproduction.slug, people),
        "statements": _numbers(coproduction),
        "sql": [*_counted(few, FEW), *_counted(many, MANY)],
    }
    click.echo(json.dumps(prepared))


def _coproduction(slug: str, statements: int) -> Coproduction:
    """A made-up coproduction that is open to votes."""
    coproduction = create_coproduction(
        {
            "slug": slug,
            "organization": "Bench",
            "title": {"en": slug},
            "question": {"en": "What does a vote cost?"},
            "stages": [{"kind": "votes", "opens": -1, "closes": 30}],
            "frame": {},
        }
    )
    texts = [
        f"Sentence {number} of the bench: somebody could agree." for number in range(statements)
    ]
    add_statements(coproduction, {"statements": [{"text": {"en": text}} for text in texts]})
    return coproduction


def _numbers(coproduction: Coproduction) -> list[int]:
    return list(coproduction.statements.order_by("pk").values_list("pk", flat=True))


def _people(space: str, count: int) -> list[str]:
    """Participants made at once; returns what their cookies hold."""
    tokens = [secrets.token_urlsafe(32) for _ in range(count)]
    keys = VaultKey.objects.bulk_create(VaultKey(key=secrets.token_bytes(32)) for _ in tokens)
    Participant.objects.bulk_create(
        Participant(space=space, key=key_in(space, token), vault_key=key)
        for token, key in zip(tokens, keys, strict=True)
    )
    return tokens


@click.command(hidden=True)
@click.option("--token", required=True)
@click.option("--statement", required=True, type=int)
def vote_sql(token: str, statement: int) -> None:
    """The SQL that one vote sends to the database, as JSON, and what in it changes each time."""
    slug = "bench"
    key = key_in(slug, token)
    client = _client()
    client.cookies["participant"] = token
    client.get(reverse("vote", args=[slug]))
    with CaptureQueriesContext(connection) as captured:
        client.post(reverse("vote", args=[slug]), {"statement": statement, "answer": 1})
    participant = Participant.objects.get(space=slug, key=key)
    entry = Entry.objects.latest("pk")
    told = {
        "sql": [query["sql"] for query in captured.captured_queries],
        "participant": participant.pk,
        "vault_key": participant.vault_key_id,
        "event": bytes(entry.event_id).hex(),
        "entry": entry.pk,
        "people": Participant.objects.filter(space=slug).count(),
        "first": Participant.objects.filter(space=slug).order_by("pk").values_list("pk")[0][0],
    }
    click.echo(json.dumps(told))


def _counted(coproduction: Coproduction, statements: int) -> list[dict[str, Any]]:
    """The SQL of one vote, by whom and how it is sent."""
    numbers, found = _numbers(coproduction), []
    for htmx in (False, True):
        known, newcomer = _client(), _client()
        known.cookies["participant"] = _people(coproduction.slug, 1)[0]
        known.get(reverse("vote", args=[coproduction.slug]))  # opens the database
        for case, client, statement in (
            ("first", known, numbers[0]),
            ("later", known, numbers[1]),
            ("newcomer", newcomer, numbers[0]),
        ):
            told = _sql_of_a_vote(client, coproduction, statement, htmx=htmx)
            found.append({"case": case, "statements": statements, "htmx": htmx, **told})
    return found


def _client() -> Client:
    return Client(SERVER_NAME="localhost")


def _sql_of_a_vote(
    client: Client, coproduction: Coproduction, statement: int, *, htmx: bool
) -> dict[str, Any]:
    headers = {"HX-Request": "true"} if htmx else {}
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(
            reverse("vote", args=[coproduction.slug]),
            {"statement": statement, "answer": 1},
            headers=headers,
        )
    sql = [query["sql"] for query in captured.captured_queries]
    return {"status": answer.status_code, "sql": len(sql), "shared": shared_rows(sql), "words": sql}


def shared_rows(sql: list[str]) -> list[str]:
    """The statements that change or lock rows somebody else may need, by their first words."""
    found = []
    for statement in sql:
        changed = CHANGED.match(statement)
        table = changed and (changed[1] or changed[2])
        if (table and table not in OWN_ROWS) or " FOR UPDATE" in statement:
            found.append(statement[:80])
    return found
