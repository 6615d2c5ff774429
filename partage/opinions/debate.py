"""The debate in public: the text as it stands, its amendments side by side; members' own acts."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partage.assemblies.members import member_of
from partage.assemblies.models import Member
from partage.contributions.views import participant_for, refused, with_cookie
from partage.contributions.voting import VoteRefused, acting
from partage.opinions import amending
from partage.opinions.amending import (
    FIELDS,
    Change,
    DebateRefused,
    Place,
    TextMoved,
    Words,
    digest_of,
    others_at,
    place_of,
    words_in,
    words_of,
)
from partage.opinions.declaring import declare
from partage.opinions.evidence import with_evidence
from partage.opinions.forms import (
    AmendedPartForm,
    AmendedRecommendationForm,
    AmendmentForm,
    DeclarationForm,
)
from partage.opinions.models import NEW, Amendment, Debate, Recommendation, Target
from partage.opinions.publishing import evidence_line, evidence_to_show
from partage.people.participants import TooManyNewcomers, device_token
from partage.web.diffs import sides, word_diff
from partage.web.errors import error_page
from partage.web.feeds import ENTRIES, Entry, atom
from partage.web.localized import in_reader_language
from partage.web.paging import page_of

# Long ones of accented letters weigh four kilobytes each.
PLACES_EACH = 12
AMENDMENTS_EACH = 15
RIVALS_AMONG = 20
DECLARATION = "declaration"
# A count that followed each support would tell what one person did.
SUPPORTS_AT_ONCE = 10
FORMS = {Target.RECOMMENDATION: AmendedRecommendationForm, Target.PART: AmendedPartForm}


def shown_debate(slug: str) -> Debate:
    """Where a visible coproduction holds it; drafts that no assembly debates stay the desk's."""
    debates = Debate.objects.readable().select_related(
        "opinion__coproduction__frame", "opinion__coproduction__organization", "assembly", "vote"
    )
    return get_object_or_404(debates, opinion__slug=slug)


def _shared(request: HttpRequest, debate: Debate) -> dict[str, Any]:
    return {
        "debate": debate,
        "opinion": debate.opinion,
        "coproduction": debate.opinion.coproduction,
        "member": member_of(request, debate.assembly),
    }


@login_not_required
@require_safe
def debate(request: HttpRequest, slug: str) -> HttpResponse:
    """The text as it stands, place by place, with how many amendments each has."""
    found = shown_debate(slug)
    page = page_of(_places(found), request, PLACES_EACH)
    counts, declared = _counts(found), _at(list(page), DECLARATION)
    rows = [row | {"amendments": counts.get(row["at"], 0)} for row in _rows(found, list(page))]
    context = _shared(request, found) | {
        "page": page,
        "rows": rows,
        "language": found.language,
        "amendments": sum(counts.values()),
        "declarations": found.opinion.declarations.filter(place__in=declared),
        "first_declaration": _address_of_declaration(found),
    }
    return render(request, "opinions/debate.html", context)


def _places(debate: Debate) -> list[tuple[str, int]]:
    """What the pages of a debate show: the parts, the recommendations, then what the groups say."""
    opinion = debate.opinion
    numbered = {
        Target.PART: opinion.parts.values_list("place", flat=True),
        Target.RECOMMENDATION: opinion.recommendations.values_list("number", flat=True),
        DECLARATION: opinion.declarations.values_list("place", flat=True),
    }
    return [(kind, number) for kind, numbers in numbered.items() for number in numbers]


def _at(places: list[tuple[str, int]], kind: str) -> list[int]:
    return [number for each, number in places if each == kind]


def _address_of_declaration(debate: Debate, group: str = "") -> str:
    """Where the debate shows what this group says, or the first that says something; else nowhere."""
    said = debate.opinion.declarations.filter(**({"group": group} if group else {})).first()
    if said is None:
        return ""
    page = _places(debate).index((DECLARATION, said.place)) // PLACES_EACH + 1
    return f"{debate.get_absolute_url()}?page={page}#declarations"


