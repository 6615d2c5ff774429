"""Answers counted apart by channel and by what was shown, so that no subtraction tells what a few people said."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from partage.assurance.proofs import levels_in
from partage.coproductions.models import Coproduction
from partage.people.models import Channel, Participant

FEWEST = 10  # answers of a channel to a sentence, and people between two breakdowns
Content = dict[str, Any]
Counts = dict[str, int]


class Way(models.TextChoices):
    """How a person came: the channel, and on this site what they showed before they answered."""

    WEB = Channel.WEB.value, Channel.WEB.label
    MAIL = "mail", _("on this site, with a mail address")
    CODE = "code", _("on this site, with an invitation code")
    LIST = "list", _("on this site, as a member of the list")
    IDENTITY = "identity", _("on this site, with an identity")
    IMPORT = Channel.IMPORT.value, Channel.IMPORT.label
    PAPER = Channel.PAPER.value, Channel.PAPER.label
    PHONE = Channel.PHONE.value, Channel.PHONE.label


def ways_in(coproduction: Coproduction) -> dict[int, str]:
    """The way of each participant; of those who showed nothing on this site, the most, none."""
    others = Participant.objects.filter(space=coproduction.slug).exclude(channel=Channel.WEB)
    return levels_in(coproduction) | dict(others.values_list("pk", "channel"))


def people_and_answers(channels: Mapping[int, str], people: Iterable[int]) -> dict[str, Counts]:
    """For each channel its people and answers; `people` names who gave each answer."""
    answers: Counter[str] = Counter()
    who: dict[str, set[int]] = defaultdict(set)
    for person in people:
        channel = channels.get(person, Way.WEB.value)
        answers[channel] += 1
        who[channel].add(person)
    return {
        way.value: {"people": len(who[way]), "answers": answers[way]} for way in Way if answers[way]
    }


def channel_rows(
    by_channel: Mapping[str, Mapping[str, int | None]],
) -> list[tuple[str, int | None, int | None]]:
    """Each channel through which somebody answered: its name, people and answers, None if hidden."""
    return [
        (str(way.label), by_channel[way]["people"], by_channel[way]["answers"])
        for way in Way
        if by_channel.get(way, {}).get("people", 0) != 0
    ]


def answers_apart(
    channels: Mapping[int, str], rows: Iterable[tuple[int, int, int]]
) -> dict[int, dict[str, Counts | None]]:
    """Statement to channel to counts, of rows (person, statement, answer)."""
    tallies = Counter(
        (statement, channels.get(person, Way.WEB.value), answer)
        for person, statement, answer in rows
    )
    found: dict[int, dict[str, Counts]] = defaultdict(dict)
    for statement, channel, _answer in sorted(tallies):
        agrees, disagrees, passes = (tallies[statement, channel, each] for each in (1, -1, 0))
        seen = agrees + disagrees + passes
        counts = {"agrees": agrees, "disagrees": disagrees, "passes": passes, "seen": seen}
        found[statement][channel] = counts
    return {statement: shown(counts) for statement, counts in found.items()}


def shown(counts: Mapping[str, Counts]) -> dict[str, Counts | None]:
    """None under ten answers; and for one channel more, where the total would tell what is hidden.

    The hidden ones are ten answers together, or none.
    """
    hidden: set[str] = set()
    together = 0
    for channel in sorted(counts, key=lambda name: (counts[name]["seen"], name)):
        if counts[channel]["seen"] < FEWEST or 0 < together < FEWEST:
            hidden.add(channel)
            together += counts[channel]["seen"]
    return {channel: None if channel in hidden else counts[channel] for channel in counts}


def add_channels(
    content: Content,
    channels: Mapping[int, str],
    rows: list[tuple[int, int, int]],
    last: Content | None,
    number: int,
) -> None:
    """Add what each channel said to a release; as before, where the difference would tell too much."""
    content["channels"] = people_and_answers(channels, (person for person, _s, _a in rows))
    people = {channel: counts["people"] for channel, counts in content["channels"].items()}
    apart = answers_apart(channels, rows)
    by_channel: Content = {"release": number, "people": people}
    if last is not None and not _may_follow(people, apart, last):
        apart = _apart_in(last)
        by_channel = last.get("by_channel") or {"release": None, "people": {}}
    content["by_channel"] = by_channel
    for line in content["statements"]:
        line["channels"] = apart.get(line["id"], {}) if line["seen"] is not None else {}


def _apart_in(content: Content) -> dict[int, dict[str, Counts | None]]:
    return {line["id"]: line.get("channels", {}) for line in content["statements"]}


def _may_follow(
    people: Mapping[str, int], apart: dict[int, dict[str, Counts | None]], last: Content
) -> bool:
    """Whether, in each channel, ten people came or left since the last breakdown, or nothing changed."""
    if len(people) < 2:
        return True  # the channel is the total
    before = (last.get("by_channel") or {}).get("people") or _people_before(people, last)
    said = _apart_in(last)
    for channel in people.keys() | before.keys():
        newcomers = people.get(channel, 0) - before.get(channel, 0)
        if abs(newcomers) >= FEWEST:
            continue
        if newcomers or not _said_the_same(channel, said, apart):
            return False
    return True


def _people_before(people: Mapping[str, int], last: Content) -> Counts:
    """Before channels were counted: nobody is imported any more, the others came by the web."""
    imported = people.get(Channel.IMPORT, 0)
    return {Channel.IMPORT.value: imported, Channel.WEB.value: last["people"] - imported}


def _said_the_same(
    channel: str,
    before: dict[int, dict[str, Counts | None]],
    now: dict[int, dict[str, Counts | None]],
) -> bool:
    pairs = ((counts.get(channel), now.get(key, {}).get(channel)) for key, counts in before.items())
    return all(old == new for old, new in pairs if old and new)
