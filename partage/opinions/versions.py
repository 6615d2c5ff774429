"""How the words of an opinion changed from one version to the next: anyone can read it."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partage.opinions.models import Opinion
from partage.web.diffs import word_diff
from partage.web.localized import in_reader_language
from partage.web.paging import page_of

Content = dict[str, Any]
VERSIONS_EACH = 5


@login_not_required
@require_safe
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """Each version, the latest first, with the words that went and those that came."""
    opinion = get_object_or_404(Opinion.objects.listed().select_related("coproduction"), slug=slug)
    page = page_of(opinion.versions.order_by("-number"), request, VERSIONS_EACH)
    shown = list(page)
    last = shown[-1].number
    before = {one.number + 1: one for one in opinion.versions.filter(number=last - 1)}
    before |= {one.number + 1: one for one in shown}
    rows = [
        {
            "version": one,
            "changes": list(changes(before[one.number].content, one.content))
            if one.number in before
            else None,
        }
        for one in shown
    ]
    context = {
        "opinion": opinion,
        "coproduction": opinion.coproduction,
        "title": shown[0].content["title"],
        "page": page,
        "rows": rows,
    }
    return render(request, "opinions/versions.html", context)


def changes(old: Content, new: Content) -> Iterator[Content]:
    """What changed, each under the name of its place, word by word."""
    before, after = dict(_texts(old)), dict(_texts(new))
    for place in {**after, **before}:
        was, became = before.get(place, ""), after.get(place, "")
        if was != became:
            yield {"place": place, "diff": word_diff(was, became)}


def _texts(content: Content) -> Iterator[tuple[str, str]]:
    """Every text of a version in the reader's language, under the name of its place."""
    yield _("Title"), _said(content["title"])
    yield _("The question"), _said(content["question"])
    for part in content["parts"]:
        place = _("Part %(n)s") % {"n": part["place"]}
        yield place, "\n".join(filter(None, [_said(part["title"]), _said(part["text"])]))
    for row in content["recommendations"]:
        place = _("Recommendation %(n)s") % {"n": row["number"]}
        texts = [_said(row["text"]), _said(row["acts"]), row["due_on"], _said(row["known_by"])]
        yield place, "\n".join(filter(None, texts))
    for row in content["declarations"]:
        yield _("Declaration of %(group)s") % {"group": row["group"]}, _said(row["text"])


def _said(words: dict[str, str]) -> str:
    return in_reader_language(words)[0]
