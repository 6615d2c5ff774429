"""`partage retention` and `partage record-of-processing`: what is held of people, and until when."""

import click
from django.utils import translation

from partage.commands.wording import counted
from partage.rights.record_of_processing import assessment_page, record_page
from partage.rights.retention import past_their_date, remove_past


@click.command()
def retention() -> None:
    """Remove what is past its date, and say for each limit what is left beyond it.

    The worker does it every day. Ends with 1 when something past its date is still there.

    \b
    Example:
      partage retention
    """
    remove_past()
    left = 0
    for one, rows in past_their_date():
        days = one.says.until.days
        past = counted(rows, "row past its date", "rows past their date")
        click.echo(f"{one.model._meta.label}: {counted(days or 0, 'day')} at most, {past}.")
        left += rows
    if left:
        past = counted(left, "row is past its date and was", "rows are past their date and were")
        raise click.ClickException(f"{past} not removed.")


@click.command("record-of-processing")
@click.option("--assessment", is_flag=True, help="The draft impact assessment instead.")
@click.option(
    "--language",
    type=click.Choice(["en", "fr"]),
    default="en",
    show_default=True,
    help="Of the text.",
)
def record_of_processing(assessment: bool, language: str) -> None:
    """Print the record of processing (GDPR, article 30), or a draft impact assessment (article 35).

    Both are made from what the code declares of each column, in Markdown.

    \b
    Examples:
      partage record-of-processing --language fr > registre-des-traitements.md
      partage record-of-processing --assessment
    """
    with translation.override(language):
        click.echo(assessment_page() if assessment else record_page())
