"""An invented assembly for the demo: numbered seats, so that nobody takes one for a person."""

from django.db import transaction
from django.utils import timezone

from partage.assemblies.assembling import (
    Newcomer,
    add_members,
    create_assembly,
    make_member_link,
)
from partage.assemblies.ballots import cast_ballot
from partage.assemblies.models import Assembly, RollEntry, Vote
from partage.assemblies.votes import close_vote, declare_vote, open_vote
from partage.coproductions.models import Organization

NAME = "Assemblée d’essai · Sample assembly"
GROUPS = {
    "Consommateurs · Consumers": 8,
    "Salariés · Employees": 7,
    "Employeurs · Employers": 5,
    "Associations": 4,
}
# One letter a seat, in the order of the roll: for, against, abstention, or no vote at all.
CHOSEN = "ffffffabffffaf-ffaafff-b"
WORDS = {"f": "for", "a": "against", "b": "abstain"}
CLOSED = {
    "title": "Une caisse avec une personne · One staffed checkout",
    "question": (
        "Gardez-vous au moins une caisse avec une personne, à toute heure ?\n"
        "Do you keep at least one staffed checkout at all hours?"
    ),
}
OPEN = {
    "title": "Le partage des économies · Sharing the savings",
    "question": (
        "La moitié des économies va-t-elle aux clients et aux salariés ?\n"
        "Does half of the savings go to customers and employees?"
    ),
}


@transaction.atomic
def make_sample_assembly(organization: Organization) -> tuple[Assembly, str]:
    """One roll call that is closed and one that is open; the token by which the first seat votes."""
    assembly = create_assembly(organization, NAME, proxies_per_holder=1)
    seats = [
        Newcomer(f"Siège {number} · Seat {number}", group)
        for number, group in enumerate(
            (group for group, size in GROUPS.items() for _seat in range(size)), 101
        )
    ]
    members = add_members(assembly, seats, timezone.localdate())
    closed = open_vote(declare_vote(assembly, regime=Vote.Regime.ROLL_CALL, **CLOSED))
    roll = RollEntry.objects.filter(vote=closed).select_related("member__vault_key")
    for entry, letter in zip(roll, CHOSEN, strict=True):
        if letter in WORDS:
            cast_ballot(closed, entry.member, entry.member, WORDS[letter])
    close_vote(closed)
    open_vote(declare_vote(assembly, regime=Vote.Regime.ROLL_CALL, **OPEN))
    return assembly, make_member_link(members[0])
