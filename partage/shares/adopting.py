"""Adopting a rule for a period before it opens, and withdrawing it while it has not opened."""

import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.calc.sharing_rules import Rule
from partage.events.months import lock
from partage.register.recording import record
from partage.shares.facts import latest_facts
from partage.shares.models import LONGEST_RULE, Period

LONGEST_SHOWN = 500  # of a rule's text in the register, whose entries are short


class AdoptionRefused(Exception):
    """The rule cannot be adopted, or withdrawn; the message is the sentence to show."""


@transaction.atomic
def adopt(period: Period, rule: Rule) -> Period:
    """Seal a rule for a period that has not opened; another rule needs another period."""
    lock(period.coproduction)
    period.adopted_at = timezone.now()
    period.adopted_on = timezone.localdate(period.adopted_at)
    _check_dates(period)
    _check_act(period)
    facts = latest_facts(period.coproduction)
    if facts is None:
        raise AdoptionRefused(_("Say first what the work is: the facts on this page are empty."))
    period.facts = facts
    period.rule, period.digest, period.seed = rule.canonical, rule.digest, secrets.token_bytes(32)
    if len(period.rule) > LONGEST_RULE:
        sentence = _("The rule takes %(seen)s signs and %(most)s fit: name fewer tasks or funds.")
        raise AdoptionRefused(sentence % {"seen": len(period.rule), "most": LONGEST_RULE})
    last = period.coproduction.share_periods.first()
    period.number = last.number + 1 if last else 1
    period.save()
    record("sharing-rule-adopted", space=period.coproduction.slug, public=_told(period))
    return period


def _told(period: Period) -> dict[str, object]:
    told: dict[str, object] = {
        "period": period.number,
        "opens": f"{period.opens_on}",
        "closes": f"{period.closes_on}",
        "digest": period.digest,
        "seed": period.seed_hex,
        "by": f"opinion {period.opinion_id}" if period.opinion_id else f"act of {period.act_on}",
    }
    # Of a longer one the digest alone: the text is on the page of shares.
    return told | ({"rule": period.rule} if len(period.rule.encode()) <= LONGEST_SHOWN else {})


def _check_dates(period: Period) -> None:
    if period.closes_on < period.opens_on:
        raise AdoptionRefused(_("The period closes before it opens: give a later last day."))
    if period.opens_on <= period.adopted_on:
        sentence = _(
            "The period opens on %(day)s: a rule is adopted before. Open it tomorrow or later."
        )
        raise AdoptionRefused(sentence % {"day": period.opens_on})
    others = period.coproduction.share_periods.in_force()
    other = others.crossing(period.opens_on, period.closes_on).first()
    if other:
        sentence = _("These days are in period %(number)s, from %(opens)s to %(closes)s.")
        told = {"number": other.number, "opens": other.opens_on, "closes": other.closes_on}
        raise AdoptionRefused(sentence % told)


def _check_act(period: Period) -> None:
    of_an_act = (period.act_name, period.act_on, period.act_address)
    by_act = bool(period.act_name and period.act_on) and period.recommendation is None
    if not (not any(of_an_act) if period.opinion else by_act):
        raise AdoptionRefused(
            _("Say by what it was adopted: a published opinion, or an act with its name and date.")
        )
    if period.act_on and period.act_on > period.adopted_on:
        raise AdoptionRefused(_("The act is dated in the future: give the day it was adopted on."))
    if period.opinion:
        _check_opinion(period)


def _check_opinion(period: Period) -> None:
    version = period.opinion
    assert version is not None  # noqa: S101 - for the type checker
    if version.opinion.coproduction_id != period.coproduction_id:
        raise AdoptionRefused(
            _("That opinion belongs to another coproduction: choose one of here.")
        )
    numbers = [row["number"] for row in version.content["recommendations"]]
    if period.recommendation is not None and period.recommendation not in numbers:
        sentence = _("That opinion has no recommendation %(number)s: leave it empty or correct it.")
        raise AdoptionRefused(sentence % {"number": period.recommendation})


@transaction.atomic
def withdraw(period: Period, reason: str) -> None:
    """Take back an adopted period that has not opened; its number and rule stay readable."""
    lock(period.coproduction)
    period.refresh_from_db()
    if period.is_withdrawn:
        raise AdoptionRefused(_("This period is withdrawn already."))
    if period.has_opened:
        raise AdoptionRefused(_("This period has opened: its rule holds until it closes."))
    if not reason:
        raise AdoptionRefused(_("Say why it is withdrawn: the reason is published."))
    period.withdrawn_at, period.withdrawn_reason = timezone.now(), reason
    period.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    public = {"period": period.number, "digest": period.digest}
    record("sharing-rule-withdrawn", space=period.coproduction.slug, public=public)
