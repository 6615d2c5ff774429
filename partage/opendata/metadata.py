"""What catalogues of open data harvest: DCAT-AP, as JSON-LD and as RDF/XML from one description."""

import json
from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from partage.coproductions.models import Coproduction
from partage.opendata.files import MEDIA_TYPES, NAMES, endings
from partage.opendata.tables import TABLES

Node = dict[str, Any]
SPACES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
AUTHORITY = "http://publications.europa.eu/resource/authority/"
FILE_TYPES = {"csv": "CSV", "jsonl": "JSON", "parquet": "PARQUET"}
LANGUAGES = {"en": f"{AUTHORITY}language/ENG", "fr": f"{AUTHORITY}language/FRA"}
XML = "{http://www.w3.org/XML/1998/namespace}"
RDF = f"{{{SPACES['rdf']}}}"
FORMATS = {"jsonld": "application/ld+json", "rdf": "application/rdf+xml"}
TITLE = {"en": "Open data of this site", "fr": "Données ouvertes de ce site"}
ABOUT = {
    "en": "What people decided and counted together: by totals of ten people or more, never by person.",
    "fr": "Ce que des personnes ont décidé et compté ensemble : par totaux de dix personnes ou plus, jamais par personne.",
}


def address(name: str, *args: object) -> str:
    """One for all languages, so that a harvester sees one data set and not two."""
    with override("en"):
        return f"{settings.BASE_URL}{reverse(name, args=args)}"


def _texts(words: dict[str, str]) -> list[Node]:
    return [{"@value": text, "@language": tag} for tag, text in sorted(words.items()) if text]


def _ref(address: str) -> Node:
    return {"@id": address}


def _publisher() -> Node:
    name = settings.LEGAL.get("PARTAGE_PUBLISHER") or settings.BASE_URL
    return {"@type": "foaf:Agent", "@id": f"{settings.BASE_URL}/#publisher", "foaf:name": name}


def catalog(coproductions: Iterable[Coproduction]) -> Node:
    return {
        "@type": "dcat:Catalog",
        "@id": address("site-open-data"),
        "dct:title": _texts(TITLE),
        "dct:description": _texts(ABOUT),
        "dct:publisher": _publisher(),
        "dct:license": _ref(settings.OPEN_DATA_LICENCE),
        "dct:language": [_ref(LANGUAGES[tag]) for tag in sorted(LANGUAGES)],
        "dcat:dataset": [dataset(one) for one in coproductions],
    }


def dataset(coproduction: Coproduction) -> Node:
    page = address("open-data", coproduction.slug)
    node = {
        "@type": "dcat:Dataset",
        "@id": page,
        "dct:identifier": page,
        "dct:title": _texts(coproduction.title),
        "dct:description": _texts(coproduction.question),
        "dct:publisher": _publisher(),
        "dct:language": [_ref(LANGUAGES[tag]) for tag in sorted(LANGUAGES)],
        "dcat:landingPage": _ref(page),
        "dcat:theme": _ref(f"{AUTHORITY}data-theme/GOVE"),
        "dct:accrualPeriodicity": _ref(f"{AUTHORITY}frequency/DAILY"),
        "dcat:distribution": [
            _distribution(coproduction, table.name, ending)
            for table in TABLES
            for ending in endings()
        ],
    }
    contact = settings.LEGAL.get("PARTAGE_CONTACT")
    return node | ({"dcat:contactPoint": _contact(contact)} if contact else {})


def _contact(mail: str) -> Node:
    return {"@type": "vcard:Kind", "vcard:hasEmail": _ref(f"mailto:{mail}")}


def _distribution(coproduction: Coproduction, name: str, ending: str) -> Node:
    file = address("open-data-file", coproduction.slug, name, ending)
    table = next(table for table in TABLES if table.name == name)
    titles = {tag: f"{title} ({NAMES[ending]})" for tag, title in table.title.items()}
    return {
        "@type": "dcat:Distribution",
        "@id": file,
        "dct:title": _texts(titles),
        "dct:description": _texts(table.about),
        "dcat:accessURL": _ref(address("open-data", coproduction.slug)),
        "dcat:downloadURL": _ref(file),
        "dct:format": _ref(f"{AUTHORITY}file-type/{FILE_TYPES[ending]}"),
        "dcat:mediaType": _ref(
            f"https://www.iana.org/assignments/media-types/{MEDIA_TYPES[ending].partition(';')[0]}"
        ),
        "dct:license": _ref(settings.OPEN_DATA_LICENCE),
        "dct:conformsTo": _ref(address("table", name)),
    }


def as_text(node: Node, ending: str) -> str:
    return _jsonld(node) if ending == "jsonld" else _rdf(node)


def _jsonld(node: Node) -> str:
    context = {name: address for name, address in SPACES.items() if name != "rdf"}
    return json.dumps({"@context": context} | node, ensure_ascii=False, indent=1)


def _rdf(node: Node) -> str:
    for name, address in SPACES.items():
        ElementTree.register_namespace(name, address)
    root = ElementTree.Element(f"{RDF}RDF")
    _add_node(root, node)
    ElementTree.indent(root)
    text: str = ElementTree.tostring(root, encoding="unicode", xml_declaration=True)
    return text


def _tag(name: str) -> str:
    space, _, local = name.partition(":")
    return f"{{{SPACES[space]}}}{local}"


def _add_node(parent: ElementTree.Element, node: Node) -> None:
    about = {f"{RDF}about": node["@id"]} if "@id" in node else {}
    element = ElementTree.SubElement(parent, _tag(node["@type"]), about)
    for name, value in node.items():
        if not name.startswith("@"):
            for one in value if isinstance(value, list) else [value]:
                _add_value(element, name, one)


def _add_value(parent: ElementTree.Element, name: str, value: Any) -> None:
    if isinstance(value, str):
        ElementTree.SubElement(parent, _tag(name)).text = value
    elif "@value" in value:
        language = {f"{XML}lang": value["@language"]}
        ElementTree.SubElement(parent, _tag(name), language).text = value["@value"]
    elif "@type" in value:
        _add_node(ElementTree.SubElement(parent, _tag(name)), value)
    else:
        ElementTree.SubElement(parent, _tag(name), {f"{RDF}resource": value["@id"]})
