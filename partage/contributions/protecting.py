"""What of a release is told: no answer of one person, also beside the release before."""

from collections.abc import Iterable, Mapping
from typing import Any

from partage.calc.disclosure import FEWEST, Split, is_alike, may_follow, rough

Content = dict[str, Any]
COUNTED = ("agrees", "disagrees", "passes", "seen")
SPLIT = COUNTED[:3]
# Of a line of the landscape: what would tell its counts again.
TELLING = (*COUNTED, "support", "low", "high", "share_agree", "groups", "consensus")


def split_of(counts: Mapping[str, Any]) -> Split | None:
    values = [counts.get(name) for name in SPLIT]
    return None if None in values else Split(*map(int, values))  # type: ignore[arg-type]


def is_alike_row(counts: Mapping[str, Any]) -> bool:
    split = split_of(counts)
    return split is not None and is_alike(split)


def hold_lines(content: Content, last: Content | None, number: int) -> None:
    """Keep a line as it was told last, where the difference would tell what few people answered."""
    told = {line["id"]: line for line in last["statements"]} if last else {}
    held = set()
    for line in content["statements"]:
        line["counted_in"] = number
        before = told.get(line["id"])
        if before is not None and not _may_follow(before, line):
            line |= {name: before[name] for name in (*COUNTED, "channels") if name in before}
            line["counted_in"] = before.get("counted_in", number - 1)
            held.add(line["id"])
        elif before is not None and not _channels_may_follow(before, line):
            line["channels"] = before["channels"]
    _hush(content, held)
    _hold_groups(content, last)
    _hush_lists(content, {str(one) for one in held})


def _may_follow(before: Content, line: Content) -> bool:
    old, new = split_of(before), split_of(line)
    if old is None:
        return True
    # Nothing again, once something was told: who took an answer back would be known by it.
    return new is not None and may_follow(old, new)


def _channels_may_follow(before: Content, line: Content) -> bool:
    pairs = [
        (one, line["channels"].get(name)) for name, one in (before.get("channels") or {}).items()
    ]
    return all(_may_follow(old, new) for old, new in pairs if old and new)


def _hold_groups(content: Content, last: Content | None) -> None:
    """Groups of a line are left out where they only grew, by too few: then each one's is a difference."""
    found, before = (_map_of(one) for one in (content, last or {}))
    told = {line["id"]: line.get("groups") for line in before["statements"]} if before else {}
    for line in found["statements"] if found else ():
        if not _groups_may_follow(told.get(line["id"]), line.get("groups")):
            line["groups"] = None


def _groups_may_follow(before: Any, now: Any) -> bool:
    if not before or not now or len(before) != len(now):
        return True
    pairs = [(Split(*old[:3]), Split(*new[:3])) for old, new in zip(before, now, strict=True)]
    only_grew = all(new[k] >= old[k] for old, new in pairs for k in range(3))
    return not only_grew or all(may_follow(old, new) for old, new in pairs)


def _map_of(content: Content) -> Content | None:
    found: Content | None = content.get("landscape") or content.get("polis")
    return found


def _hush(content: Content, ids: Iterable[int]) -> None:
    """Take out of the landscape whatever would tell the counts of these lines."""
    names = {str(one) for one in ids}
    found = _map_of(content)
    for line in found["statements"] if found else ():
        if str(line["id"]) in names:
            line |= dict.fromkeys(set(TELLING) & line.keys())


def _hush_lists(content: Content, held: set[str]) -> None:
    """Take these lines' figures out of the lists of the map too, and by group those not told by group."""
    if found := _map_of(content):
        quiet = {str(line["id"]) for line in found["statements"] if not line.get("groups")}
        found |= _walked(found, held, quiet)


def told_content(content: Content) -> Content:
    """The release as files give it: a copy without the counts that tell what each one answered."""
    alike = {line["id"] for line in content["statements"] if is_alike_row(line)}
    told = {**content, "statements": [_told_line(line) for line in content["statements"]]}
    if "channels" in content:
        told |= told_people(content)
    for name in ("landscape", "polis"):
        if content.get(name):
            told[name] = _told_map(content[name], {str(one) for one in alike})
    return told


