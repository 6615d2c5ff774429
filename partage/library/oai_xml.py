"""The answers of OAI-PMH 2.0 as XML, with works told in unqualified Dublin Core (oai_dc)."""

from collections.abc import Iterable
from datetime import UTC
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from django.conf import settings
from django.utils.translation import override

from partage.library.addresses import addresses
from partage.library.models import Theme, Work
from partage.web.feeds import NOT_IN_XML

OAI = "http://www.openarchives.org/OAI/2.0/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DC = "http://purl.org/dc/elements/1.1/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
OAI_XSD = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
OAI_DC_XSD = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
for short, long in (("", OAI), ("oai_dc", OAI_DC), ("dc", DC), ("xsi", XSI)):
    register_namespace(short, long)
PLACE = "/oai"


def _add(parent: Element, name: str, words: str = "", namespace: str = OAI) -> Element:
    child = SubElement(parent, f"{{{namespace}}}{name}")
    child.text = NOT_IN_XML.sub("", words) or None
    return child


def envelope(parts: Iterable[Element], asked: dict[str, str], now: str) -> bytes:
    root = Element(f"{{{OAI}}}OAI-PMH", {f"{{{XSI}}}schemaLocation": f"{OAI} {OAI_XSD}"})
    _add(root, "responseDate", now)
    request = _add(root, "request", settings.BASE_URL + PLACE)
    for name, value in asked.items():
        request.set(name, NOT_IN_XML.sub("", value))
    root.extend(parts)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def error(code: str, sentence: str) -> Element:
    found = Element(f"{{{OAI}}}error", {"code": code})
    found.text = NOT_IN_XML.sub("", sentence)
    return found


def identifier_of(slug: str) -> str:
    return f"oai:{urlsplit(settings.BASE_URL).hostname}:{slug}"


def identify(earliest: str) -> Element:
    found = Element(f"{{{OAI}}}Identify")
    host = urlsplit(settings.BASE_URL).hostname
    _add(found, "repositoryName", f"Partage, {host}")
    _add(found, "baseURL", settings.BASE_URL + PLACE)
    _add(found, "protocolVersion", "2.0")
    _add(found, "adminEmail", settings.LEGAL["PARTAGE_CONTACT"] or f"postmaster@{host}")
    _add(found, "earliestDatestamp", earliest)
    _add(found, "deletedRecord", "persistent")
    _add(found, "granularity", "YYYY-MM-DDThh:mm:ssZ")
    return found


def formats() -> Element:
    found = Element(f"{{{OAI}}}ListMetadataFormats")
    one = _add(found, "metadataFormat")
    _add(one, "metadataPrefix", "oai_dc")
    _add(one, "schema", OAI_DC_XSD)
    _add(one, "metadataNamespace", OAI_DC)
    return found


def theme_name(theme: Theme) -> str:
    with override("en"):
        return str(theme.label)


def sets(found: Iterable[tuple[str, str]]) -> Element:
    listed = Element(f"{{{OAI}}}ListSets")
    for spec, name in found:
        one = _add(listed, "set")
        _add(one, "setSpec", spec)
        _add(one, "setName", name)
    return listed


def listed(verb: str, parts: Iterable[Element]) -> Element:
    found = Element(f"{{{OAI}}}{verb}")
    found.extend(parts)
    return found


def add_token(found: Element, token: str, cursor: int, whole: int) -> None:
    """An empty one ends a list that came in pieces."""
    one = _add(found, "resumptionToken", token)
    one.set("completeListSize", str(whole))
    one.set("cursor", str(cursor))


def header(work: Work) -> Element:
    found = Element(f"{{{OAI}}}header", {"status": "deleted"} if work.withdrawn_at else {})
    _add(found, "identifier", identifier_of(work.slug))
    _add(found, "datestamp", work.changed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    _add(found, "setSpec", f"shelf-{work.shelf.slug}" if work.shelf else "catalogue")
    for theme in work.theme_slugs:
        _add(found, "setSpec", f"theme-{theme}")
    return found


def record(work: Work) -> Element:
    found = Element(f"{{{OAI}}}record")
    found.append(header(work))
    if not work.withdrawn_at:
        _add(found, "metadata").append(_dublin_core(work))
    return found


def _dublin_core(work: Work) -> Element:
    found = Element(f"{{{OAI_DC}}}dc", {f"{{{XSI}}}schemaLocation": f"{OAI_DC} {OAI_DC_XSD}"})
    page = addresses(work)[work.language]
    for name, values in (
        ("title", [work.title]),
        ("creator", [*work.rapporteurs, *work.institutions]),
        ("description", [work.summary]),
        ("publisher", work.institutions),
        ("date", [work.dated]),
        ("type", [work.kind]),
        ("identifier", [page, work.url]),
        ("source", [work.source_url]),
        ("language", [work.language]),
        ("coverage", [work.region]),
        ("relation", _relations(work)),
    ):
        for value in filter(None, values):
            _add(found, name, value, DC)
    _subjects(found, work)
    return found


def _relations(work: Work) -> list[str]:
    others = [link.other for link in work.links.all() if not link.other.withdrawn_at]
    return list(dict.fromkeys(addresses(other)[other.language] for other in others))


def _subjects(found: Element, work: Work) -> None:
    for language in ("fr", "en"):
        with override(language):
            for theme in work.theme_slugs:
                subject = _add(found, "subject", str(Theme(theme).label), DC)
                subject.set(XML_LANG, language)
