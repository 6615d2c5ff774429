"""The member's own pages: coming in, votes to cast, the ballot with its review, proxies."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partage.assemblies.assembling import hash_of
from partage.assemblies.ballots import BallotRefused, Reason, cast_ballot, note_attempt
from partage.assemblies.forms import BallotForm, ProxyForm
from partage.assemblies.models import (
    Assembly,
    Choices,
    Member,
    RollCallBallot,
    SecretElectorate,
    Vote,
)
from partage.assemblies.proxies import ProxyRefused, current, end_proxy, give_proxy
from partage.assemblies.views import debates_of, shown_vote
from partage.assemblies.wording import rule_sentences
from partage.people.models import Person
from partage.web.errors import error_page
from partage.web.paging import page_of

# The session keeps the hash of the link: another link made for the member ends it.
SESSION = "member"


@login_not_required
def member_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows whose link it is; only pressing the button comes in, so that a preview cannot."""
    found = _by_hash(hash_of(token)).first()
    if found is None:
        sentence = _(
            "This link is replaced or out of date. Ask the assembly's desk for another one."
        )
        return error_page(request, 403, _("You did not come in"), sentence)
    if request.method != "POST":
        return render(request, "assemblies/member_link.html", {"member": found})
    request.session.cycle_key()
    request.session[SESSION] = hash_of(token).hex()
    return redirect("member", found.group.assembly.slug)


def _by_hash(link_hash: bytes) -> "QuerySet[Member]":
    in_office = Member.objects.in_office(timezone.localdate())
    return in_office.filter(link_hash=link_hash).select_related("group__assembly", "vault_key")


def member_of(request: HttpRequest, assembly: Assembly) -> Member | None:
    """Who asks, in this assembly: by their own link, or signed in with an address they proved."""
    link_hash = request.session.get(SESSION)
    if link_hash:
        by_link = _by_hash(bytes.fromhex(link_hash)).filter(group__assembly=assembly).first()
        if by_link:
            return by_link
    if not isinstance(request.user, Person) or request.user.awaits_proof:
        return None
    mine = Member.objects.in_office(timezone.localdate()).filter(person=request.user)
    return (
        mine.filter(group__assembly=assembly).select_related("group__assembly", "vault_key").first()
    )


def _member_or_refuse(request: HttpRequest, slug: str) -> tuple[Assembly, Member]:
    assembly = get_object_or_404(Assembly, slug=slug)
    member = member_of(request, assembly)
    if member is None:
        raise PermissionDenied
    return assembly, member


@login_not_required
def member(request: HttpRequest, slug: str) -> HttpResponse:
    """Votes to cast and proxies; POST gives one's proxy, or takes it back."""
    assembly, mine = _member_or_refuse(request, slug)
    form = ProxyForm(assembly, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if "back" in request.POST:
            end_proxy(mine)
            return redirect("member", slug)
        if form.is_valid():
            try:
                give_proxy(mine, form.cleaned_data["holder"])
                return redirect("member", slug)
            except ProxyRefused as error:
                form.add_error("holder", str(error))
    context = {
        "assembly": assembly,
        "member": mine,
        "debates": debates_of(assembly),
        "form": form,
        "given": current().filter(giver=mine).select_related("holder").first(),
        "held": current().filter(holder=mine).select_related("giver"),
        "page": page_of(assembly.votes.shown().select_related("assembly"), request),
    }
    status = 400 if form.errors else 200
    return render(request, "assemblies/member.html", context, status=status)


@login_not_required
def ballot(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The ballot: a choice for oneself and for whom one holds a proxy; in secret, a review first."""
    _assembly, mine = _member_or_refuse(request, slug)
    vote = shown_vote(slug, number)
    if request.method != "POST":
        return _show(request, vote, mine)
    form = BallotForm(request.POST)
    if not form.is_valid():
        note_attempt(vote, mine, Reason.UNKNOWN)
        sentence = _("Choose for, against or abstention.")
        return _show(request, vote, mine, status=400, refused=sentence)
    represented = _represented(form.cleaned_data["member"], mine)
    choice = form.cleaned_data["choice"]
    if vote.regime == Vote.Regime.SECRET and request.POST.get("final") != "yes":
        context = {"vote": vote, "member": represented, "choice": Choices(choice)}
        return render(request, "assemblies/review.html", context | {"assembly": vote.assembly})
    return _cast(request, vote, mine, represented, choice)


def _represented(number: int, mine: Member) -> Member:
    if number == mine.pk:
        return mine
    same = Member.objects.filter(group__assembly=mine.group.assembly_id)
    return get_object_or_404(same.select_related("group", "vault_key"), pk=number)


def _cast(
    request: HttpRequest, vote: Vote, mine: Member, represented: Member, choice: str
) -> HttpResponse:
    try:
        cast_ballot(vote, mine, represented, choice)
    except BallotRefused as error:
        note_attempt(vote, mine, error.reason)
        return error_page(request, 409, _("Nothing was counted"), str(error))
    return redirect("ballot", vote.assembly.slug, vote.number)


def _show(
    request: HttpRequest, vote: Vote, mine: Member, status: int = 200, refused: str = ""
) -> HttpResponse:
    held = [proxy.giver for proxy in current().filter(holder=mine).select_related("giver")]
    context: dict[str, Any] = {
        "assembly": vote.assembly,
        "vote": vote,
        "rule": rule_sentences(vote),
        "ballots": _ballots(vote, [mine, *held], mine),
        "choices": Choices.choices,
        "is_secret": vote.regime == Vote.Regime.SECRET,
        "refused": refused,
    }
    return render(request, "assemblies/ballot.html", context, status=status)


def _ballots(vote: Vote, people: list[Member], mine: Member) -> list[dict[str, Any]]:
    """Whom this member votes for here, and what is known of each ballot."""
    entries = dict(vote.roll.filter(member__in=people).values_list("member", "pk"))
    by_name = dict(
        RollCallBallot.objects.filter(entry__in=entries.values()).values_list("entry", "choice")
    )
    marks = SecretElectorate.objects.filter(entry__in=entries.values())
    marked = set(marks.values_list("entry", flat=True))
    found = []
    for one in people:
        entry = entries.get(one.pk)
        choice = by_name.get(entry) if entry else None
        found.append(
            {
                "member": one,
                "is_mine": one.pk == mine.pk,
                "is_on_roll": entry is not None,
                "choice": choice,
                "label": Choices(choice).label if choice else "",
                "is_in_box": entry in marked,
            }
        )
    return found


@login_not_required
@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Come out of the member's pages on this browser."""
    request.session.pop(SESSION, None)
    return redirect("assembly", slug)
