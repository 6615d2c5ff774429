"""Acts in the running site's database, by a process of its own: a large assembly, and its ballots.

Called as `python -m tests.browser.assembly_acts make NAME` and `… cast SLUG NUMBER`.
"""

import json
import os
import sys
from collections.abc import Callable

import django

MEMBERS, GROUPS = 233, 18
BY_HAND = 3  # members who vote in a browser: two for, one abstention
FOR, ABSTAIN = 156, 2


def make(name: str) -> dict[str, object]:
    """An assembly and the tokens by which its first members come in."""
    from django.utils import timezone  # noqa: PLC0415

    from partage.assemblies.assembling import (  # noqa: PLC0415
        Newcomer,
        add_members,
        create_assembly,
        make_member_link,
    )
    from partage.coproductions.models import Coproduction  # noqa: PLC0415

    organization = Coproduction.objects.get(slug="self-checkout").organization
    assembly = create_assembly(organization, name, proxies_per_holder=1)
    seats = [Newcomer(f"Seat {n:03}", f"Group {n % GROUPS + 1:02}") for n in range(MEMBERS)]
    members = add_members(assembly, seats, timezone.localdate())
    return {
        "slug": assembly.slug,
        "tokens": [make_member_link(member) for member in members[:BY_HAND]],
    }


def cast(slug: str, number: str) -> dict[str, object]:
    """The ballots of the others; many do not vote."""
    from partage.assemblies.ballots import cast_ballot  # noqa: PLC0415
    from partage.assemblies.models import Vote  # noqa: PLC0415

    vote = Vote.objects.get(assembly__slug=slug, number=number)
    roll = vote.roll.filter(ballot=None, secret_mark=None).select_related("member__vault_key")
    choices = ["for"] * (FOR - 2) + ["abstain"] * (ABSTAIN - 1)
    others = list(roll)
    for entry, choice in zip(others, choices, strict=False):
        cast_ballot(vote, entry.member, entry.member, choice)
    return {"left": len(others)}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partage.config.settings")
    django.setup()
    acts: dict[str, Callable[..., dict[str, object]]] = {"make": make, "cast": cast}
    sys.stdout.write(json.dumps(acts[sys.argv[1]](*sys.argv[2:])) + "\n")
