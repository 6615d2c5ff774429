"""The desk of an assembly: its groups and members, its votes, the show of hands."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partage.assemblies.assembling import (
    AssemblyRefused,
    add_members,
    add_substitute,
    create_assembly,
    end_term,
    make_member_link,
    replace_member,
)
from partage.assemblies.ballots import (
    BallotRefused,
    NotSecondPerson,
    Reason,
    Totals,
    confirm_hands,
    enter_hands,
    note_attempt,
)
from partage.assemblies.erasing import erase_member, roll_calls_of
from partage.assemblies.forms import AssemblyForm, MemberForm, MembersForm, VoteForm
from partage.assemblies.models import SEATS, Assembly, GroupCount, Member, RollEntry, Vote
from partage.assemblies.votes import (
    VoteNotReady,
    close_vote,
    declare_vote,
    discard_vote,
    open_vote,
)
from partage.assemblies.wording import rule_sentences, turnout_sentence
from partage.people.sign_in import signed_in
from partage.web.errors import error_page
from partage.web.paging import page_of
from partage.web.tidying import number_in

MEMBERS_A_PAGE = 15  # each with a form of its own
COLUMNS = ("for", "against", "abstain")


def own_assembly(request: HttpRequest, slug: str) -> Assembly:
    """The assembly, if this person facilitates for its organization."""
    assembly = get_object_or_404(Assembly.objects.select_related("organization"), slug=slug)
    if not Assembly.objects.of(signed_in(request)).filter(pk=assembly.pk).exists():
        raise PermissionDenied
    return assembly


def own_vote(request: HttpRequest, slug: str, number: int) -> Vote:
    assembly = own_assembly(request, slug)
    votes = assembly.votes.select_related("chair", "counted_by")
    vote = get_object_or_404(votes, number=number)
    vote.assembly = assembly
    return vote


def assemblies_desk(request: HttpRequest) -> HttpResponse:
    """The assemblies of one's organizations; POST makes another."""
    person = signed_in(request)
    form = AssemblyForm(person, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        made = create_assembly(words["organization"], words["name"], words["proxies"])
        return redirect("assembly-members", made.slug)
    mine = Assembly.objects.of(person).select_related("organization").order_by("name", "pk")
    context = {"page": page_of(mine, request), "form": form}
    return render(request, "assemblies/desk.html", context, status=400 if form.errors else 200)


@require_safe
def assembly_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """What this assembly is made of, and its votes."""
    assembly = own_assembly(request, slug)
    context = {
        "assembly": assembly,
        "groups": assembly.groups.annotate(seats=SEATS),
        "page": page_of(assembly.votes.select_related("assembly"), request),
    }
    return render(request, "assemblies/assembly_desk.html", context)


def assembly_members(request: HttpRequest, slug: str) -> HttpResponse:
    """Members, some a page; POST adds some after a preview, or does something about one."""
    assembly = own_assembly(request, slug)
    if request.method != "POST":
        return _show_members(request, assembly, MembersForm())
    if "member" in request.POST:
        return _about_one(request, assembly)
    form = MembersForm(request.POST)
    if not form.is_valid():
        return _show_members(request, assembly, form, 400)
    if request.POST.get("do") != "add":
        return _show_members(request, assembly, form, preview=_preview(form))
    words = form.cleaned_data
    try:
        add_members(assembly, form.newcomers, words["since"], words["until"])
    except AssemblyRefused as error:
        form.add_error("lines", str(error))
        return _show_members(request, assembly, form, 400)
    return redirect("assembly-members", slug)


def _preview(form: MembersForm) -> dict[str, Any]:
    """What would be added, by group, before anything is."""
    groups: dict[str, int] = {}
    for one in form.newcomers:
        groups[one.group] = groups.get(one.group, 0) + 1
    return {"groups": groups.items(), "members": len(form.newcomers)}


def _show_members(
    request: HttpRequest, assembly: Assembly, form: MembersForm, status: int = 200, **more: Any
) -> HttpResponse:
    members = Member.objects.known().filter(group__assembly=assembly)
    members = members.select_related("group", "person", "substitute", "substitute_of")
    page = page_of(members, request, MEMBERS_A_PAGE)
    rows = [(member, getattr(member, "substitute", None)) for member in page]
    context = {"assembly": assembly, "page": page, "rows": rows, "form": form, **more}
    return render(request, "assemblies/members.html", context, status=status)


def _about_one(request: HttpRequest, assembly: Assembly) -> HttpResponse:
    number = number_in(request.POST["member"])
    member = _member(assembly, number)
    try:
        link = _do(member, request)
    except AssemblyRefused as error:
        return error_page(request, 409, _("Nothing was changed"), str(error))
    if link:
        return _show_members(request, assembly, MembersForm(), link=link, linked=member)
    return redirect("assembly-members", assembly.slug)


def _member(assembly: Assembly, number: int) -> Member:
    members = Member.objects.known().filter(group__assembly=assembly)
    return get_object_or_404(members.select_related("group__assembly", "person"), pk=number)


def member_erase(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What goes and what stays of a member who asks to be erased; POST erases."""
    assembly = own_assembly(request, slug)
    member = _member(assembly, number)
    if request.method == "POST":
        try:
            erase_member(member)
        except AssemblyRefused as error:
            return error_page(request, 409, _("Nothing was erased"), str(error))
        return redirect("assembly-members", slug)
    rolls = RollEntry.objects.filter(member=member)
    context = {
        "assembly": assembly,
        "member": member,
        "roll_calls": roll_calls_of(member).count(),
        "hidden": rolls.exclude(vote__regime=Vote.Regime.ROLL_CALL).count(),
    }
    return render(request, "assemblies/member_erase.html", context)


def _do(member: Member, request: HttpRequest) -> str:
    """What the desk asked about this member; the address of a link when one was made."""
    form, deed = MemberForm(request.POST), request.POST.get("do")
    if not form.is_valid():
        raise AssemblyRefused(next(iter(form.errors.values()))[0])
    if deed == "link":
        return settings.BASE_URL + reverse("member-link", args=[make_member_link(member)])
    if deed == "end" and form.cleaned_data["last_day"]:
        end_term(member, form.cleaned_data["last_day"])
    elif deed == "substitute" and form.cleaned_data["substitute"]:
        add_substitute(member, form.cleaned_data["substitute"])
    elif deed in {"replace", "back"}:
        replace_member(member, is_replaced=deed == "replace")
    else:
        raise AssemblyRefused(_("Write the name of the substitute, or the last day of the term."))
    return ""


def new_vote(request: HttpRequest, slug: str) -> HttpResponse:
    """Declare a question and its rule."""
    assembly = own_assembly(request, slug)
    form = VoteForm(assembly, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        vote = declare_vote(assembly, **form.cleaned_data)
        return redirect("vote-desk", slug, vote.number)
    context = {"assembly": assembly, "form": form}
    return render(request, "assemblies/new_vote.html", context, status=400 if form.errors else 200)


def vote_desk(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One vote: open it, close it, enter or confirm a show of hands, see what was refused."""
    vote = own_vote(request, slug, number)
    if request.method != "POST":
        return _show_vote(request, vote)
    deed = request.POST.get("do")
    try:
        if deed == "hands":
            return _enter(request, vote)
        return DEEDS[deed or ""](request, vote) if deed in DEEDS else _show_vote(request, vote, 400)
    except VoteNotReady as error:
        return error_page(request, 409, _("Nothing was changed"), str(error))
    except NotSecondPerson:
        sentence = _("You entered these totals: somebody else of the desk confirms them.")
        return error_page(request, 403, _("Nothing was confirmed"), sentence)
    except BallotRefused as error:
        return error_page(request, 409, _("Nothing was changed"), str(error))


def _open(request: HttpRequest, vote: Vote) -> HttpResponse:
    open_vote(vote)
    return redirect("vote-desk", vote.assembly.slug, vote.number)


def _close(request: HttpRequest, vote: Vote) -> HttpResponse:
    return redirect(close_vote(vote))


def _discard(request: HttpRequest, vote: Vote) -> HttpResponse:
    discard_vote(vote)
    return redirect("assembly-desk", vote.assembly.slug)


def _confirm(request: HttpRequest, vote: Vote) -> HttpResponse:
    return redirect(confirm_hands(vote, signed_in(request)))


DEEDS = {"open": _open, "close": _close, "discard": _discard, "confirm": _confirm}


def _enter(request: HttpRequest, vote: Vote) -> HttpResponse:
    """Keep what was typed where the totals do not match the roll."""
    groups = list(vote.group_counts.all())
    try:
        enter_hands(vote, signed_in(request), _totals(request, groups))
    except BallotRefused as error:
        if not vote.is_draft:
            note_attempt(vote, None, error.reason)
        return _show_vote(request, vote, 400, refused=str(error))
    return redirect("vote-desk", vote.assembly.slug, vote.number)


def _totals(request: HttpRequest, groups: list[GroupCount]) -> dict[int, Totals]:
    found = {}
    for group in groups:
        typed = [request.POST.get(f"{name}-{group.pk}", "").strip() for name in COLUMNS]
        if not all(text.isascii() and text.isdecimal() and len(text) < 7 for text in typed):
            sentence = _("In “%(group)s”, write three whole numbers, 0 where nobody was.")
            raise BallotRefused(Reason.TOTALS, sentence % {"group": group.name})
        found[group.pk] = (int(typed[0]), int(typed[1]), int(typed[2]))
    return found


def _show_vote(
    request: HttpRequest, vote: Vote, status: int = 200, refused: str = ""
) -> HttpResponse:
    is_hands = vote.regime == Vote.Regime.HANDS
    groups = list(vote.group_counts.all()) if is_hands else []
    context = {
        "assembly": vote.assembly,
        "vote": vote,
        "rule": rule_sentences(vote),
        "turnout": turnout_sentence(vote),
        "attempts": vote.attempts.select_related("member").order_by("-times", "pk")[:50],
        "rows": [(group, _typed(request, group)) for group in groups],
        "may_confirm": vote.counted_by_id not in {None, signed_in(request).pk},
        "refused": refused,
    }
    return render(request, "assemblies/vote_desk.html", context, status=status)


def _typed(request: HttpRequest, group: GroupCount) -> list[tuple[str, str, object]]:
    """The three fields of a group: what was just typed, or what is kept."""
    kept = (group.votes_for, group.against, group.abstentions)
    fields = [f"{name}-{group.pk}" for name in COLUMNS]
    labels = (_("for"), _("against"), _("abstentions"))
    return [
        (field, label, request.POST.get(field, "" if value is None else value))
        for field, label, value in zip(fields, labels, kept, strict=True)
    ]
