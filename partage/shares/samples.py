"""An invented sharing rule for the demo, adopted for a period that opens tomorrow."""

from datetime import timedelta
from fractions import Fraction

from django.db import transaction
from django.utils import timezone

from partage.calc.sharing_rules import Kind, Part, Rule
from partage.coproductions.models import Coproduction
from partage.shares.adopting import adopt
from partage.shares.facts import record_facts
from partage.shares.models import FACTS, Activity, Period

DAYS = 90
WORDS = "Invented for the demo · Inventé pour la démonstration"
NAME = {"en": "The coming quarter", "fr": "Le trimestre qui vient"}
# A fifth to the common fund, half equally, the rest by the time that each gave.
RULE = Rule(
    (("Common fund", Fraction(1, 5)),),
    (Part(Kind.EQUAL, Fraction(1, 2)), Part(Kind.TIME, Fraction(1, 2), cap=Fraction(3))),
    common="Common fund",
)


@transaction.atomic
def make_sample_period(coproduction: Coproduction) -> Period:
    """The facts of the work, then the rule: nothing is shared before it is over."""
    record_facts(coproduction, dict.fromkeys(FACTS, ("yes", WORDS)))
    today = timezone.localdate()
    period = Period(
        coproduction=coproduction,
        name=NAME,
        opens_on=today + timedelta(days=1),
        closes_on=today + timedelta(days=DAYS),
        act_name=WORDS,
        act_on=today,
        activity=Activity.SERVICES,
    )
    return adopt(period, RULE)
