"""`partage admin`: who gives roles in every coproduction of the site."""

import click
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from partage.commands.sign_in_link import person_of
from partage.people.administrators import end_administrator, name_administrator
from partage.people.models import Person
from partage.people.second_factor import remove_second_factor
from partage.people.sign_in import make_link


@click.group()
def admin() -> None:
    """Name administrators: they give roles in every coproduction, and decide nothing there.

    \b
    Examples:
      partage admin add claire@example.org Claire
      partage admin list
      partage admin end claire@example.org
      partage admin remove-second-factor claire@example.org
    """


@admin.command()
@click.argument("email")
@click.argument("name")
def add(email: str, name: str) -> None:
    """Make EMAIL an administrator, and print a link that signs them in once, within 24 hours."""
    with transaction.atomic():
        person = person_of(email, name)
        name_administrator(person)
        link = make_link(person)
    click.echo(settings.BASE_URL + reverse("sign-in-link", args=[link]))


@admin.command("list")
def list_all() -> None:
    """Say who is an administrator."""
    for person in Person.objects.filter(is_administrator=True).order_by("email"):
        click.echo(f"{person.email}  {person.name}")


@admin.command()
@click.argument("email")
def end(email: str) -> None:
    """EMAIL is no longer an administrator, and is signed out everywhere."""
    person = Person.objects.filter(email__iexact=email, is_administrator=True).first()
    if person is None:
        raise click.ClickException(f"{email} is not an administrator.")
    end_administrator(person)


@admin.command("remove-second-factor")
@click.argument("email")
def remove_factor(email: str) -> None:
    """EMAIL lost the telephone and the recovery codes: ask no second code, and sign them out.

    Make sure that it is them who asks: from then on their mail alone, or a sign-in link, lets in.
    Anybody who signs in may be named, administrator or not.
    """
    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        raise click.ClickException(f"Nobody signs in as {email}.")
    if not remove_second_factor(person):
        raise click.ClickException(f"{email} has no second factor.")
    click.echo(f"{email} has no second factor any more, and is signed out everywhere.")
