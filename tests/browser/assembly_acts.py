"""Acts in the running site's database, by a process of its own: a large assembly, and its ballots.

Called as `python -m tests.browser.assembly_acts make NAME`, `… cast SLUG NUMBER`, `… amend SLUG
TITLE` and `… decide OPINION`.
"""

import json
import os
import sys
from collections.abc import Callable

import django

MEMBERS, GROUPS = 233, 18
BY_HAND = 3  # members who vote in a browser: two for, one abstention
FOR, ABSTAIN = 156, 2
RECOMMENDATIONS, AMENDMENTS = 20, 200
RULE = {"regime": "roll-call", "majority": "simple", "counted": "expressed"}


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


def amend(slug: str, title: str) -> dict[str, object]:
    """An opinion before the assembly, with two hundred seconded amendments of twenty places."""
    from datetime import timedelta  # noqa: PLC0415

    from django.utils import timezone  # noqa: PLC0415

    from partage.assemblies.models import Assembly, Member  # noqa: PLC0415
    from partage.coproductions.models import Coproduction  # noqa: PLC0415
    from partage.opinions.amending import Change, digest_of, propose, second, words_of  # noqa: PLC0415
    from partage.opinions.debating import open_debate  # noqa: PLC0415
    from partage.opinions.drafting import (  # noqa: PLC0415
        Words,
        begin_opinion,
        keep_recommendation,
    )

    assembly = Assembly.objects.get(slug=slug)
    opinion = begin_opinion(Coproduction.objects.get(slug="self-checkout"), title, "en")
    for number in range(1, RECOMMENDATIONS + 1):
        words = Words(f"Keep {number} staffed checkouts in every shop.", "", "", None)
        keep_recommendation(opinion, None, words, "en")
    until = timezone.localdate() + timedelta(days=30)
    debate = open_debate(opinion, assembly, "en", until)
    members = list(Member.objects.filter(group__assembly=assembly).select_related("group")[:3])
    for number in range(AMENDMENTS):
        place = number % RECOMMENDATIONS + 1
        said = words_of(opinion, "recommendation", place, "en")
        said["text"] = said["text"].replace("every", f"each {'large ' * (number // 20)}")
        one = propose(
            debate, members[number % 2], Change("recommendation", place, said, "Be precise.")
        )
        second(one, members[2], digest_of(one.words))
    return {"opinion": opinion.slug}


def decide(slug: str) -> dict[str, object]:
    """Adopt one amendment of each place that has none adopted: the rest there no longer fits."""
    from partage.assemblies.votes import close_vote  # noqa: PLC0415
    from partage.opinions.debating import put_to_vote, settle  # noqa: PLC0415
    from partage.opinions.models import Amendment, Debate  # noqa: PLC0415

    debate = Debate.objects.select_related("assembly", "opinion").get(opinion__slug=slug)
    done = set(debate.amendments.filter(state="adopted").values_list("place", flat=True))
    for one in debate.amendments.in_play().in_order():
        if one.place not in done:
            done.add(one.place)
            (vote,) = put_to_vote(debate, [one.number], RULE)
            cast(debate.assembly.slug, str(vote.number))
            close_vote(vote)
            settle(debate)
    return {"adopted": Amendment.objects.filter(debate=debate, state="adopted").count()}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partage.config.settings")
    django.setup()
    acts: dict[str, Callable[..., dict[str, object]]] = {
        "make": make,
        "cast": cast,
        "amend": amend,
        "decide": decide,
    }
    sys.stdout.write(json.dumps(acts[sys.argv[1]](*sys.argv[2:])) + "\n")
