"""Coproductions that ask for something, and browsers that show it."""

import re
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from partage.assurance.inviting import make_batch
from partage.coproductions.models import Coproduction
from partage.people.outbox import send_waiting
from tests.factories import at, make_coproduction
from tests.web.page import hidden_fields

ADDRESS, NUMBER = "ann@example.org", "AB-1234-77"


def asking(assurance: str, slug: str = "shops") -> Coproduction:
    return make_coproduction(slug, frame={"assurance": assurance})


def codes_of(coproduction: Coproduction, number: int = 1, days: int = 9) -> list[str]:
    until = timezone.now() + timedelta(days=days)
    return make_batch(coproduction, "Rue des Lilas", max(number, 10), until)[1][:number]


def show(browser: Client, said: str, slug: str = "shops", **more: str) -> Any:
    return browser.post(at("prove", slug), {"said": said, **more})


def check_in(response: Any) -> str:
    return str(hidden_fields(response)["check"])


def mailed_code(mailoutbox: list[EmailMessage]) -> str:
    send_waiting()
    found = re.search(r"\d{4} \d{4}", str(mailoutbox[-1].body))
    assert found
    return found[0]


def list_file(desk: Client, text: str, slug: str = "shops") -> Any:
    file = SimpleUploadedFile("members.csv", text.encode())
    return desk.post(at("member-list", slug), {"file": file})
