"""Trying Partage: a fresh database with sample coproductions, served until Ctrl-C."""

import shutil
import socket
from pathlib import Path

import click
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from partage.assemblies.models import Assembly
from partage.assemblies.samples import make_sample_assembly
from partage.commands import serve
from partage.commands.imports import load_coproduction, load_opinion, load_polis, load_works
from partage.commands.sign_in_link import link_for, person_of
from partage.contributions.worker import one_pass
from partage.coproductions.models import Coproduction
from partage.fund.models import Round
from partage.fund.samples import make_sample_round
from partage.opinions.models import Opinion
from partage.opinions.samples import make_sample_debate
from partage.oversight.samples import make_sample_inspection
from partage.pages.learning import account_in_force, points_of
from partage.search.keeping import make_index
from partage.shares.samples import make_sample_period
from partage.training.samples import make_sample_training

SAMPLES = settings.PACKAGE / "samples"
WITH_ASSEMBLY = "self-checkout"
INSPECTOR, INSPECTOR_NAME = "inspector@example.org", "Sample inspector"
FACILITATOR, FACILITATOR_NAME = "facilitator@example.org", "Sample facilitator"


@click.command()
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Also load this folder of a Polis export.",
)
def demo(data: Path | None) -> None:
    """Make a fresh database with the samples, and serve it until Ctrl-C.

    It lives in its own folder (var/demo), made anew at each start.

    \b
    Example:
      partage demo --data exports/my-conversation
    """
    host, port = settings.LISTEN
    _refuse_taken_port(host, port)
    for file in settings.DATA_DIR.glob("partage.sqlite3*"):
        file.unlink()
    # A register is of one database: with another it would be a fork, which must not be signed.
    shutil.rmtree(settings.REGISTER_DIR, ignore_errors=True)
    shutil.rmtree(settings.SEARCH_DIR, ignore_errors=True)
    for file in (settings.REGISTER_KEY, settings.BADGE_KEYS, settings.ERASURE_LIST):
        file.unlink(missing_ok=True)
    serve.prepare()
    for file in sorted((SAMPLES / "coproductions").glob("*.toml")):
        load_coproduction(file)
    for file in sorted((SAMPLES / "opinions").glob("*.json")):
        load_opinion(file)
    for file in sorted((SAMPLES / "works").glob("*.csv")):
        load_works(file)
    coproduction = Coproduction.objects.select_related("organization").get(slug=WITH_ASSEMBLY)
    assembly, member_token = make_sample_assembly(coproduction.organization)
    make_sample_debate(coproduction, assembly)
    make_sample_round(coproduction, person_of(FACILITATOR, FACILITATOR_NAME))
    make_sample_period(coproduction)
    make_sample_inspection(coproduction, person_of(INSPECTOR, INSPECTOR_NAME))
    account = account_in_force(coproduction)
    make_sample_training(coproduction, points_of(account), account.number if account else 0)
    if data:
        load_polis(data)
    one_pass()
    make_index()
    _print_addresses(assembly, member_token)
    serve.run()


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        if probe.connect_ex((host, port)) == 0:
            raise click.ClickException(
                f"Port {port} is taken: set PARTAGE_LISTEN={host}:{port + 1} "
                f"and PARTAGE_BASE_URL=http://localhost:{port + 1}."
            )


def _print_addresses(assembly: Assembly, member_token: str) -> None:
    with translation.override("fr"):
        click.echo(f"\nSite (français)   {settings.BASE_URL}{reverse('home')}")
    with translation.override("en"):
        click.echo(f"Site (English)    {settings.BASE_URL}{reverse('home')}")
        for coproduction in Coproduction.objects.visible().order_by("pk"):
            click.echo(f"Coproduction      {settings.BASE_URL}{coproduction.get_absolute_url()}")
        for opinion in Opinion.objects.published().order_by("pk"):
            click.echo(f"Opinion           {settings.BASE_URL}{opinion.get_absolute_url()}")
        for debate in assembly.debates.select_related("opinion"):
            click.echo(f"Debate            {settings.BASE_URL}{debate.get_absolute_url()}")
        for vote in assembly.votes.order_by("number"):
            click.echo(f"Vote              {settings.BASE_URL}{vote.get_absolute_url()}")
        for one in Round.objects.order_by("pk"):
            click.echo(f"Common fund       {settings.BASE_URL}{one.get_absolute_url()}")
        learning = reverse("learning", args=[WITH_ASSEMBLY])
        click.echo(f"Learning          {settings.BASE_URL}{learning}")
        shares = reverse("shares", args=[WITH_ASSEMBLY])
        click.echo(f"Shares            {settings.BASE_URL}{shares}")
        seat = reverse("member-link", args=[member_token])
        links = [
            link_for(FACILITATOR, FACILITATOR_NAME, c.slug)
            for c in Coproduction.objects.visible().order_by("-pk")
        ]
    click.echo(f"Desk, serves once {links[-1]}")
    click.echo(f"Inspection, once  {link_for(INSPECTOR, INSPECTOR_NAME, None)}")
    click.echo(f"Seat that votes   {settings.BASE_URL}{seat}")
    click.echo("\nCtrl-C stops it.\n")