def _counts(debate: Debate) -> dict[tuple[str, int], int]:
    counted = debate.amendments.values_list("target", "place").annotate(n=Count("pk")).order_by()
    return {(target, place): n for target, place, n in counted}


def _rows(debate: Debate, places: list[tuple[str, int]]) -> list[dict[str, Any]]:
    """The places of a page with their words, in two queries."""
    opinion, language = debate.opinion, debate.language
    parts = opinion.parts.filter(place__in=_at(places, Target.PART))
    ones = opinion.recommendations.filter(number__in=_at(places, Target.RECOMMENDATION))
    rows = [
        {
            "at": (Target.PART, part.place),
            "label": heading(Target.PART, part.place),
            **words_in(part, Target.PART, language),
        }
        for part in parts
    ]
    rests_on = _evidence(ones)
    return rows + [
        {
            "at": (Target.RECOMMENDATION, one.number),
            "rests_on": rests_on[one.number],
            "label": heading(Target.RECOMMENDATION, one.number),
            **words_in(one, Target.RECOMMENDATION, language),
            "due_on": one.due_on,
        }
        for one in ones
    ]


def _evidence(recommendations: "QuerySet[Recommendation]") -> dict[int, list[dict[str, Any]]]:
    """What each of these rests on, by number."""
    found = recommendations.prefetch_related(evidence_to_show())
    rows = [
        {"number": one.number, "evidence": [evidence_line(each) for each in one.evidence.all()]}
        for one in found
    ]
    shown = with_evidence({"sources": []}, rows)
    return {row["number"]: row["rests_on"] for row in shown}


def heading(target: str, place: int) -> str:
    if place == NEW:
        return _("A new recommendation") if target == Target.RECOMMENDATION else _("A new part")
    words = _("Recommendation %(n)s") if target == Target.RECOMMENDATION else _("Part %(n)s")
    return words % {"n": place}


@login_not_required
@require_safe
def amendments(request: HttpRequest, slug: str) -> HttpResponse:
    """All of them in the order of their votes, or those of one place."""
    found = shown_debate(slug)
    wanted: QuerySet[Amendment] = found.amendments.in_order()
    target, _sign, place = request.GET.get("of", "").partition("-")
    one_place = target in Target.values and place.isascii() and place.isdecimal() and len(place) < 7
    if one_place:
        wanted = wanted.filter(target=target, place=int(place))
    page = page_of(wanted, request, AMENDMENTS_EACH)
    context = _shared(request, found) | {
        "page": page,
        "rows": [(one, heading(one.target, one.place)) for one in page],
        "query": f"of={target}-{int(place)}" if one_place else "",
        "of": heading(target, int(place)) if one_place else "",
    }
    return render(request, "opinions/amendments.html", context)


@login_not_required
@require_safe
def amendments_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The last amendments proposed, each with its reason."""
    found = shown_debate(slug)
    entries = [
        Entry(
            f"{_('Amendment %(n)s') % {'n': one.number}}, {heading(one.target, one.place)}",
            reverse("amendment", args=[slug, one.number]), one.proposed_at,
            words=f"{one.reason} – {one.proposed_by}, {one.proposed_for}",
        )
        for one in found.amendments.order_by("-number")[:ENTRIES]
    ]  # fmt: skip
    title = f"{_('Amendments')} – {in_reader_language(found.opinion.title)[0]}"
    return atom(request, title, reverse("amendments", args=[slug]), entries)


def shown_amendment(slug: str, number: int) -> Amendment:
    debate = shown_debate(slug)
    one = get_object_or_404(debate.amendments.select_related("vote__assembly"), number=number)
    one.debate = debate
    return one


@login_not_required
@require_safe
def amendment(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Both texts side by side, or as one text; its rivals; who supports it."""
    one = shown_amendment(slug, number)
    place = place_of(one)
    after = place.amended(one) if not one.is_decided else one.words
    has_moved = after is None
    before = place.words if after is not None and not one.is_decided else one.base
    context = _shared(request, one.debate) | {
        "amendment": one,
        "heading": heading(one.target, one.place),
        "fields": _compared(one.target, before, one.words if after is None else after),
        "current": place.words if has_moved else None,
        "as_text": request.GET.get("as") == "text",
        "rests_on": _rests_on(one),
        **_rivals(one, place),
        "supports": one.supports.count() // SUPPORTS_AT_ONCE * SUPPORTS_AT_ONCE,
        "is_supported": _is_supported(request, one),
        "digest": digest_of(one.words),
    }
    return render(request, "opinions/amendment.html", context)


