"""Productos: what is offered, what each earns, and what other terms would change."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cartera.clock.queries import institution, today
from cartera.desk.editing import edit
from cartera.desk.screens import StaffRequest, find_or_404, redirect_with_toast, screen
from cartera.kernel.errors import Invalid
from cartera.kernel.pages import page_of
from cartera.kernel.queries import made_of
from cartera.products import actions, queries
from cartera.products.forms import NewProductForm, ProductForm, TermsForm
from cartera.products.models import Line, Product, ProductTerms
from cartera.products.rules import Terms
from cartera.value.earning import earning, held

SHOWN = 50


@screen(may="product.view")
def products(request: StaffRequest) -> HttpResponse:
    """What is offered, line by line, with what it earns today and how many holdings there are of it."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    line = request.GET.get("linea", "")
    line, retired = line if line in Line.values else "", request.GET.get("ver") == "retirados"
    rows = queries.products(actor=request.actor, text=text, line=line, retired=retired)
    page = page_of(rows, order=queries.BY_LINE, cursor=request.GET.get("cursor"))
    counts = held(actor=request.actor, products=[product.pk for product in page.items])
    terms = queries.terms_on(today())
    shown = {
        "rows": [(product, terms(product), counts.get(product.pk, 0)) for product in page.items],
        "page": page,
        "text": text,
        "line": line,
        "lines": Line.choices,
        "retired": retired,
    }
    return render(request, "products/products.html", shown)


@screen(may="product.add")
def add(request: StaffRequest) -> HttpResponse:
    form = NewProductForm(request.POST or None, initial={"currency": institution().currency})
    if form.is_valid():
        typed = form.cleaned_data
        terms = form.terms_in(typed["currency"])
        assert terms is not None
        try:
            made = actions.add_product(
                actor=request.actor,
                margin_ppm=terms.margin_ppm,
                fee_minor=terms.fee_minor,
                **{name: typed[name] for name in ("key", "name", "line", "currency")},
            )
        except Invalid as refusal:
            form.add_refusal(refusal)
        else:
            return redirect_with_toast(request, _("%(name)s is offered.") % {"name": made.name}, to=_page_of(made))
    return render(request, "products/add.html", {"form": form}, status=422 if form.errors else 200)


@screen(may="product.view")
def product(request: StaffRequest, product_id: int) -> HttpResponse:
    """One product: its name, what it earns today, who holds it, and its terms over time."""
    found = find_or_404(Product, product_id, actor=request.actor)
    changeable = request.actor.may("product.change")
    if request.method == "POST" and not changeable:
        return redirect(_page_of(found))
    terms = queries.terms_on(today())(found)
    shown = {
        "product": found,
        "terms": terms,
        "earning": earning(actor=request.actor, product=found, before=terms, after=terms),
        "changeable": changeable,
        **_history(request, found),
    }
    return edit(
        request,
        record=found,
        begun=ProductForm.begun,
        make=lambda typed, initial: ProductForm(typed, initial=dict(initial)),
        act=lambda form: actions.rename_product(
            actor=request.actor,
            product=found,
            version=form.cleaned_data["version"],
            name=form.cleaned_data["name"],
        ),
        template="products/product.html",
        shown=shown,
        said=_("%(name)s: saved.") % {"name": found.name},
        to=_page_of(found),
    )


@require_POST
@screen(may="product.retire")
def retire(request: StaffRequest, product_id: int) -> HttpResponse:
    found = find_or_404(Product, product_id, actor=request.actor)
    gone = actions.retire_product(actor=request.actor, product=found)
    told = _("%(name)s is offered no longer. Who holds it keeps it.") % {"name": found.name}
    return redirect_with_toast(request, told, to=_page_of(found), done=gone)


@require_POST
@screen(may="product.offer_again")
def offer_again(request: StaffRequest, product_id: int) -> HttpResponse:
    found = actions.offer_again(actor=request.actor, product=find_or_404(Product, product_id, actor=request.actor))
    return redirect_with_toast(request, _("%(name)s is offered.") % {"name": found.name}, to=_page_of(found))


@screen(may="product.set_terms")
def set_terms(request: StaffRequest, product_id: int) -> HttpResponse:
    """What it earns from a day on; before it is kept, what that changes."""
    found = find_or_404(Product, product_id, actor=request.actor)
    now = queries.terms_on(today())(found)
    form = TermsForm(request.POST or None, currency=found.currency, initial=dict(TermsForm.begun(now, found.currency)))
    if form.is_valid():
        terms = form.terms_in(found.currency)
        assert terms is not None
        try:
            made = actions.set_terms(
                actor=request.actor,
                product=found,
                from_day=form.cleaned_data["from_day"],
                margin_ppm=terms.margin_ppm,
                fee_minor=terms.fee_minor,
                reason=form.cleaned_data["reason"],
            )
        except Invalid as refusal:
            form.add_refusal(refusal)
        else:
            told = _("%(name)s: the new terms are kept. The night of their day values with them.")
            return redirect_with_toast(request, told % {"name": found.name}, to=_page_of(found), done=made)
    shown = {"form": form, "product": found, **_effect(request, found, now, form)}
    return render(request, "products/set_terms.html", shown, status=422 if form.errors else 200)


@require_POST
@screen(may="product.set_terms")
def trial(request: StaffRequest, product_id: int) -> HttpResponse:
    """What is typed would change so much; nothing is kept."""
    found = find_or_404(Product, product_id, actor=request.actor)
    form = TermsForm(request.POST, currency=found.currency)
    form.is_valid()
    now = queries.terms_on(today())(found)
    return render(request, "products/_effect.html", {"product": found, **_effect(request, found, now, form)})


@require_POST
@screen(may="product.withdraw_terms")
def withdraw_terms(request: StaffRequest, terms_id: int) -> HttpResponse:
    found = find_or_404(ProductTerms, terms_id, actor=request.actor)
    actions.withdraw_terms(actor=request.actor, product_terms=found)
    return redirect_with_toast(request, _("Those terms are withdrawn."), to=_page_of(found.product))


def _effect(request: StaffRequest, product: Product, now: Terms, form: TermsForm) -> dict[str, Any]:
    typed = form.terms_in(product.currency) if form.is_bound else now
    if typed is None:
        return {"effect": None}
    return {"effect": earning(actor=request.actor, product=product, before=now, after=typed)}


def _history(request: StaffRequest, product: Product) -> dict[str, Any]:
    """The terms over time, the last to begin first; which are in force, and which can be withdrawn."""
    rows = list(queries.terms_of(actor=request.actor, product=product)[:SHOWN])
    authors = made_of(kind=ProductTerms._meta.label_lower, ids=[row.pk for row in rows])
    day = today()
    in_force = next((row for row in rows if not row.withdrawn and row.from_day <= day), None)
    return {"history": [(row, authors.get(row.pk)) for row in rows], "in_force": in_force, "day": day}


def _page_of(product: Product) -> str:
    return reverse("products:product", args=[product.pk])
