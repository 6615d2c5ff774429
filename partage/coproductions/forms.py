"""What those who give roles may send."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partage.coproductions.models import Role


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label=_("Their e-mail address"),
        max_length=254,
        error_messages={
            "required": _("Write the address of the person you invite."),
            "invalid": _("Write an address such as name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Their name, as the desk shows it"),
        max_length=120,
        error_messages={"required": _("Write the name of the person you invite.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.TypedChoiceField(
        label=_("Their role"),
        choices=Role.Kind.choices,
        coerce=Role.Kind,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a role."),
            "invalid_choice": _("Choose a role."),
        },
    )
