"""An address as a square to photograph, drawn in the page itself: no third party, no file."""

import segno
from django.utils.safestring import SafeString


def square_of(address: str) -> SafeString:
    code = segno.make_qr(address, error="m")
    return SafeString(code.svg_inline(light="#fff", omitsize=True, svgclass="qr", lineclass=None))
