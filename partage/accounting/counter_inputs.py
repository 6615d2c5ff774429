"""Another figure for an input of the account: filed by anyone, read first, then a variant."""

from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.accounting.models import CounterInput, PublishedAccount
from partage.calc.checked_toml import DeclarationError
from partage.calc.declaration import parse_declaration
from partage.calc.scenario import Account, as_json, compute_account
from partage.contributions.deciding import AlreadyDecided
from partage.contributions.voting import VoteRefused, check_may_act
from partage.people.models import Participant, Person
from partage.register.recording import record

FEWEST_DRAWS = 1


@transaction.atomic
def file_counter_input(
    participant: Participant, account: PublishedAccount, values: dict[str, Any]
) -> CounterInput:
    """Keep the figure until somebody has read its source."""
    coproduction = account.coproduction
    check_may_act(participant, coproduction)
    same = {"author": participant, "account": account, "state": CounterInput.State.WAITING}
    if CounterInput.objects.filter(**same, name=values["name"], central=values["central"]).exists():
        raise VoteRefused(_("You have sent this figure already: it waits to be read."))
    filed = CounterInput(account=account, author=participant, filed_at=timezone.now(), **values)
    try:
        filed.content = as_json(variant(filed))
    except DeclarationError as error:
        raise VoteRefused(str(error)) from None
    filed.save()
    record(
        "counter-input-filed",
        space=coproduction.slug,
        payload={"counter_input": filed.pk, "name": filed.name, "central": str(filed.central)},
        vault_key=participant.vault_key,
    )
    return filed


def _decide(filed: CounterInput, person: Person, **values: str) -> None:
    waiting = CounterInput.objects.filter(pk=filed.pk, state=CounterInput.State.WAITING)
    if not waiting.update(decided_at=timezone.now(), decided_by=person, **values):
        raise AlreadyDecided(filed.pk)


@transaction.atomic
def publish_counter_input(filed: CounterInput, person: Person) -> None:
    _decide(filed, person, state=CounterInput.State.PUBLISHED)
    facts = {"counter_input": filed.pk, "name": filed.name, "central": str(filed.central)}
    record("counter-input-published", space=filed.account.coproduction.slug, public=facts)


@transaction.atomic
def refuse_counter_input(filed: CounterInput, person: Person, rule: str, reason: str) -> None:
    _decide(filed, person, state=CounterInput.State.REFUSED, rule=rule, reason=reason)
    facts = {"counter_input": filed.pk, "rule": rule, "role": "facilitator"}
    record("counter-input-refused", space=filed.account.coproduction.slug, public=facts)


def variant(filed: CounterInput) -> Account:
    """The account computed again with the filed figure in place of the declared one."""
    declared = parse_declaration(filed.account.declaration, f"account {filed.account.number}")
    bounds = (Fraction(filed.low), Fraction(filed.central), Fraction(filed.high))
    changed = declared.disputed(filed.name, bounds, filed.source, filed.source_date)
    return compute_account(changed, draws=FEWEST_DRAWS)
