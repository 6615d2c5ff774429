"""What the desk says of requests about personal data."""

from django import template

from partage.people.models import Person
from partage.rights.models import Request

register = template.Library()


@register.simple_tag
def requests_waiting(person: Person) -> int:
    """How many requests wait for an answer of this person."""
    return Request.objects.for_desk_of(person).waiting().count()
