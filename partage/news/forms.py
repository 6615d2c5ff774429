"""What somebody who wants to be written to may send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class AddressForm(forms.Form):
    address = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("Write an address such as name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "aria-describedby": "mail-hint"}),
    )


class MailForm(AddressForm):
    notices = forms.BooleanField(
        label=_("Write to me when something is decided about what I wrote"), required=False
    )
    digest = forms.BooleanField(
        label=_("A daily summary of what is new here, on days when something is"), required=False
    )

    def __init__(self, *args: Any, has_part: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not has_part:
            # Nothing was written from this device: there is nobody to tell of a decision.
            del self.fields["notices"]

    def clean(self) -> dict[str, Any]:
        words = {"notices": False, **(super().clean() or {})}
        if not (words["notices"] or words.get("digest")):
            self.add_error("digest", _("Tick what we may write."))
        return words