def _rivals(one: Amendment, place: Place) -> dict[str, Any]:
    """Among the next others of its place; whether there are more than a page compares."""
    if one.is_decided or one.place == NEW or place.amended(one) is None:
        return {}
    others = list(others_at(one)[: RIVALS_AMONG + 1])
    rivals = place.rivals_of(one, others[:RIVALS_AMONG])
    return {"rivals": rivals, "are_more": len(others) > RIVALS_AMONG, "rivals_among": RIVALS_AMONG}


def _rests_on(one: Amendment) -> list[dict[str, Any]]:
    if one.target != Target.RECOMMENDATION:
        return []
    mine = one.debate.opinion.recommendations.filter(number=one.place)
    return _evidence(mine).get(one.place, [])


def labels_of(target: str) -> dict[str, str]:
    return {
        name: str(FORMS[Target(target)].base_fields[name].label) for name in FIELDS[Target(target)]
    }


def _compared(target: str, before: Words, after: Words) -> list[dict[str, Any]]:
    """Each field that has words on either side, with the words that go and those that come."""
    return [
        {
            "name": name,
            "label": label,
            "sides": sides(before[name], after[name]),
            "text": word_diff(before[name], after[name]),
        }
        for name, label in labels_of(target).items()
        if before[name] or after[name]
    ]


def _is_supported(request: HttpRequest, one: Amendment) -> bool:
    coproduction = one.debate.opinion.coproduction
    device = acting(coproduction, device_token(request)) if coproduction else None
    return device is not None and one.supports.filter(participant=device).exists()