def _told_line(line: Content) -> Content:
    hidden = dict.fromkeys(SPLIT) if is_alike_row(line) else {}
    channels = line.get("channels") or {}
    return {**line, **hidden, "channels": told_channels(channels, bool(hidden))}


def told_row(row: Content) -> Content:
    """A line with what the landscape adds, without the counts that tell what each one answered."""
    if is_alike_row(row):
        hidden = dict.fromkeys((*SPLIT, "support", "low", "high"))
        return row | hidden | {"groups": [], "channels": told_channels(row["channels"], True)}
    groups = [] if groups_are_alike(row["groups"]) else row["groups"]
    return row | {"groups": groups, "channels": told_channels(row["channels"])}


def told_people(content: Content) -> Content:
    """People by channel: none under ten, and one channel more where the total would tell them."""
    channels = content["channels"]
    few = _few({way: counts["people"] for way, counts in channels.items()})
    hidden = {way: dict.fromkeys(channels[way]) for way in few}
    told: Content = {"channels": {**channels, **hidden}}
    if by_channel := content.get("by_channel"):
        people = by_channel["people"]
        told["by_channel"] = {**by_channel, "people": people | dict.fromkeys(_few(people))}
    return told


def _few(people: Mapping[str, int]) -> list[str]:
    hidden: list[str] = []
    together = 0
    for way in sorted(people, key=lambda name: (people[name], name)):
        if people[way] < FEWEST or 0 < together < FEWEST:
            hidden.append(way)
            together += people[way]
    return hidden


def told_channels(channels: Content, is_hidden: bool = False) -> Content:
    """All or none: what is left out, alone or together, would follow from the total."""
    if is_hidden or any(one is None or is_alike_row(one) for one in channels.values()):
        return dict.fromkeys(channels)
    return channels


def _told_map(found: Content, alike: set[str]) -> Content:
    lines = [_told_found(one, alike) for one in found["statements"]]
    quiet = {str(line["id"]) for line in lines if not line.get("groups")}
    return {**_walked(found, alike, quiet), "statements": lines}


def _told_found(line: Content, alike: set[str]) -> Content:
    if str(line["id"]) in alike:
        kept = {"seen": line.get("seen")} if "seen" in line else {}
        return line | dict.fromkeys(set(TELLING) & line.keys()) | kept
    hidden = {"groups", "consensus"} if groups_are_alike(line.get("groups")) else set()
    return line | dict.fromkeys(hidden & line.keys())


def groups_are_alike(groups: Iterable[Any] | None) -> bool:
    """Whether one of the groups answered alike: then none is told, the total would give it away."""
    return any(is_alike(Split(*counts[:3])) for counts in groups or () if sum(counts[:3]))


def told_share(share: float | None, by_group: Iterable[Any]) -> float | str | None:
    """A share in a group, told as the shares `by_group` of this sentence are: exact, rough or not."""
    told = [one for one in by_group if one is not None]
    if share is None or not told:
        return None
    return rough(share, 1) if any(isinstance(one, str) for one in told) else share


def _walked(found: Content, alike: set[str], quiet: set[str]) -> Content:
    """The lists of the map without figures of lines `alike`; by group, also without those of `quiet`."""
    hidden = {"groups": alike | quiet}
    return {
        key: item if key == "statements" else _without(item, hidden.get(key, alike))
        for key, item in found.items()
    }


def _without(value: Any, alike: set[str]) -> Any:
    """Lists of sentences that say figures of their own: without them where the sentence has none."""
    if isinstance(value, dict):
        if str(value.get("id")) in alike:
            return {key: (item if key in ("id", "answer") else None) for key, item in value.items()}
        return {key: _without(item, alike) for key, item in value.items()}
    return [_without(item, alike) for item in value] if isinstance(value, list) else value
