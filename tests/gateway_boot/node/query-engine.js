#!/usr/bin/env node
// Prisma's query engine for its Python client, from npm alone.
//
// The client starts a binary that npm does not carry (it is downloaded from Prisma's own servers), and talks GraphQL to
// it over HTTP. @prisma/client carries the same engine as WebAssembly. This program has the binary's command line and
// its HTTP routes in front of that: queries are planned by Prisma's engine and run by node-postgres on a real PostgreSQL.

const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { parseArgs } = require("node:util");
const { enginesVersion } = require("@prisma/engines-version");
const { openDatabase } = require("./database.js");
const { translator, untagged } = require("./graphql-to-json.js");
const { jsonMarker } = require("./json-columns.js");

const NO_TRACE = "{}";

/** Prisma's engine on the database that the client's environment names, and the translator of queries for it. */
async function connect(environment) {
  const runtime = path.dirname(require.resolve("@prisma/client/runtime/query_engine_bg.postgresql.js"));
  const bindings = require(path.join(runtime, "query_engine_bg.postgresql.js"));
  const code = fs.readFileSync(path.join(runtime, "query_engine_bg.postgresql.wasm"));
  const { instance } = await WebAssembly.instantiate(code, { "./query_engine_bg.js": bindings });
  bindings.__wbg_set_wasm(instance.exports);

  const [override] = JSON.parse(environment.OVERWRITE_DATASOURCES ?? "[]");
  const options = {
    datamodel: fs.readFileSync(environment.PRISMA_DML_PATH, "utf8"),
    logLevel: "error",
    logQueries: false,
    enableTracing: false,
    ignoreEnvVarErrors: true,
    env: environment,
    engineProtocol: "json",
  };
  const database = openDatabase(override?.url ?? environment.DATABASE_URL);
  const engine = new bindings.QueryEngine(options, (line) => console.error(`query-engine: ${line}`), database);
  await engine.connect(NO_TRACE);
  return { engine, translate: translator(jsonMarker(options.datamodel)) };
}

/** Answer one request of the client; the answer's body. */
async function answer({ engine, translate }, { url, body, transaction }) {
  if (url === "/status") return { status: "ok" };
  if (url === "/transaction/start") return JSON.parse(await engine.startTransaction(body, NO_TRACE));
  const [, id, end] = url.match(/^\/transaction\/([^/]+)\/(commit|rollback)$/) ?? [];
  if (end === "commit") return JSON.parse(await engine.commitTransaction(id, NO_TRACE));
  if (end === "rollback") return JSON.parse(await engine.rollbackTransaction(id, NO_TRACE));

  const run = async (request) => JSON.parse(await engine.query(JSON.stringify(request), NO_TRACE, transaction));
  const asked = JSON.parse(body);
  if (!asked.batch) {
    const { alias, request } = translate(asked.query);
    return answered(await run(request), alias);
  }
  const queries = asked.batch.map(({ query }) => translate(query));
  const transactional = asked.transaction && { transaction: {} };
  const result = await run({ batch: queries.map(({ request }) => request), ...transactional });
  if (result.errors) return result;
  return { batchResult: result.batchResult.map((one, index) => answered(one, queries[index].alias)) };
}

/** One result under the name that the client gave it. Rows of raw SQL have their types beside them already. */
function answered(result, alias) {
  if (result.errors) return result;
  const [[name, value]] = Object.entries(result.data);
  return { data: { [alias]: name === "queryRaw" ? rawRows(value) : untagged(value) } };
}

// The driver hands over json columns as text; the binary's answer has them as JSON.
function rawRows({ columns, types, rows }) {
  const cell = (value, index) => (types[index] === "json" && typeof value === "string" ? JSON.parse(value) : value);
  return { columns, types, rows: rows.map((row) => row.map(cell)) };
}

/** What went wrong here rather than in the engine, in the form of the engine's errors. */
function failure(error) {
  const user_facing_error = { is_panic: false, message: String(error.message ?? error), meta: {}, error_code: "P2010" };
  return { errors: [{ error: String(error), user_facing_error }] };
}

async function respond(connected, request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  const asked = { url: request.url, body, transaction: request.headers["x-transaction-id"] };
  const json = JSON.stringify(await answer(connected, asked).catch(failure));
  response.writeHead(200, { "content-type": "application/json" }).end(json);
}

function serve(connected, port) {
  const server = http.createServer((request, response) => {
    // A client that goes away in the middle of its request leaves nobody to answer.
    respond(connected, request, response).catch(() => response.destroy());
  });
  // The client keeps its connections: one that closes under a request would be an error there.
  server.keepAliveTimeout = 0;
  // The client asks on "localhost", whichever address that is.
  server.listen(port, "localhost");
}

async function main() {
  // --enable-raw-queries and --enable-metrics are always sent; the first is always on here, the second nobody asks for.
  const { values } = parseArgs({ strict: false, options: { port: { type: "string", short: "p" } } });
  if (values.version) return console.log(`query-engine ${enginesVersion}`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));
  return serve(await connect(process.env), Number(values.port));
}

main().catch((error) => {
  console.error(`query-engine: ${error.stack}`);
  process.exit(1);
});
