"""Duplicates in bulk, on records whose truth is known."""

from __future__ import annotations

import polars as pl
import pytest
from benchmarks.noisy_people import Records, Row, english, only, spanish

from cartera.clients.duplicates.search import Found, find_duplicates

FIELDS = {"suburb": "city", "state": "region"}


def searched(records: Records) -> tuple[Found, float, float]:
    """What was found, and the true precision and recall."""
    frame = pl.DataFrame(records.rows)
    keys = frame["key"].to_list()
    renamed = {name: field for name, field in FIELDS.items() if name in frame.columns}
    found = find_duplicates(frame.drop("key").rename(renamed), "EC")
    pairs = {(min(keys[a], keys[b]), max(keys[a], keys[b])) for a, b, _ in found.pairs.iter_rows()}
    right = len(pairs & records.truth)
    return found, right / max(1, len(pairs)), right / max(1, len(records.truth))


@pytest.mark.row("V15")
@pytest.mark.parametrize(
    "records",
    [
        pytest.param(spanish(7, 1000, 300), id="spanish"),
        pytest.param(spanish(8, 1000, 300, slips=3.5), id="spanish, many faults"),
        pytest.param(
            only(spanish(9, 1000, 300), "given_name", "surname", "birth_date", "identifier", "address"),
            id="spanish, five columns",
        ),
        pytest.param(
            only(spanish(10, 1500, 400), "given_name", "surname", "second_surname", "birth_date"), id="no identifier"
        ),
        pytest.param(english(7, 1500, 400), id="english"),
        pytest.param(only(english(8, 1500, 400), "given_name", "surname", "birth_date", "address"), id="english, four"),
    ],
)
def test_nearly_all_duplicates_are_found_and_the_estimate_is_honest(records: Records):
    found, precision, recall = searched(records)
    assert 2 * precision * recall / (precision + recall) >= 0.95
    assert found.precision == pytest.approx(precision, abs=0.05)
    assert found.recall == pytest.approx(recall, abs=0.05)


@pytest.mark.row("V15")
def test_relatives_at_one_address_are_not_one_client():
    home = {"address": "Av. Loja 10-20", "phone": "0991234567", "city": "Cuenca", "second_surname": "Malo"}
    people = [
        ("Rosa Elvira", "Cordero", "1960-01-02", "0102334457"),
        ("Juan Martín", "Cordero", "1988-07-09", "0104455667"),
        ("Lucía Belén", "Cordero", "1990-03-30", "0105566779"),
    ]
    rows: list[Row] = [
        {"key": f"A{n}", "given_name": given, "surname": surname, "birth_date": born, "identifier": number, **home}
        for n, (given, surname, born, number) in enumerate(people)
    ]
    others = [{name: value for name, value in row.items() if name != "email"} for row in spanish(3, 800, 80).rows]
    found, precision, _ = searched(Records(rows + others, spanish(3, 800, 80).truth))
    assert precision >= 0.97
    assert not {(a, b) for a, b, _ in found.pairs.iter_rows() if b < 3}


class TestSmallAndDirtyFiles:
    def test_five_rows_are_enough(self):
        records = spanish(12, 4, 1)
        found, precision, recall = searched(records)
        assert (precision, recall) == (1.0, 1.0)
        assert found.pairs["probability"].min() > 0.9

    def test_without_duplicates_none_is_found(self):
        found, _, _ = searched(spanish(11, 500, 0))
        assert found.pairs.height == 0
        assert (found.precision, found.recall) == (1.0, 1.0)

    @pytest.mark.parametrize("rows", [0, 1, 2])
    def test_hardly_any_rows(self, rows: int):
        frame = pl.DataFrame(
            {"given_name": ["Rosa", "Rosa"][:rows], "surname": ["Malo", "Malo"][:rows]},
            schema={"given_name": pl.String, "surname": pl.String},
        )
        assert find_duplicates(frame, "EC").pairs.height <= 1

    def test_one_column_that_tells_people_apart(self):
        records = only(spanish(14, 600, 150), "identifier")
        found, precision, recall = searched(records)
        assert precision >= 0.95
        assert recall >= 0.7
        assert found.pairs.height

    def test_empty_columns_and_rubbish_say_nothing(self):
        rows = [
            {
                **row,
                "phone": "n/a",
                "birth_date": "??" if n % 3 else row["birth_date"],
                "identifier": "0000000000" if n % 2 else "",
                "email": "",
            }
            for n, row in enumerate(spanish(15, 400, 100).rows)
        ]
        found, precision, _ = searched(Records(rows, spanish(15, 400, 100).truth))
        assert found.pairs.height
        assert precision >= 0.85

    def test_names_in_one_column_and_any_order(self):
        whole = [
            {
                "key": row["key"],
                "name": f"{row['surname']} {row['second_surname']} {row['given_name']}"
                if n % 2
                else f"{row['given_name']} {row['surname']}",
                "birth_date": row["birth_date"],
            }
            for n, row in enumerate(spanish(16, 900, 250).rows)
        ]
        _, precision, recall = searched(Records(whole, spanish(16, 900, 250).truth))
        assert precision >= 0.93
        assert recall >= 0.85

    def test_companies_by_their_name_in_any_legal_form(self):
        names = [
            "Agrícola Yunguilla Cía. Ltda.",
            "AGRICOLA YUNGUILLA S.A.",
            "Textiles del Sur S. A.",
            "Florícola Cayambe",
            "Hotel Andino",
        ]
        frame = pl.DataFrame({"company": names, "identifier": ["0190448812001", "", "", "", ""]})
        found = find_duplicates(frame, "EC")
        assert [(a, b) for a, b, _ in found.pairs.iter_rows()] == [(0, 1)]

    def test_the_same_file_finds_the_same(self):
        records = english(17, 200, 50)
        assert searched(records)[0].pairs.equals(searched(records)[0].pairs)
