"""Numbered pages of twenty."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

ITEMS = 20


def page_of(items: Any, request: HttpRequest) -> Page[Any]:
    """The page asked for; the nearest one when the number makes no sense."""
    return Paginator(items, ITEMS).get_page(request.GET.get("page"))
