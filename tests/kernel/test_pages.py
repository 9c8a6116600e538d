"""Keyset pages."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartera.kernel.errors import Invalid
from cartera.kernel.pages import page_of
from cartera.products.models import CurrencyRate, Product
from tests.conftest import SET_UP, write

ORDER = ("-fee_minor", "key")


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fees=st.lists(st.integers(0, 3), max_size=12), limit=st.integers(1, 5))
def test_pages_forward_and_back_show_every_row_once(fees: list[int], limit: int):
    Product.objects.all().delete()
    for number, fee in enumerate(fees):
        write(actor=SET_UP, model=Product, key=f"p{number:02}", name="P", line="fund", currency="USD", fee_minor=fee)
    whole = [product.key for product in Product.objects.order_by(*ORDER)]
    seen, cursor, last = [], None, None
    while True:
        page = page_of(Product.objects.all(), order=ORDER, cursor=cursor, limit=limit)
        seen += [product.key for product in page.items]
        last = page
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert seen == whole
    back = [product.key for product in last.items]
    while last.previous_cursor:
        last = page_of(Product.objects.all(), order=ORDER, cursor=last.previous_cursor, limit=limit)
        back = [product.key for product in last.items] + back
    assert back == whole


@pytest.mark.django_db
def test_a_row_that_comes_in_while_one_reads_shifts_nothing():
    for number in range(4):
        write(actor=SET_UP, model=Product, key=f"p{number}", name="P", line="fund", currency="USD")
    first = page_of(Product.objects.all(), order=ORDER, limit=2)
    write(actor=SET_UP, model=Product, key="p00", name="P", line="fund", currency="USD", fee_minor=9)
    second = page_of(Product.objects.all(), order=ORDER, cursor=first.next_cursor, limit=2)
    assert [product.key for product in second.items] == ["p2", "p3"]


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["x", "bm90IGpzb24", "W10", "WzEsIDIsIDNd"])
def test_a_cursor_that_is_none_is_refused_in_words(cursor: str):
    with pytest.raises(Invalid):
        page_of(CurrencyRate.objects.all(), order=ORDER, cursor=cursor)
