"""Markdown that people send, as HTML that cannot harm: no markup of theirs, no image, no title."""

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

# Images would be fetched from third parties; titles would break the outline of the page.
REFUSED = ["image", "heading", "lheading", "html_inline", "html_block", "hr", "reference"]
SAFE_LINKS = ("https://", "http://", "mailto:")


class Reader(MarkdownIt):
    """CommonMark without what is refused."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False, "maxNesting": 12})
        self.disable(REFUSED)

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return url.lower().startswith(SAFE_LINKS)


READER = Reader()


def as_html(text: str) -> SafeString:
    """Paragraphs, lists, quotes, emphasis, code and links."""
    tokens = READER.parse(text)
    for token in tokens:
        for inner in token.children or ():
            if inner.type == "link_open":
                inner.attrSet("rel", "nofollow ugc noopener noreferrer")
    return SafeString(READER.renderer.render(tokens, READER.options, {}))
