"""Reading an answer of the site as a person or a browser does, not as a string of bytes."""

from html.parser import HTMLParser

from django.http import HttpResponseBase, StreamingHttpResponse


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))


def html_of(response: HttpResponseBase) -> str:
    assert not isinstance(response, StreamingHttpResponse)
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def words_of(response: HttpResponseBase) -> str:
    """The text of the page, spaces and line ends counted as one space."""
    return " ".join("".join(_Reader(html_of(response)).texts).split())


def texts_of(response: HttpResponseBase) -> list[str]:
    """Each run of text between two tags, spaces and line ends counted as one space."""
    return [" ".join(text.split()) for text in _Reader(html_of(response)).texts]


def tags_of(response: HttpResponseBase, tag: str) -> list[dict[str, str]]:
    """The attributes of each tag of this name."""
    return [attributes for name, attributes in _Reader(html_of(response)).tags if name == tag]


def hidden_fields(response: HttpResponseBase) -> dict[str, str]:
    """What a form carries along, save the token of the page."""
    hidden = [field for field in tags_of(response, "input") if field.get("type") == "hidden"]
    return {f["name"]: f["value"] for f in hidden if f["name"] != "csrfmiddlewaretoken"}


def bytes_of(response: HttpResponseBase) -> bytes:
    """All bytes of the answer, streamed or not."""
    if isinstance(response, StreamingHttpResponse):
        return b"".join(response)
    return html_of(response).encode()
