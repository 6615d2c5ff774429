"""Opening a round: its budget, its dates and its rule, announced before anybody votes."""

from datetime import UTC

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.fund.ledger import free, lock
from partage.fund.models import Round
from partage.register.recording import record
from partage.web.templatetags.partage import euros

RULE = "equal-shares"
DATES = ("proposals_open_at", "proposals_close_at", "votes_open_at", "votes_close_at")


class RoundRefused(Exception):
    """No round was opened; the message is the sentence to show."""


@transaction.atomic
def open_round(planned: Round) -> Round:
    """Promise a budget of the fund to a round; `planned` is a row not saved yet."""
    coproduction = planned.coproduction
    lock(coproduction)
    planned.opened_at = timezone.now()
    _check_dates(planned)
    left = free(coproduction)
    if planned.budget_cents > left:
        words = {"asked": euros(planned.budget_cents), "free": euros(left)}
        sentence = _("The budget is %(asked)s; only %(free)s are free to promise.")
        raise RoundRefused(sentence % words)
    last = coproduction.fund_rounds.order_by("-number").first()
    planned.number = last.number + 1 if last else 1
    planned.save(force_insert=True)
    record("fund-round-opened", space=coproduction.slug, public=_announced(planned))
    return planned


def _check_dates(planned: Round) -> None:
    dates = [getattr(planned, name) for name in DATES]
    if timezone.localdate(dates[0]) < timezone.localdate(planned.opened_at):
        raise RoundRefused(_("Proposals cannot open in the past: choose today or a later day."))
    if not dates[0] < dates[1] <= dates[2] < dates[3]:
        sentence = _("The days must follow each other: projects first, then votes. Correct them.")
        raise RoundRefused(sentence)


def _announced(opened: Round) -> dict[str, int | str]:
    dates = {name: getattr(opened, name).astimezone(UTC).isoformat() for name in DATES}
    amounts = {"budget": opened.budget_cents, "step": opened.step_cents}
    return {"round": opened.number, "rule": RULE, **amounts, **dates}
