"""What happened to a call for a coproduction, in words for whoever wrote it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partage.calls.models import Call
from partage.coproductions.models import Coproduction
from partage.news.happenings import Happening, Line, happened, quoted, site, told_to_authors
from partage.news.models import mark_of, space_of

PUBLISHED, REFUSED = "call-published", "call-refused"
OWED, ANSWERED = "call-answer-owed", "call-answered"
KINDS = (PUBLISHED, REFUSED, OWED, ANSWERED)


def told_to_writers(about: Coproduction | Call, start: int, end: int) -> dict[bytes, list[Line]]:
    """What was decided between two places of the register, by the mark of whoever wrote it."""
    space = space_of(about)
    if isinstance(about, Call):
        return _told_to_caller(about.pk, happened(space, start, end, KINDS))
    return told_to_authors(about, happened(space, start, end))


def _told_to_caller(number: int, found: Sequence[Happening]) -> dict[bytes, list[Line]]:
    """Nothing once its words are erased: their author is nobody any more."""
    # Read after the register, so that what happened is in it.
    call = Call.objects.select_related("organization", "author").filter(pk=number).first()
    if call is None or call.author is None:
        return {}
    lines = [_line(call, one) for one in found if _stands(call, one)]
    return {mark_of(call.author): lines} if lines else {}


def _stands(call: Call, one: Happening) -> bool:
    """A debt that is paid is not told beside the answer."""
    return one.kind != OWED or not call.answer


def _line(call: Call, one: Happening) -> Line:
    """Whoever refuses gives the whole reason here: the page opens on its author's device alone."""
    link = "" if one.kind == REFUSED else site(call.get_absolute_url())
    return Line(" ".join(_words(call, one).split()), link, one.place)


def _words(call: Call, one: Happening) -> str:
    n = int(one.public.get("supports", call.answer_from or 0))
    words = {
        PUBLISHED: ngettext(
            "Your call %(name)s is published. %(organization)s must answer from %(n)s support.",
            "Your call %(name)s is published. %(organization)s must answer from %(n)s supports.",
            n,
        ),
        REFUSED: _("Your call %(name)s was refused. %(why)s"),
        OWED: ngettext(
            "Your call %(name)s has %(n)s support: %(organization)s must answer it.",
            "Your call %(name)s has %(n)s supports: %(organization)s must answer it.",
            n,
        ),
        ANSWERED: _("%(organization)s answered your call %(name)s."),
    }[one.kind]
    why = f"{call.get_rule_display()} {call.reason}" if call.rule else ""
    facts = {"name": quoted(call.title), "organization": call.organization.name, "n": n}
    return words % {**facts, "why": why}
