"""Proxies: one member votes for another, who may come back at any time."""

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.assemblies.models import Assembly, Member, Proxy
from partage.register.recording import record


class ProxyRefused(Exception):
    """This proxy cannot be given; the message is one sentence."""


@transaction.atomic
def give_proxy(giver: Member, holder: Member) -> Proxy:
    """Let another sitting member of the same assembly vote for this one."""
    # Locked, so that of two givers at once the second sees that the holder has enough.
    assembly = Assembly.objects.select_for_update().get(groups=giver.group_id)
    _check(assembly, giver, holder)
    taken = set(current().filter(holder=holder).values_list("rank", flat=True))
    free = [rank for rank in range(1, assembly.proxies_per_holder + 1) if rank not in taken]
    if not free:
        sentence = _("%(name)s holds %(n)s proxies, as many as one may. Choose somebody else.")
        raise ProxyRefused(sentence % {"name": holder.name, "n": len(taken)})
    try:
        with transaction.atomic():
            proxy = Proxy.objects.create(
                giver=giver, holder=holder, rank=free[0], given_at=timezone.now()
            )
    except IntegrityError:
        raise ProxyRefused(_("You have given your proxy already: take it back first.")) from None
    _record("proxy-given", giver, holder)
    return proxy


def _check(assembly: Assembly, giver: Member, holder: Member) -> None:
    sitting = Member.objects.sitting(timezone.localdate()).filter(group__assembly=assembly)
    if sitting.filter(pk__in=[giver.pk, holder.pk]).count() < len({giver.pk, holder.pk}):
        raise ProxyRefused(_("Only a member who sits in this assembly gives or holds a proxy."))
    if giver.pk == holder.pk:
        raise ProxyRefused(_("A proxy goes to somebody else."))
    if current().filter(giver=holder).exists():
        sentence = _("%(name)s has given a proxy away, and holds none. Choose somebody else.")
        raise ProxyRefused(sentence % {"name": holder.name})
    if current().filter(holder=giver).exists():
        raise ProxyRefused(_("You hold somebody's proxy: you cannot give yours away."))


def current() -> "models.QuerySet[Proxy]":
    return Proxy.objects.filter(ended_at=None)


@transaction.atomic
def end_proxy(giver: Member) -> bool:
    """Take one's proxy back; False when there was none."""
    proxy = current().filter(giver=giver).select_related("holder").first()
    if proxy is None or not current().filter(pk=proxy.pk).update(ended_at=timezone.now()):
        return False
    _record("proxy-ended", giver, proxy.holder)
    return True


def _record(kind: str, giver: Member, holder: Member) -> None:
    record(
        kind,
        space=f"assembly.{giver.group.assembly_id}",
        payload={"giver": giver.pk, "holder": holder.pk},
        vault_key=giver.vault_key,
    )
