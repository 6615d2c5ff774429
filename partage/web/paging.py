"""Numbered pages of twenty."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

ITEMS = 20


def page_of(items: Any, request: HttpRequest, items_each: int = ITEMS) -> Page[Any]:
    """The page asked for; the nearest one when the number makes no sense."""
    return Paginator(items, items_each).get_page(request.GET.get("page"))
