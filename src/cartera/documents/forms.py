"""What is asked of somebody who brings papers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from cartera.documents.rules import SUFFIXES


class _Several(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if isinstance(files, MultiValueDict) else files.get(name)


class _Files(forms.FileField):
    """One or more files; which of them are taken is for the action to say."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return list(data or [])


class PapersForm(forms.Form):
    """On a telephone, the images among what is accepted let the camera be chosen."""

    files = _Files(  # type: ignore[assignment]  # a declared field, as the form's own attribute of this name is not
        label=_("Files"), required=False, widget=_Several(attrs={"accept": ",".join(("image/*", *SUFFIXES))})
    )
