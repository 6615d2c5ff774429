"""OAI-PMH 2.0: how other libraries harvest this one. Reads only, by GET or by POST.

What is withdrawn stays as a deleted record for ever ("persistent").
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.db.models import Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from partage.coproductions.models import Organization
from partage.library import oai_xml as xml
from partage.library.models import Theme, Work
from partage.library.reading import SLUG

PAGE = 100
DAY, SECOND = "%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"
PREFIX = "oai_dc"
# Nothing is older or newer, and databases do not count further.
FIRST, LAST = 1970, 9999
SALT = "library.oai"
CATALOGUE, SHELF, THEME = "catalogue", "shelf-", "theme-"
Arguments = dict[str, str]


class Refused(Exception):
    """An error of the protocol: its code, and what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True)
class Harvest:
    """What a list was asked for, and where it goes on; a token holds it all."""

    since: str = ""
    until: str = ""
    part: str = ""
    after: str = ""
    number: int = 0
    given: int = 0


# Their `POST` changes nothing and takes no cookie: the protocol wants both methods to read.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def oai(request: HttpRequest) -> HttpResponse:
    """One address, six verbs; errors are answers too."""
    asked = request.POST if request.method == "POST" else request.GET
    try:
        verb = _verb(asked)
    except Refused as refused:
        return _answer([xml.error(refused.code, str(refused))], {})
    try:
        arguments = _arguments(verb, asked)
        return _answer([VERBS[verb](arguments)], {"verb": verb, **arguments})
    except Refused as refused:
        is_bad = refused.code == "badArgument"
        told = {} if is_bad else {"verb": verb, **_arguments(verb, asked)}
        return _answer([xml.error(refused.code, str(refused))], told)


def _answer(parts: list[Element], asked: Arguments) -> HttpResponse:
    content = xml.envelope(parts, asked, timezone.now().astimezone(UTC).strftime(SECOND))
    return HttpResponse(content, content_type="text/xml; charset=utf-8")


def _verb(asked: QueryDict) -> str:
    found = asked.getlist("verb")
    if len(found) == 1 and found[0] in VERBS:
        return found[0]
    raise Refused("badVerb", f"give one verb of {', '.join(VERBS)}; got {found!r:.200}")


LISTS = {"from", "until", "set", "metadataPrefix", "resumptionToken"}
# What each verb takes.
TAKES = {
    "Identify": set(),
    "ListMetadataFormats": {"identifier"},
    "ListSets": {"resumptionToken"},
    "ListIdentifiers": LISTS,
    "ListRecords": LISTS,
    "GetRecord": {"identifier", "metadataPrefix"},
}
NEEDS = {
    "ListIdentifiers": {"metadataPrefix"},
    "ListRecords": {"metadataPrefix"},
    "GetRecord": {"identifier", "metadataPrefix"},
}


def _arguments(verb: str, asked: QueryDict) -> Arguments:
    found = {name: asked.getlist(name) for name in asked if name != "verb"}
    for name, values in found.items():
        if name not in TAKES[verb]:
            raise Refused("badArgument", f"{verb} takes no {name[:80]!r}")
        if len(values) > 1 or not values[0]:
            raise Refused("badArgument", f"give {name} once, with a value")
    if "resumptionToken" in found and len(found) > 1:
        raise Refused("badArgument", "a resumptionToken goes alone: take the other arguments out")
    missing = NEEDS.get(verb, set()) - found.keys()
    if missing and "resumptionToken" not in found:
        raise Refused("badArgument", f"{verb} needs {', '.join(sorted(missing))}")
    return {name: values[0] for name, values in found.items()}


def _identify(_asked: Arguments) -> Element:
    first = Work.objects.aggregate(first=Min("changed_at"))["first"] or timezone.now()
    return xml.identify(first.astimezone(UTC).strftime(SECOND))


def _formats(asked: Arguments) -> Element:
    if "identifier" in asked:
        _work(asked["identifier"])
    return xml.formats()


def _work(identifier: str) -> Work:
    slug = identifier.removeprefix(xml.identifier_of(""))
    is_ours = slug != identifier and SLUG.fullmatch(slug)
    found = _told(Work.objects.filter(slug=slug)).first() if is_ours else None
    if found is None:
        raise Refused("idDoesNotExist", f"no work is called {identifier[:200]!r}")
    return found


def _told(works: "QuerySet[Work]") -> "QuerySet[Work]":
    return works.select_related("shelf").prefetch_related("bodies", "themes", "links__other")


