"""An invented opinion before the sample assembly: one amendment adopted, two rivals, one addition."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from partage.assemblies.ballots import cast_ballot
from partage.assemblies.models import Assembly, Member
from partage.assemblies.votes import close_vote
from partage.coproductions.models import Coproduction
from partage.opinions.amending import Change, digest_of, propose, second, words_of
from partage.opinions.debating import open_debate, put_to_vote, settle
from partage.opinions.declaring import declare
from partage.opinions.drafting import Words, begin_opinion, keep_recommendation
from partage.opinions.models import NEW, Amendment, Debate, Recommendation, Target

TITLE = {"fr": "Des caisses au choix", "en": "Checkouts of one’s choice"}
TEXTS = (
    {
        "fr": "La caisse automatique peut devenir la règle dans chaque magasin.",
        "en": "Self-checkouts may become the rule in every shop.",
    },
    {
        "fr": "La moitié de ce qui est économisé va à ceux qui font le travail.",
        "en": "Half of what is saved goes to those who do the work.",
    },
)
RULE = {"regime": "roll-call", "majority": "simple", "counted": "expressed"}


@transaction.atomic
def make_sample_debate(coproduction: Coproduction, assembly: Assembly) -> Debate:
    """Debated in French, and translated; the seats of different groups propose and second."""
    opinion = begin_opinion(coproduction, TITLE["fr"], "fr")
    opinion.title = TITLE
    opinion.save(update_fields=["title"])
    for text in TEXTS:
        one: Recommendation | None = None
        for language, words in text.items():
            one = keep_recommendation(opinion, one, Words(words, "", "", None), language)
    debate = open_debate(opinion, assembly, "fr", timezone.localdate() + timedelta(days=30))
    seats = list(Member.objects.filter(group__assembly=assembly).order_by("pk"))
    _amend_and_vote(debate, seats)
    return debate


def _amend_and_vote(debate: Debate, seats: list[Member]) -> None:
    half = _amend(debate, seats[9], 2, ("La moitié", "Les deux tiers"), "Le travail vient d’eux.")
    second(half, seats[21], digest_of(half.words))
    (vote,) = put_to_vote(debate, [half.number], RULE)
    for number, seat in enumerate(seats):
        cast_ballot(vote, seat, seat, "against" if number % 4 == 3 else "for")
    close_vote(vote)
    settle(debate)
    for seat, change, reason in (
        (seats[2], ("peut devenir la règle", "reste un choix"), "Tout le monde ne peut pas s’en servir."),
        (seats[16], ("peut devenir", "devient"), "Les files sont trop longues."),
    ):  # fmt: skip
        rival = _amend(debate, seat, 1, change, reason)
        second(rival, seats[0], digest_of(rival.words))
    declare(debate, seats[8], "Les gains du libre-service viennent aussi du travail des clients.")
    words = words_of(debate.opinion, Target.RECOMMENDATION, NEW, "fr")
    words["text"] = "Le personnel est formé avant l’arrivée des caisses automatiques."
    propose(
        debate,
        seats[22],
        Change(Target.RECOMMENDATION, NEW, words, "Personne ne doit l’apprendre seul."),
    )


def _amend(
    debate: Debate, seat: Member, number: int, change: tuple[str, str], reason: str
) -> Amendment:
    words = words_of(debate.opinion, Target.RECOMMENDATION, number, "fr")
    changed = words | {"text": words["text"].replace(*change)}
    return propose(debate, seat, Change(Target.RECOMMENDATION, number, changed, reason))
