"""Assemblies: groups, members and their proxies."""

from datetime import date

from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse

from partage.coproductions.models import Organization
from partage.coproductions.roles import organizations_of
from partage.people.models import Person
from partage.register.models import VaultKey

LONGEST_NAME = 120
MOST_PROXIES = 5
MOST_GROUPS = 100
MOST_MEMBERS = 2000


class AssemblyQuerySet(models.QuerySet["Assembly"]):
    def of(self, person: Person) -> "AssemblyQuerySet":
        """Those of an organization one of whose coproductions this person facilitates."""
        return self.filter(organization__in=organizations_of(person))


class Assembly(models.Model):
    """People who vote for the groups that sent them."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="assemblies")
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=LONGEST_NAME)
    proxies_per_holder = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = models.Manager.from_queryset(AssemblyQuerySet)()

    class Meta:
        verbose_name_plural = "assemblies"
        constraints = [
            models.CheckConstraint(
                name="assembly_proxies_in_reach",
                condition=Q(proxies_per_holder__range=(0, MOST_PROXIES)),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("assembly", args=[self.slug])

    @property
    def space(self) -> str:
        """Its own space of the register. No slug holds a dot: it is never that of a coproduction."""
        return f"assembly.{self.pk}"


class Group(models.Model):
    """A college of an assembly; `chamber` where the assembly has several."""

    assembly = models.ForeignKey(Assembly, models.CASCADE, related_name="groups")
    name = models.CharField(max_length=LONGEST_NAME)
    chamber = models.CharField(max_length=LONGEST_NAME, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["assembly", "name"], name="group_named_once"),
            models.CheckConstraint(name="group_has_a_name", condition=Q(name__gt="")),
        ]

    def __str__(self) -> str:
        return self.name


SEATS = Count("members", filter=Q(members__erased_on=None))


class MemberQuerySet(models.QuerySet["Member"]):
    def in_office(self, on: date) -> "MemberQuerySet":
        """Those whose term holds on this day."""
        lasting = Q(until=None) | Q(until__gte=on)
        return self.known().filter(lasting, since__lte=on)

    def known(self) -> "MemberQuerySet":
        """Those who were not erased: of these a roll may still need the row."""
        return self.filter(erased_on=None)

    def sitting(self, on: date) -> "MemberQuerySet":
        """Those who vote: one for each seat, the member or the substitute that replaces them."""
        own_seat = Q(substitute_of=None, is_replaced=False)
        return self.in_office(on).filter(own_seat | Q(substitute_of__is_replaced=True))


class Member(models.Model):
    """Somebody who votes in a group during a term, with an account or a link of their own."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="members")
    name = models.CharField(max_length=LONGEST_NAME)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="memberships")
    link_hash = models.BinaryField(max_length=32, null=True, unique=True)
    vault_key = models.OneToOneField(VaultKey, models.PROTECT)
    since = models.DateField()
    until = models.DateField(null=True)
    substitute_of = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="substitute"
    )
    # Set while the substitute sits instead: the seat votes once either way.
    is_replaced = models.BooleanField(default=False)
    # The row stays without its person where rolls need it.
    erased_on = models.DateField(null=True)

    objects = models.Manager.from_queryset(MemberQuerySet)()

    class Meta:
        ordering = ["group", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "person"], name="member_once_in_a_group"),
            models.CheckConstraint(name="member_has_a_name", condition=Q(name__gt="")),
            models.CheckConstraint(
                name="member_term_in_order", condition=Q(until=None) | Q(until__gte=F("since"))
            ),
            models.CheckConstraint(
                name="member_substitute_is_not_replaced",
                condition=Q(substitute_of=None) | Q(is_replaced=False),
            ),
            models.CheckConstraint(
                name="member_erased_is_nobody",
                condition=Q(erased_on=None) | Q(person=None, link_hash=None, name="–"),
            ),
            models.CheckConstraint(
                name="member_not_their_own_substitute", condition=~Q(substitute_of=F("id"))
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Proxy(models.Model):
    """One member votes for another until the latter comes back."""

    giver = models.ForeignKey(Member, models.CASCADE, related_name="given_proxies")
    holder = models.ForeignKey(Member, models.CASCADE, related_name="held_proxies")
    # Which of the holder's proxies it is: their number is limited.
    rank = models.PositiveSmallIntegerField()
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "proxies"
        constraints = [
            models.UniqueConstraint(
                fields=["giver"], condition=Q(ended_at=None), name="proxy_one_given"
            ),
            models.UniqueConstraint(
                fields=["holder", "rank"], condition=Q(ended_at=None), name="proxy_one_of_a_rank"
            ),
            models.CheckConstraint(
                name="proxy_rank_in_reach", condition=Q(rank__range=(1, MOST_PROXIES))
            ),
            models.CheckConstraint(name="proxy_to_somebody_else", condition=~Q(giver=F("holder"))),
        ]

    def __str__(self) -> str:
        return f"proxy {self.pk}"
