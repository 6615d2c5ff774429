"""Participants, who need no account, and the people who sign in."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from partage.register.models import VaultKey

MOST_TRIES_OF_A_CODE = 5
MOST_TRIES_OF_A_MAIL = 6
TRIES_BEFORE_A_WAIT = 5
MOST_PASSKEYS = 20
LONGEST_ID, LONGEST_KEY = 1023, 4096  # bytes of a passkey: of its number, and in all


class PersonManager(BaseUserManager["Person"]):
    def create_person(self, email: str, name: str, *, awaits_proof: bool = False) -> "Person":
        person = self.model(email=self.normalize_email(email), name=name, awaits_proof=awaits_proof)
        person.set_unusable_password()
        person.save()
        return person


class Person(AbstractBaseUser):
    """Somebody who signs in: a facilitator, later a member, a producer, an inspector.

    Who was invited at a desk `awaits_proof`: the facilitator saw the link, and nothing shows yet
    that the address is theirs.
    """

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_administrator = models.BooleanField(default=False)
    awaits_proof = models.BooleanField(default=False)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_once"),
            models.CheckConstraint(
                name="person_administrator_proved",
                condition=Q(is_administrator=False) | Q(awaits_proof=False),
            ),
        ]

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


class MailedCode(models.Model):
    """A code mailed to an address; marks are kept, not the address or the code."""

    address = models.BinaryField(max_length=32)
    network = models.BinaryField(max_length=16)
    code_hash = models.BinaryField(max_length=32)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries_left = models.PositiveSmallIntegerField(default=MOST_TRIES_OF_A_CODE)
    used_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @staticmethod
    def rules(name: str) -> list[models.BaseConstraint]:
        limited = Q(tries_left__lte=MOST_TRIES_OF_A_CODE)
        in_time = Q(used_at=None) | Q(used_at__lt=F("expires_at"))
        return [
            models.CheckConstraint(name=f"{name}_tries_limited", condition=limited),
            models.CheckConstraint(name=f"{name}_used_in_time", condition=in_time),
        ]

    @staticmethod
    def lookups(name: str) -> list[models.Index]:
        """By what the limits count."""
        return [
            models.Index(fields=[column, "asked_at"], name=f"{name}_of_{column}")
            for column in ("network", "address")
        ]


class SignInCode(MailedCode):
    """A code asked for an address, known here or not."""

    person = models.ForeignKey(Person, models.CASCADE, null=True)

    class Meta:
        constraints = [
            *MailedCode.rules("code"),
            models.CheckConstraint(
                name="code_used_by_somebody", condition=Q(used_at=None) | Q(person__isnull=False)
            ),
        ]
        indexes = MailedCode.lookups("code")

    def __str__(self) -> str:
        return f"code {self.pk}"


class Mail(models.Model):
    """A mail that waits for the worker; the row goes once it is sent, given up or useless.

    Without an address it goes nowhere: it stands for the mail that a known address would get.
    """

    to = models.EmailField(blank=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    next_at = models.DateTimeField()
    useless_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    # Where one click ends such mails; empty for a mail that answers something just asked.
    stop_link = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mail_tries_limited", condition=Q(tries__lte=MOST_TRIES_OF_A_MAIL)
            )
        ]
        indexes = [models.Index(fields=["next_at"], name="mail_due")]

    def __str__(self) -> str:
        return f"mail {self.pk}"


class Unsent(models.Model):
    """A mail that never left: given up, or refused for good to the address of this mark."""

    address = models.BinaryField(max_length=32, null=True, unique=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="unsent_at")]

    def __str__(self) -> str:
        return f"unsent {self.pk}"


class Session(AbstractBaseSession):
    """A browser that is signed in: its row says whose it is, so that they can end it."""

    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="sessions")
    device = models.CharField(max_length=40, blank=True)
    began_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"session of {self.person_id}"


class SecondFactor(models.Model):
    """The key of a person's authenticator application, sealed: whoever has one needs both factors.

    A code of the application stands for a `step` of thirty seconds; the last one used is kept, so
    that none serves twice.
    """

    person = models.OneToOneField(
        Person, models.CASCADE, primary_key=True, related_name="second_factor"
    )
    sealed_key = models.BinaryField(max_length=200)
    last_step = models.PositiveBigIntegerField()
    since = models.DateTimeField()
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="factor_waits_after_tries",
                condition=Q(wrong_tries__lt=TRIES_BEFORE_A_WAIT) | Q(next_try_at__isnull=False),
            ),
            models.CheckConstraint(name="factor_shown_once", condition=Q(last_step__gt=0)),
        ]

    def __str__(self) -> str:
        return f"second factor of {self.person_id}"


class RecoveryCode(models.Model):
    """What stands in once for a lost application; only its mark is kept."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="recovery_codes")
    code_hash = models.BinaryField(max_length=32)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["factor", "code_hash"], name="recovery_code_once")
        ]

    def __str__(self) -> str:
        return f"recovery code {self.pk}"