def _sets(asked: Arguments) -> Element:
    if "resumptionToken" in asked:
        raise Refused("badResumptionToken", "the sets come all at once: ask again without it")
    shelves = Organization.objects.filter(works__isnull=False).distinct().order_by("slug")
    return xml.sets(
        [
            (CATALOGUE, "Catalogue of the site"),
            *((f"{SHELF}{one.slug}", f"Shelf of {one.name}") for one in shelves),
            *((f"{THEME}{theme.value}", xml.theme_name(theme)) for theme in Theme),
        ]
    )


def _record(asked: Arguments) -> Element:
    _refuse_format(asked["metadataPrefix"])
    return xml.listed("GetRecord", [xml.record(_work(asked["identifier"]))])


def _refuse_format(prefix: str) -> None:
    if prefix != PREFIX:
        raise Refused("cannotDisseminateFormat", f"the only format is {PREFIX}")


def _list(verb: str, one: Callable[[Work], Element]) -> Callable[[Arguments], Element]:
    def listed(asked: Arguments) -> Element:
        harvest = _harvest(asked)
        works = _asked_works(harvest)
        whole = works.count()
        page = list(_told(_after(works, harvest))[: PAGE + 1])
        if not page:
            raise Refused("noRecordsMatch", "no work matches")
        shown = page[:PAGE]
        found = xml.listed(verb, [one(work) for work in shown])
        if harvest.number or len(page) > len(shown):
            token = _token(harvest, shown) if len(page) > len(shown) else ""
            xml.add_token(found, token, harvest.given, max(whole, harvest.given + len(shown)))
        return found

    return listed


def _harvest(asked: Arguments) -> Harvest:
    if "resumptionToken" in asked:
        return _resumed(asked["resumptionToken"])
    _refuse_format(asked["metadataPrefix"])
    since, until = asked.get("from", ""), asked.get("until", "")
    if since and until and len(since) != len(until):
        raise Refused("badArgument", "write from and until alike: two days, or two hours")
    first, last = _moment("from", since), _moment("until", until)
    if first and last and first > last:
        raise Refused("badArgument", f"from ({since}) comes after until ({until})")
    return Harvest(since=since, until=until, part=asked.get("set", ""))


def _resumed(token: str) -> Harvest:
    try:
        return Harvest(**signing.loads(token, salt=SALT))
    except (signing.BadSignature, TypeError):
        words = "the token was not made here, or was altered: begin the list again"
        raise Refused("badResumptionToken", words) from None


def _token(harvest: Harvest, shown: list[Work]) -> str:
    last, given = shown[-1], harvest.given + len(shown)
    found = replace(harvest, given=given, after=last.changed_at.isoformat(), number=last.pk)
    return signing.dumps(asdict(found), salt=SALT)


def _moment(name: str, said: str) -> datetime | None:
    """A day or a second, as the protocol writes them."""
    if not said:
        return None
    try:
        found = datetime.strptime(said, DAY if _is_day(said) else SECOND).replace(tzinfo=UTC)
    except ValueError:
        words = f"{name} is {said[:40]!r}; write 2016-11-29 or 2016-11-29T12:00:00Z"
        raise Refused("badArgument", words) from None
    return found


def _is_day(said: str) -> bool:
    return len(said) == len("2016-11-29")


def _asked_works(harvest: Harvest) -> "QuerySet[Work]":
    works = _part(harvest.part)
    since, until = _moment("from", harvest.since), _moment("until", harvest.until)
    if since and since.year >= FIRST:
        works = works.filter(changed_at__gte=since)
    if until and until.year < LAST:
        # The whole day, or the whole second.
        step = timedelta(days=1) if _is_day(harvest.until) else timedelta(seconds=1)
        works = works.filter(changed_at__lt=until + step) if until.year >= FIRST else works.none()
    return works.order_by("changed_at", "pk")


def _part(name: str) -> "QuerySet[Work]":
    works = Work.objects.all()
    if not name:
        return works
    if "\0" in name:
        return works.none()
    if name == CATALOGUE:
        return works.filter(shelf=None)
    if name.startswith(SHELF):
        return works.filter(shelf__slug=name.removeprefix(SHELF))
    if name.startswith(THEME):
        return works.filter(themes__theme=name.removeprefix(THEME))
    return works.none()


def _after(works: "QuerySet[Work]", harvest: Harvest) -> "QuerySet[Work]":
    """Those that come later: what changes meanwhile is met again, and nothing is passed over."""
    if not harvest.number:
        return works
    moment = datetime.fromisoformat(harvest.after)
    return works.filter(Q(changed_at__gt=moment) | Q(changed_at=moment, pk__gt=harvest.number))


VERBS: dict[str, Callable[[Arguments], Any]] = {
    "Identify": _identify,
    "ListMetadataFormats": _formats,
    "ListSets": _sets,
    "ListIdentifiers": _list("ListIdentifiers", xml.header),
    "ListRecords": _list("ListRecords", xml.record),
    "GetRecord": _record,
}
