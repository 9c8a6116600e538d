"""What is asked of somebody who brings files, matches columns, names a recipe or mends a row."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from cartera.intake.models import SavedRecipe, SourceRow
from cartera.intake.uploads.rules import SUFFIXES


class SeveralFiles(forms.FileField):
    """One or more files; which of them are taken is for the action to say."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return list(data or [])


class FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if isinstance(files, MultiValueDict) else files.get(name)


class NewUploadForm(forms.Form):
    """The files, and the saved recipe that they follow, if any."""

    files = SeveralFiles(  # type: ignore[assignment]  # a declared field, as the form's own attribute of this name is not
        label=_("Files"), required=False, widget=FilesInput(attrs={"accept": ",".join(SUFFIXES)})
    )
    recipe = forms.ModelChoiceField(
        label=_("How to read them"),
        queryset=SavedRecipe.objects.none(),
        required=False,
        empty_label=_("Recognise them by themselves"),
    )

    def __init__(self, *args: Any, recipes: list[SavedRecipe], **options: Any) -> None:
        super().__init__(*args, **options)
        asked = self.fields["recipe"]
        assert isinstance(asked, forms.ModelChoiceField)
        asked.queryset = SavedRecipe.objects.filter(pk__in=[one.pk for one in recipes]).order_by("name")


class RecipeNameForm(forms.Form):
    name = forms.CharField(label=_("Name of the recipe"), max_length=80)


class CorrectedForm(forms.Form):
    file = forms.FileField(label=_("The corrected file"), widget=forms.FileInput(attrs={"accept": ".csv"}))


class DiscardForm(forms.Form):
    reason = forms.CharField(label=_("Why it need not be loaded"), max_length=300)


class MendForm(forms.Form):
    """The cells of one refused row, each as the file has it."""

    def __init__(self, *args: Any, row: SourceRow, wrong: frozenset[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.names = {f"cell-{at}": name for at, name in enumerate(row.read)}
        for field, name in self.names.items():
            self.fields[field] = forms.CharField(
                label=name, required=False, max_length=2000, initial=row.now[name] or ""
            )
        self.wrong = [field for field, name in self.names.items() if name in wrong]

    @property
    def cells(self) -> dict[str, str]:
        return {name: self.cleaned_data[field] for field, name in self.names.items()}
