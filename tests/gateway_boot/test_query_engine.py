"""The stand-in for Prisma's query engine, asked as Prisma's Python client asks, on a real PostgreSQL."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from operations.local.workspace import node
from tests.gateway_boot.installed import QUERY_ENGINE
from tests.gateway_boot.postgres import create_database, run_sql
from tests.gateway_boot.process import free_port, listens, start, stopping

SCHEMA = """
datasource client {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

model Team {
  id      String   @id
  spend   Float    @default(0)
  calls   BigInt   @default(0)
  made    DateTime @default(now())
  labels  String[]
  extra   Json     @default("{}")
  keys    Key[]
}

model Key {
  id      String   @id
  team_id String?
  team    Team?    @relation(fields: [team_id], references: [id])
}
"""
TABLES = """
CREATE TABLE "Team" (id text PRIMARY KEY, spend double precision NOT NULL DEFAULT 0, calls bigint NOT NULL DEFAULT 0,
  made timestamp(3) NOT NULL DEFAULT now(), labels text[], extra jsonb NOT NULL DEFAULT '{}');
CREATE TABLE "Key" (id text PRIMARY KEY, team_id text REFERENCES "Team" (id));
"""
ALL = "{ id spend calls made labels extra }"


class Engine:
    """A client of one running engine."""

    def __init__(self, port: int) -> None:
        self.http = httpx.Client(base_url=f"http://localhost:{port}", timeout=10, trust_env=False)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.http.post(path, json=body, headers=headers).raise_for_status().json()

    def ask(self, operation: str, query: str, **headers: str) -> Any:
        """The result of one query; an error in it is an error of the test."""
        answer = self.post("/", {"query": f"{operation} {{\nresult: {query}\n}}"}, **headers)
        assert "errors" not in answer, answer
        return answer["data"]["result"]

    def error(self, operation: str, query: str) -> str:
        """The code of the error that a query meets."""
        answer = self.post("/", {"query": f"{operation} {{\nresult: {query}\n}}"})
        return answer["errors"][0]["user_facing_error"]["error_code"]


@pytest.fixture(scope="module")
def database(postgres_url: str) -> str:
    url = create_database(postgres_url, "engine")
    run_sql(url, TABLES)
    return url


@pytest.fixture(scope="module")
def running(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("engine")
    (folder / "schema.prisma").write_text(SCHEMA)
    port = free_port()
    environment = {"PRISMA_DML_PATH": str(folder / "schema.prisma"), "DATABASE_URL": f"{database}?connection_limit=5"}
    command = [str(node()), str(QUERY_ENGINE), "-p", str(port), "--enable-metrics", "--enable-raw-queries"]
    with stopping(start("engine", command, folder=folder, environment=environment)) as server:
        server.wait_until(lambda: listens(port), timeout=30)
        engine = Engine(port)
        with engine.http:
            yield engine


@pytest.fixture
def engine(running: Engine, database: str) -> Engine:
    run_sql(database, 'TRUNCATE "Key", "Team"')
    return running


def create_team(engine: Engine, identity: str, extra: str = "") -> Any:
    return engine.ask("mutation", f'createOneTeam\n(data: {{ id: "{identity}" {extra} }})\n{ALL}')


def test_it_is_ready_when_it_listens(engine: Engine):
    assert engine.http.get("/status").json() == {"status": "ok"}


def test_every_type_comes_back_as_it_was_written(engine: Engine):
    extra = json.dumps(json.dumps({"roles": ["a", 'quote "'], "text": "{}", "none": None}))
    made = "2026-01-02T03:04:05.006Z"
    team = create_team(
        engine,
        "a",
        f'spend: 1e-05 calls: 9007199254740993 labels: ["x", "y z"] extra: {extra} made: "{made}"',
    )
    assert team["spend"] == 1e-05
    assert int(team["calls"]) == 9007199254740993, "beyond what a JavaScript number holds"
    assert team["labels"] == ["x", "y z"]
    assert json.loads(team["extra"]) == {"roles": ["a", 'quote "'], "text": "{}", "none": None}
    assert team["made"].replace("+00:00", "Z") == made


@pytest.mark.parametrize("text", ["plain", "{}", "", "ü\n\t\\"])
def test_a_json_column_holds_a_text_as_well(engine: Engine, text: str):
    team = create_team(engine, "a", f"extra: {json.dumps(json.dumps(text))}")
    assert json.loads(team["extra"]) == text


def test_json_is_filtered_and_nested_writes_know_their_model(engine: Engine):
    extra = json.dumps(json.dumps({"tier": "gold"}))
    engine.ask(
        "mutation", f'createOneKey(data: {{ id: "k" team: {{ create: {{ id: "a" extra: {extra} }} }} }}) {{ id }}'
    )
    create_team(engine, "b", "extra: " + json.dumps(json.dumps({"tier": "tin"})))
    equal = engine.ask("query", f"findManyTeam(where: {{ extra: {{ equals: {extra} }} }}) {{ id }}")
    inside = engine.ask(
        "query", 'findManyTeam(where: { extra: { path: ["tier"] string_contains: "old" } }) { id keys { id } }'
    )
    assert equal == [{"id": "a"}]
    assert inside == [{"id": "a", "keys": [{"id": "k"}]}]


def test_what_is_related_is_included(engine: Engine):
    create_team(engine, "a")
    engine.ask("mutation", 'createOneKey(data: { id: "k" team: { connect: { id: "a" } } }) { id }')
    found = engine.ask("query", 'findUniqueTeam(where: { id: "a" }) { id keys(where: { id: "k" }) { id team_id } }')
    assert found == {"id": "a", "keys": [{"id": "k", "team_id": "a"}]}


def test_find_or_raise_raises(engine: Engine):
    create_team(engine, "a")
    assert engine.ask("query", 'findUniqueTeamOrThrow(where: { id: "a" }) { id }') == {"id": "a"}
    assert engine.ask("query", 'findUniqueTeam(where: { id: "b" }) { id }') is None
    assert engine.error("query", 'findUniqueTeamOrThrow(where: { id: "b" }) { id }') == "P2025"


def test_counting_grouping_and_ordering(engine: Engine):
    for identity, spend in (("a", 1.5), ("b", 2.5), ("c", 2.5)):
        create_team(engine, identity, f"spend: {spend}")
    assert engine.ask("query", "aggregateTeam(where: { spend: { gt: 2 } }) { _count { _all } }") == {
        "_count": {"_all": 2}
    }
    grouped = engine.ask("query", 'groupByTeam(by: ["spend"], orderBy: [{ spend: "asc" }]) { spend _sum { spend } }')
    assert grouped == [{"spend": 1.5, "_sum": {"spend": 1.5}}, {"spend": 2.5, "_sum": {"spend": 5.0}}]
    found = engine.ask("query", 'findManyTeam(take: 2, orderBy: [{ id: "desc" }]) { id }')
    assert found == [{"id": "c"}, {"id": "b"}]


def test_updating_upserting_and_deleting(engine: Engine):
    create_team(engine, "a")
    engine.ask("mutation", 'updateOneTeam(where: { id: "a" }, data: { spend: { increment: 0.25 } }) { id }')
    where, create = 'where: { id: "a" }', 'create: { id: "a" }'
    upserted = engine.ask(
        "mutation", f"upsertOneTeam({where}, {create}, update: {{ spend: {{ increment: 1 }} }}) {{ spend }}"
    )
    assert upserted == {"spend": 1.25}
    assert engine.ask(
        "mutation", 'createManyTeam(data: [{ id: "a" }, { id: "b" }], skipDuplicates: true) { count }'
    ) == {"count": 1}
    assert engine.ask("mutation", "updateManyTeam(data: { spend: 0 }) { count }") == {"count": 2}
    assert engine.ask("mutation", 'deleteOneTeam(where: { id: "a" }) { id }') == {"id": "a"}
    assert engine.ask("mutation", "deleteManyTeam { count }") == {"count": 1}


def test_a_duplicate_has_prismas_code(engine: Engine):
    create_team(engine, "a")
    assert engine.error("mutation", 'createOneTeam(data: { id: "a" }) { id }') == "P2002"


def test_raw_sql_with_parameters_keeps_types(engine: Engine):
    sql = "SELECT $1::int AS i, $2::text AS t, '{\\\"a\\\": 1}'::jsonb AS j, ARRAY_AGG(viewname) AS names FROM pg_views"
    answer = engine.ask("mutation", f'queryRaw(query: "{sql}", parameters: "[1, \\"x\\"]")')
    assert answer["columns"] == ["i", "t", "j", "names"]
    assert answer["types"] == ["int", "string", "json", "string-array"]
    ((number, text, document, names),) = answer["rows"]
    assert (number, text, document) == (1, "x", {"a": 1})
    assert "pg_views" in names
    assert engine.ask("mutation", 'executeRaw(query: "DELETE FROM \\"Team\\"", parameters: "[]")') == 0


def test_a_batch_is_all_or_nothing(engine: Engine):
    def create(identity: str) -> dict[str, str]:
        return {"query": f'mutation {{ result: createOneTeam(data: {{ id: "{identity}" }}) {{ id }} }}'}

    done = engine.post("/", {"batch": [create("a"), create("b")], "transaction": True})
    assert done == {"batchResult": [{"data": {"result": {"id": "a"}}}, {"data": {"result": {"id": "b"}}}]}
    failed = engine.post("/", {"batch": [create("c"), create("a")], "transaction": True})
    assert failed["errors"][0]["user_facing_error"]["error_code"] == "P2002"
    assert engine.ask("query", 'findManyTeam(orderBy: [{ id: "asc" }]) { id }') == [{"id": "a"}, {"id": "b"}]


@pytest.mark.parametrize(("end", "left"), [("commit", 1), ("rollback", 0)])
def test_a_transaction_is_seen_by_others_when_it_is_committed(engine: Engine, end: str, left: int):
    identity = engine.post("/transaction/start", {"max_wait": 2000, "timeout": 5000})["id"]
    engine.ask("mutation", 'createOneTeam(data: { id: "a" }) { id }', **{"X-transaction-id": identity})
    assert engine.ask("query", "findManyTeam { id }") == []
    engine.post(f"/transaction/{identity}/{end}", {})
    assert len(engine.ask("query", "findManyTeam { id }")) == left


def test_a_query_that_is_none_is_answered_with_an_error(engine: Engine):
    assert engine.error("query", "inventTeam { id }") == "P2010"
    assert engine.error("query", "findManyTeam { unknown }") == "P2009"
    assert engine.http.get("/status").json() == {"status": "ok"}