class DeviceLink(models.Model):
    """A link that brings a device's key to another one, once. What it carries only the link opens."""

    token_hash = models.BinaryField(max_length=32, unique=True)
    sealed = models.BinaryField(max_length=200)
    network = models.BinaryField(max_length=16)
    address = models.BinaryField(max_length=32, null=True)  # its mark, when the link was mailed
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="device_link_spent_carries_nothing",
                condition=Q(used_at=None) | Q(sealed=b""),
            )
        ]
        indexes = [
            models.Index(fields=["network", "made_at"], name="device_link_of_network"),
            models.Index(fields=["address", "made_at"], name="device_link_to_address"),
        ]

    def __str__(self) -> str:
        return f"device link {self.pk}"


class Passkey(models.Model):
    """The public half of a key that a person's device keeps, and how often it says it was used."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="passkeys")
    credential_id = models.BinaryField(max_length=LONGEST_ID, unique=True)
    credential = models.BinaryField(max_length=LONGEST_KEY)
    uses = models.PositiveBigIntegerField(default=0)
    name = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"passkey {self.pk}"


class Identity(models.Model):
    """An identity kept elsewhere that signs a person in; its number there is kept as a mark alone."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="identities")
    provider = models.SlugField(max_length=30, db_index=False)
    mark = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "provider"], name="identity_once_a_provider")
        ]

    def __str__(self) -> str:
        return f"identity {self.pk}"


class Channel(models.TextChoices):
    WEB = "web", _("on this site")
    IMPORT = "import", _("imported")
    PAPER = "paper", _("on paper")
    PHONE = "phone", _("by phone")


class Participant(models.Model):
    """One device's part in one coproduction; nothing links it to its part in another.

    A ballot sheet or a phone call is a participant too, under a key that no device can hold.
    """

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


class ProvedIdentity(models.Model):
    """A participant showed who they are, elsewhere: one for each identity and coproduction.

    The mark differs in each coproduction, so that nothing ties two of them.
    """

    participant = models.OneToOneField(
        Participant, models.CASCADE, primary_key=True, related_name="proved_identity"
    )
    provider = models.SlugField(max_length=30, db_index=False)
    mark = models.BinaryField(max_length=32, unique=True)
    proved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"identity of participant {self.participant_id}"


class LeftMark(models.Model):
    """What somebody showed whose answers were left out of the results, then erased; nothing else.

    Shown again, it would count again.
    """

    space = models.SlugField(max_length=80, db_index=False)
    mark = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "mark"], name="left_mark_once")]

    def __str__(self) -> str:
        return f"mark left in {self.space}"


class SpentReturn(models.Model):
    """A return from an identity provider that served; kept ten minutes."""

    mark = models.BinaryField(max_length=32, unique=True)
    network = models.BinaryField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["network", "at"], name="return_of_network")]

    def __str__(self) -> str:
        return f"return {self.pk}"


class Newcomer(models.Model):
    """A participant began from this network; kept two hours, to slow automatic voting."""

    network = models.BinaryField(max_length=16)
    began_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["network", "began_at"], name="newcomer_recent")]

    def __str__(self) -> str:
        return f"newcomer at {self.began_at:%H:%M}"
