"""Time passes for a round of the running site: `python -m tests.browser.fund_acts PURPOSE PHASE`."""

import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partage.config.settings")
    django.setup()
    from partage.fund.models import Round  # noqa: PLC0415
    from tests.fund.rounds import move  # noqa: PLC0415

    purpose, phase = sys.argv[1:]
    print(move(Round.objects.get(purpose=purpose), phase).number)  # noqa: T201


if __name__ == "__main__":
    main()
