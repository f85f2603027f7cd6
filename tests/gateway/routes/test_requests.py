"""The table of requests, sent the whole way in through each exposure's templates."""

import pytest

from tests.gateway.routes.conftest import Place
from tests.gateway.routes.table import EXPOSURES, Line, lines

LINES = list(lines())


@pytest.mark.parametrize("exposure", EXPOSURES)
@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_each_request_ends_where_the_table_says(places: dict[str, Place], exposure: str, line: Line) -> None:
    place = places[exposure]
    outcome = place.way_in().send(line.request(host=place.host, client=place.client))
    assert (str(outcome), outcome.counted) == (line.expected(exposure), line.counts), outcome.rule


def test_the_table_has_many_requests_and_no_two_of_one_name() -> None:
    assert len({line.name for line in LINES}) == len(LINES) > 100
    assert {answer for line in LINES for answer in map(line.expected, EXPOSURES)} >= {
        "container",
        "404 firewall",
        "403 firewall",
        "403 listener",
        "403 distribution",
        "301 listener",
        "301 distribution",
        "no connection",
    }
