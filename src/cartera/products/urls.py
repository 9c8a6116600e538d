"""Addresses of products and currencies."""

from __future__ import annotations

from django.urls import path

from cartera.products.views import currencies, products

app_name = "products"

urlpatterns = [
    path("productos", products.products, name="products"),
    path("productos/nuevo", products.add, name="add"),
    path("productos/<int:product_id>", products.product, name="product"),
    path("productos/<int:product_id>/retirar", products.retire, name="retire"),
    path("productos/<int:product_id>/ofrecer", products.offer_again, name="offer_again"),
    path("productos/<int:product_id>/condiciones", products.set_terms, name="set_terms"),
    path("productos/<int:product_id>/condiciones/efecto", products.trial, name="trial"),
    path("condiciones/<int:terms_id>/retirar", products.withdraw_terms, name="withdraw_terms"),
    path("monedas", currencies.currencies, name="currencies"),
    path("monedas/nuevo", currencies.set_rate, name="set_rate"),
    path("monedas/archivo", currencies.load_rates, name="load_rates"),
    path("monedas/tipos/<int:rate_id>", currencies.rate, name="rate"),
    path("monedas/<str:code>", currencies.currency, name="currency"),
]
