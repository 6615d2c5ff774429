"""A daily mail to whoever works at a desk: what waits there. Off by default, stopped by one click."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partage.contributions.desk import at_desk, rows_to_read
from partage.contributions.follow_up import to_answer
from partage.contributions.models import Appeal, InDoubt, Notice, Statement
from partage.coproductions.models import Coproduction, Stage
from partage.news.happenings import site
from partage.news.letters import LASTS, title_of
from partage.news.models import DeskMail
from partage.people.models import Person
from partage.people.outbox import forget_mail, queue_mail
from partage.people.unsent import is_refused

AT_ONCE = 500


class NotProved(Exception):
    """Nothing shows yet that the address is this person's: somebody else could get the mails."""


@transaction.atomic
def start(person: Person, language: str) -> None:
    """Write to this person each day on which something waits for them; asked again: no change."""
    if person.awaits_proof:
        raise NotProved
    said = {"language": language, "asked_at": timezone.now()}
    DeskMail.objects.get_or_create(person=person, defaults=said)


@transaction.atomic
def stop(wish: DeskMail) -> None:
    """Write no more, and forget the mail that still waits."""
    # In this order: whoever writes to it holds the row, and their mail is forgotten too.
    DeskMail.objects.filter(pk=wish.pk).delete()
    forget_mail(stop_link(wish))


def stop_link(wish: DeskMail) -> str:
    """One address for all mails of a wish: it ends them, and finds those that wait."""
    with translation.override(wish.language):
        return site(reverse("desk-mail-stop", args=[wish.pk, wish.key_to_stop()]))


@dataclass
class Queue:
    """What waits in one queue of one coproduction, and since when the oldest does."""

    count: int = 0
    oldest: datetime | None = None

    def add(self, count: int, oldest: datetime | None) -> None:
        self.count += count
        known = [moment for moment in (self.oldest, oldest) if moment is not None]
        self.oldest = min(known, default=None)


Counted = Iterable[tuple[int, int, datetime | None]]  # coproduction, how many, the oldest
# By their pages.
READ, REPORTS, UNCLEAR, ANSWER = "queue", "reports", "unclear", "answer-queue"
CONTESTS = "doubts"


def waiting_for(person: Person) -> list[tuple[Coproduction, dict[str, Queue]]]:
    """What this person may decide on, by coproduction and queue; nothing that waits for others."""
    mine = [each for each in at_desk(person) if each.moderates]  # type: ignore[attr-defined]
    facilitated = [each for each in mine if each.facilitates]  # type: ignore[attr-defined]
    found: dict[int, dict[str, Queue]] = defaultdict(lambda: defaultdict(Queue))
    counted = (
        (READ, _to_read(person, mine)),
        (REPORTS, _reports(person, mine)),
        (CONTESTS, _contests(person, mine)),
        (UNCLEAR, _unclear(mine)),
        (ANSWER, _to_answer(facilitated)),
    )
    for name, rows in counted:
        for key, count, oldest in rows:
            found[key][name].add(count, oldest)
    return [(each, found[each.pk]) for each in mine if each.pk in found]


def _to_read(person: Person, mine: Sequence[Coproduction]) -> Counted:
    for _noun, place, rows in rows_to_read(mine, person):
        yield from _counted(rows, place, "written_at")


def _counted(rows: Any, place: str, since: Any) -> Counted:
    found: Counted = rows.order_by().values_list(place).annotate(n=Count("pk"), oldest=Min(since))
    return found


def _reports(person: Person, mine: Sequence[Coproduction]) -> Counted:
    notices = Notice.objects.to_decide(person).filter(coproduction__in=mine)
    yield from _counted(notices, "coproduction", "filed_at")
    appeals = Appeal.objects.to_decide(person).filter(decision__coproduction__in=mine)
    yield from _counted(appeals, "decision__coproduction", "filed_at")


def _contests(person: Person, mine: Sequence[Coproduction]) -> Counted:
    contests = InDoubt.objects.to_answer(person).filter(contested_set__coproduction__in=mine)
    return _counted(contests, "contested_set__coproduction", "filed_at")


def _unclear(mine: Sequence[Coproduction]) -> Counted:
    unclear = Statement.objects.unclear().filter(coproduction__in=mine)
    return _counted(unclear, "coproduction", "published_at")


def _to_answer(mine: Sequence[Coproduction]) -> Counted:
    """Since the last word on them, or since the ideas closed."""
    stage = Stage.objects.filter(coproduction=OuterRef("coproduction"), kind=Stage.Kind.IDEAS)
    since = Coalesce("last_at", Subquery(stage.values("closes_at")[:1]))
    return _counted(to_answer(mine), "coproduction", since)


def send_desk_mails(now: datetime) -> None:
    """To whoever asked for it and was not looked at today, if something waits for them."""
    today = timezone.localdate(now)
    not_today = Q(looked_on=None) | Q(looked_on__lt=today)
    due = DeskMail.objects.filter(not_today, person__is_active=True)
    for wish in due.select_related("person").order_by("pk")[:AT_ONCE]:
        with translation.override(wish.language):
            waiting = waiting_for(wish.person)
            with transaction.atomic():
                if is_refused(wish.person.email):
                    stop(wish)
                elif _looks(wish, now) and waiting:
                    _write(wish, waiting, now)


def _looks(wish: DeskMail, now: datetime) -> bool:
    """Whether this worker is the one that looks: stopped meanwhile, or looked at, nothing is sent."""
    unchanged = DeskMail.objects.filter(pk=wish.pk, looked_on=wish.looked_on)
    return bool(unchanged.update(looked_on=timezone.localdate(now)))


def _write(
    wish: DeskMail, waiting: Sequence[tuple[Coproduction, dict[str, Queue]]], now: datetime
) -> None:
    total = sum(queue.count for _each, queues in waiting for queue in queues.values())
    subject = ngettext("Desk: %(n)s thing waits", "Desk: %(n)s things wait", total) % {"n": total}
    link = stop_link(wish)
    footer = _("You asked for this mail at the desk. To get no more:\n%(link)s") % {"link": link}
    blocks = [_block(each, queues, now) for each, queues in waiting]
    body = "\n\n".join([*blocks, f"-- \n{footer}"])
    queue_mail(wish.person.email, subject, body, lasts=LASTS, stop_link=link)


def _block(coproduction: Coproduction, queues: dict[str, Queue], now: datetime) -> str:
    lines = []
    for name in (READ, REPORTS, CONTESTS, UNCLEAR, ANSWER):
        if name in queues:
            link = site(reverse(name, args=[coproduction.slug]))
            lines.append(f"- {_words(name, queues[name], now)}\n  {link}")
    return "\n".join([title_of(coproduction), "", *lines])


def _words(name: str, queue: Queue, now: datetime) -> str:
    n = queue.count
    words = {
        READ: ngettext("%(n)s contribution to read", "%(n)s contributions to read", n),
        REPORTS: ngettext(
            "%(n)s report or contested refusal", "%(n)s reports and contested refusals", n
        ),
        CONTESTS: ngettext(
            "%(n)s person contests that their answers are left out",
            "%(n)s people contest that their answers are left out",
            n,
        ),
        UNCLEAR: ngettext("%(n)s unclear sentence", "%(n)s unclear sentences", n),
        ANSWER: ngettext("%(n)s idea to answer", "%(n)s ideas to answer", n),
    }[name] % {"n": n}
    return f"{words} ({_age((now - (queue.oldest or now)).days)})"


def _age(days: int) -> str:
    if days < 1:
        return _("since less than a day")
    return ngettext("the oldest %(n)s day old", "the oldest %(n)s days old", days) % {"n": days}
