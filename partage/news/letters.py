"""The mails of a subscription: plain text, in its language, each with the link that ends them."""

from collections.abc import Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partage.calls.models import Call
from partage.coproductions.models import Coproduction
from partage.news.happenings import Line, Section, site
from partage.news.models import Subscription
from partage.people.outbox import queue_mail
from partage.web.localized import in_reader_language

LINK_LASTS = timedelta(days=2)
LASTS = timedelta(days=1)
LONGEST_SUBJECT = 120


def stop_link(subscription: Subscription) -> str:
    """One address for all mails of a subscription: it ends them, and finds those that wait."""
    with translation.override(subscription.language):
        return site(reverse("mail-stop", args=[subscription.pk, subscription.key_to("stop")]))


def write_first(subscription: Subscription) -> None:
    """The only mail before the address is confirmed: it asks whether to write at all."""
    link = reverse("mail-confirm", args=[subscription.pk, subscription.key_to("confirm")])
    words = {
        "title": title_of(subscription.about),
        "wishes": "\n".join(f"- {wish}" for wish in wishes_of(subscription)),
        "link": site(link),
    }
    body = _(
        "Somebody, most likely you, asked us to write to this address about “%(title)s”:\n\n"
        "%(wishes)s\n\nIf it was you, open this page within two days and press the button:\n"
        "%(link)s\n\nIf not, do nothing: no other mail comes, and the address is forgotten."
    )
    queue_mail(
        subscription.address, _("Shall we write to this address?"), body % words,
        lasts=LINK_LASTS, stop_link=stop_link(subscription),
    )  # fmt: skip


def wishes_of(subscription: Subscription) -> list[str]:
    """What may be written, in words."""
    if subscription.call_id:
        return [
            _("when your call is published or refused"),
            _("when it has as many supports as oblige the organization to answer"),
            _("when the organization answers"),
        ]
    wishes = []
    if subscription.notices:
        wishes.append(_("when something is decided about what you wrote"))
    if subscription.digest:
        wishes.append(_("a daily summary, on days when something is new"))
    return wishes


def write_notice(subscription: Subscription, lines: Sequence[Line]) -> None:
    """What was decided about what its owner wrote. The subject tells nothing of it."""
    subject = _("A decision about what you wrote")
    if subscription.call_id:
        subject = _("About your call for a coproduction")
    _write(subscription, subject, [_listed(lines)])


def write_digest(
    subscription: Subscription,
    coproduction: Coproduction,
    own: Sequence[Line],
    sections: Sequence[Section],
) -> None:
    blocks = [_block(section) for section in sections]
    if own:
        blocks.insert(0, f"{_('About what you wrote')}\n\n{_listed(own)}")
    subject = _("What is new")
    if not coproduction.asks_consent:
        subject = f"{subject} – {title_of(coproduction)}"
    _write(subscription, subject, blocks)


def _block(section: Section) -> str:
    rest = section.link
    if section.more:
        more = ngettext("and %(n)s more:", "and %(n)s more:", section.more) % {"n": section.more}
        rest = f"{more} {rest}"
    return f"{section.title}\n\n{_listed(section.lines)}\n\n{rest}"


def _listed(lines: Sequence[Line]) -> str:
    return "\n".join(f"- {one.words}" + (f"\n  {one.link}" if one.link else "") for one in lines)


def title_of(about: Coproduction | Call) -> str:
    """Of a call, nothing that its author wrote: whose the address is, nobody has confirmed yet."""
    if isinstance(about, Call):
        return _("a call to %(organization)s") % {"organization": about.organization.name}
    return " ".join(in_reader_language(about.title)[0].split())


def _write(subscription: Subscription, subject: str, blocks: Sequence[str]) -> None:
    link = stop_link(subscription)
    last_day = formats.date_format(subscription.ends_on or timezone.localdate(), "DATE_FORMAT")
    words = {"title": title_of(subscription.about), "day": last_day, "link": link}
    footer = _(
        "You asked for this mail about “%(title)s”, until %(day)s at the latest.\nTo get no more, and "
        "have your address erased here:\n%(link)s"
    )
    queue_mail(
        subscription.address,
        Truncator(subject).chars(LONGEST_SUBJECT),
        "\n\n".join([*blocks, f"-- \n{footer % words}"]),
        lasts=LASTS,
        stop_link=link,
    )
