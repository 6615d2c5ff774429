"""What the results page shows where the frame asks for the rules of Polis."""

from typing import Any

from partage.contributions.protecting import told_share

Content = dict[str, Any]
LISTED = 5
GROUP_LETTERS = "ABCDE"


def polis_shown(by_polis: Content | None, rows: list[Content]) -> Content | None:
    """Groups and lists with the sentences' words; nothing where the rules of Polis were not asked for."""
    if not by_polis:
        return None
    by_id = {str(row["id"]): row for row in rows}
    return {
        "placed": by_polis["placed"],
        "unites": [by_id[name] for name in by_polis["consensus"][:LISTED]],
        "agreed": [by_id[one["id"]] for one in by_polis["majority"]["agree"]],
        "disagreed": [by_id[one["id"]] for one in by_polis["majority"]["disagree"]],
        "groups": [
            _group(letter, group, by_id)
            for letter, group in zip(GROUP_LETTERS, by_polis["groups"], strict=False)
        ],
        "silhouettes": sorted(by_polis["silhouettes"].items()),
    }


def _group(letter: str, group: Content, by_id: dict[str, Content]) -> Content:
    told = [
        {
            **by_id[one["id"]],
            "agrees_here": one["answer"] == "agree",
            "inside": told_share(_share(one), by_id[one["id"]]["group_shares"]),
        }
        for one in group["representative"]
    ]
    return {"letter": letter, "size": group["size"], "told": told}


def _share(one: Content) -> float | None:
    """Who gave that answer, of the people of the group who saw the sentence."""
    said = one["agrees"] if one["answer"] == "agree" else one["disagrees"]
    return said / one["seen"] if one["seen"] else None


def polis_unites(by_polis: Content, rows: list[Content]) -> Content | None:
    """The sentence that the groups agree with most, if most people do."""
    by_id = {str(row["id"]): row for row in rows}
    first = next((by_id[name] for name in by_polis["consensus"]), None)
    if not first or not first["seen"]:
        return None
    share = first["share_agree"]
    is_most = share == "> 95" if isinstance(share, str) else 2 * share > 1
    return first if is_most else None
