"""What a group says of the opinion that its assembly debates: its words, never the body's."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from partage.assemblies.models import Member
from partage.opinions.amending import DebateRefused, check_sits, digest_of, hold
from partage.opinions.models import Debate, Opinion
from partage.register.recording import record


@transaction.atomic
def declare(debate: Debate, member: Member, text: str) -> None:
    """Keep the group's declaration in the place of its last; an empty text takes it away.

    Any member of the group who sits writes it, until the opinion is published.
    """
    debate = hold(debate)
    check_sits(member)
    opinion, group = debate.opinion, member.group.name
    if opinion.state != Opinion.State.DRAFT:
        raise DebateRefused(_("The opinion is published: declarations stay as they are."))
    mine = opinion.declarations.filter(group=group)
    if not text:
        if not mine.delete()[0]:
            return
    elif not mine.update(text={debate.language: text}):
        last = opinion.declarations.aggregate(last=Max("place"))["last"] or 0
        opinion.declarations.create(place=last + 1, group=group, text={debate.language: text})
    facts = {"opinion": opinion.slug, "words": digest_of({"group": group, "text": text})}
    record(
        "declaration-written",
        space=opinion.space,
        public=facts,
        payload=facts | {"member": member.pk},
        vault_key=member.vault_key,
    )
