"""Participants, who need no account, and the people who sign in."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partage.register.models import VaultKey


class PersonManager(BaseUserManager["Person"]):
    def create_person(self, email: str, name: str) -> "Person":
        person = self.model(email=self.normalize_email(email), name=name)
        person.set_unusable_password()
        person.save()
        return person


class Person(AbstractBaseUser):
    """Somebody who signs in: a facilitator, later a member, a producer, an inspector."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class SignInLink(models.Model):
    """A link that signs its person in once; only its hash is kept."""

    person = models.ForeignKey(Person, models.CASCADE)
    token_hash = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"sign-in link of {self.person_id}"


class Channel(models.TextChoices):
    WEB = "web", _("on this site")
    IMPORT = "import", _("imported")


class Participant(models.Model):
    """One device's part in one coproduction; nothing links it to its part in another."""

    space = models.SlugField(max_length=80, db_index=False)
    key = models.BinaryField(max_length=32)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.WEB)
    vault_key = models.OneToOneField(VaultKey, models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space", "key"], name="participant_once_per_space"),
            models.CheckConstraint(
                name="participant_channel_known", condition=Q(channel__in=Channel.values)
            ),
        ]

    def __str__(self) -> str:
        return f"participant {self.pk} of {self.space}"


class Newcomer(models.Model):
    """A participant began from this network; kept two hours, to slow automatic voting."""

    network = models.BinaryField(max_length=16)
    began_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["network", "began_at"], name="newcomer_recent")]

    def __str__(self) -> str:
        return f"newcomer at {self.began_at:%H:%M}"
