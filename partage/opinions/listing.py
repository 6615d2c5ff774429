"""Opinions as other pages point to them: published, by title and result; or under debate."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Max, QuerySet

from partage.opinions.models import Debate, Opinion, Version
from partage.opinions.wording import result_sentence

LISTED = 3


def under_debate(**wanted: Any) -> list[Debate]:
    """The last debates of drafts that anyone may read."""
    return list(Debate.objects.under_way().filter(**wanted)[:LISTED])


def last_versions(opinions: "Sequence[Opinion] | QuerySet[Opinion]") -> "QuerySet[Version]":
    last = Version.objects.filter(opinion__in=opinions).values("opinion").annotate(last=Max("pk"))
    return Version.objects.filter(pk__in=last.order_by().values("last"))


def last_published(**wanted: Any) -> list[dict[str, Any]]:
    """A few of them, the last brought in first, in the words of their last version."""
    opinions = list(Opinion.objects.listed().filter(**wanted).order_by("-pk")[:LISTED])
    rows = last_versions(opinions)
    # Not the whole text: it is long, and the page only names it.
    said = {
        number: (title, vote)
        for number, title, vote in rows.values_list("opinion", "content__title", "content__vote")
    }
    return [
        {
            "opinion": one,
            "title": said[one.pk][0],
            "result": result_sentence({"vote": said[one.pk][1]}),
        }
        for one in opinions
    ]