@login_not_required
@require_POST
def support(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A participant supports an amendment, or takes the support back."""
    one = shown_amendment(slug, number)
    coproduction = one.debate.opinion.coproduction
    if coproduction is None:
        raise Http404
    token = None
    try:
        with transaction.atomic():
            if "withdraw" not in request.POST:
                device, token = participant_for(request, coproduction)
                amending.support(device, coproduction, one, request.POST.get("words", ""))
            elif known := acting(coproduction, device_token(request)):
                amending.withdraw_support(known, coproduction, one)
    except (VoteRefused, TooManyNewcomers) as error:
        return refused(request, error)
    except DebateRefused as error:
        return error_page(request, 409, _("Your support was not counted"), str(error))
    return with_cookie(redirect(f"{one.get_absolute_url()}#support"), request, coproduction, token)


def _member(request: HttpRequest, debate: Debate) -> Member:
    member = member_of(request, debate.assembly)
    if member is None:
        raise PermissionDenied
    return member


@login_not_required
@require_POST
def amendment_act(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A member seconds an amendment, or withdraws their own."""
    one = shown_amendment(slug, number)
    member = _member(request, one.debate)
    deed = request.POST.get("do")
    if deed not in {"second", "withdraw"}:
        raise Http404
    try:
        if deed == "second":
            amending.second(one, member, request.POST.get("words", ""))
        else:
            amending.withdraw(one, member)
    except DebateRefused as error:
        return error_page(request, 409, _("Nothing was changed"), str(error))
    return redirect(one)


@login_not_required
def amend(request: HttpRequest, slug: str, target: str, place: int) -> HttpResponse:
    """A member writes the text as they would have it."""
    found = shown_debate(slug)
    member = _member(request, found)
    if target not in Target.values:
        raise Http404
    words = words_of(found.opinion, target, place, found.language)
    if place != NEW and not any(words.values()):
        raise Http404
    form = form_for(request, found, target, words)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            change = Change(target, place, form.words, given["reason"], given["seen"])
            return redirect(amending.propose(found, member, change))
        except TextMoved as error:
            return _write_again(request, found, form, heading(target, place), words, error)
        except DebateRefused as error:
            form.add_error(None, str(error))
    return _write(request, found, form, heading(target, place))


def _write_again(
    request: HttpRequest,
    debate: Debate,
    form: AmendmentForm,
    place: str,
    words: Words,
    error: Exception,
    **more: Any,
) -> HttpResponse:
    """The words that were sent beside the text that moved meanwhile, to be sent once more."""
    labels = {name: str(form.fields[name].label) for name in form.wording}
    texts = [
        (label, [(_("Yours"), form.words[name]), (_("As it stands"), words[name])])
        for name, label in labels.items()
    ]
    ask_again(form, words, error)
    return _write(request, debate, form, place, texts=texts, **more)


def ask_again(form: AmendmentForm, current: Words, error: Exception) -> None:
    """What was sent stays in the form, which now says that it was written beside this text."""
    form.data = {**form.data, "seen": digest_of(current)}
    form.add_error(None, str(error))


def form_for(
    request: HttpRequest,
    debate: Debate,
    target: str,
    words: Words,
    seen: Words | None = None,
    *,
    asks_why: bool = True,
) -> AmendmentForm:
    """The fields of the text, in the language of the debate, and a digest of the text that stands."""
    initial = words | {"seen": digest_of(seen or words)}
    form = FORMS[Target(target)](
        request.POST if request.method == "POST" else None, initial=initial
    )
    for field in form.fields.values():
        field.widget.attrs["lang"] = debate.language
    if not asks_why:
        del form.fields["reason"]
    return form


def _write(
    request: HttpRequest, debate: Debate, form: AmendmentForm, place: str, **more: Any
) -> HttpResponse:
    context = _shared(request, debate) | {"form": form, "heading": place, **more}
    return render(request, "opinions/amend.html", context, status=400 if form.errors else 200)


@login_not_required
def declaration(request: HttpRequest, slug: str) -> HttpResponse:
    """A member writes what their group says, beside the text and apart from it."""
    found = shown_debate(slug)
    member = _member(request, found)
    kept = found.opinion.declarations.filter(group=member.group.name).first()
    said = {"text": kept.text.get(found.language, "") if kept else ""}
    form = DeclarationForm(request.POST if request.method == "POST" else None, initial=said)
    if request.method == "POST" and form.is_valid():
        try:
            declare(found, member, form.cleaned_data["text"])
            return redirect(_address_of_declaration(found, member.group.name) or found)
        except DebateRefused as error:
            form.add_error("text", str(error))
    context = _shared(request, found) | {"form": form}
    status = 400 if form.errors else 200
    return render(request, "opinions/declaration.html", context, status=status)


@login_not_required
def revise(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The author brings an amendment up to date: their text, the text as it stands, and the old one."""
    one = shown_amendment(slug, number)
    member = _member(request, one.debate)
    if one.proposer_id != member.pk:
        raise PermissionDenied
    place = place_of(one)
    form = form_for(request, one.debate, one.target, one.words, place.words, asks_why=False)
    where = heading(one.target, one.place)
    if request.method == "POST" and form.is_valid():
        try:
            amending.revise(one, member, form.words, form.cleaned_data["seen"])
            return redirect(one)
        except TextMoved as error:
            return _write_again(request, one.debate, form, where, place.words, error, amendment=one)
        except DebateRefused as error:
            form.add_error(None, str(error))
    texts = three_texts(one, place.words, _("Yours"))
    return _write(request, one.debate, form, where, amendment=one, texts=texts)


def three_texts(
    one: Amendment, current: Words, whose: str
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Field by field: as amended, as it stands, as it was when the amendment was written."""
    shown = ((whose, one.words), (_("As it stands"), current), (_("As it was then"), one.base))
    return [
        (label, [(title, words[name]) for title, words in shown])
        for name, label in labels_of(one.target).items()
        if any(words[name] for _title, words in shown)
    ]
