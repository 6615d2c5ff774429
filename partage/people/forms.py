"""What somebody who signs in may send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("Write an address such as name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The code in the mail"),
        max_length=40,
        error_messages={"required": _("Type the code that the mail holds.")},
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "aria-describedby": "code-hint",
            }
        ),
    )


class SecondCodeForm(CodeForm):
    """Six digits of an application, or the twelve of a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("The code in your application")
        self.fields["code"].error_messages["required"] = _(
            "Type the six digits that your application shows."
        )
