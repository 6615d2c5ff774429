"""Invented events and an inspection for the demo: a figure of the account leads down to them."""

import json
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from partage.accounting.declaring import base_text, filled
from partage.accounting.measured import taken
from partage.accounting.publication import publish_account
from partage.calc.declaration import parse_declaration
from partage.coproductions.models import Coproduction
from partage.events.models import EventTask
from partage.events.months import close_month
from partage.events.reading import from_json, month_of
from partage.events.receiving import receive
from partage.oversight.mandates import Terms, open_mandate
from partage.oversight.models import Mandate
from partage.people.models import Person
from partage.register.recording import record

TASK, INPUT = "scan", "self_scan"
NAME = {"en": "A passage at the self-checkout", "fr": "Un passage à la caisse automatique"}
EVENTS, SHORTEST, SPREAD = 60, 60, 45  # how many, and how many seconds
DAYS = 30
BODY, GROUND = "Inspection inventée · Invented inspectorate", "Pour la démonstration · For the demo"
FILE = "self-checkout.toml"


@transaction.atomic
def make_sample_inspection(coproduction: Coproduction, inspector: Person) -> Mandate:
    """Passages timed last month, an account that takes their mean, and a mandate over it all."""
    EventTask.objects.create(coproduction=coproduction, code=TASK, name=NAME)
    record("event-code-added", space=coproduction.slug, public={"code": TASK, "of": "task"})
    month = month_of(month_of(timezone.now()) - timedelta(days=1))
    receive(coproduction, [(n, _event(n, f"{month}")) for n in range(EVENTS)], from_json)
    close_month(coproduction, month)
    text = base_text(coproduction, "")
    sent = {"measured-input": INPUT, "measured": f"{TASK}:measured"}
    figures = taken(coproduction, parse_declaration(text, FILE), sent)
    publish_account(coproduction, filled(text, figures), FILE)
    today = timezone.localdate()
    whole = (coproduction.organization, ())
    return open_mandate(
        inspector,
        Terms(Mandate.Body.SERVICE, BODY, GROUND, today, today + timedelta(days=DAYS), *whole),
    )


def _event(number: int, month: str) -> bytes:
    """Told apart by nothing but their number: nobody stands behind them."""
    told = {
        "id": str(UUID(int=number + 1)),
        "task": TASK,
        "started_at": f"{month[:8]}{number % 28 + 1:02}T10:00:00Z",
        "seconds": SHORTEST + number * 7 % SPREAD,
    }
    return json.dumps(told).encode()
