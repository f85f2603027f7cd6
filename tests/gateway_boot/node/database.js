// The database under the query engine: node-postgres behind Prisma's driver adapter, reading as Prisma's binary reads.

const { PrismaPg } = require("@prisma/adapter-pg");
const { bindAdapter } = require("@prisma/driver-adapter-utils");
const { Pool, types } = require("pg");

const DEFAULT_CONNECTIONS = 10;
const NAME = 19;
const NAME_ARRAY = 1003;
const TEXT_ARRAY = 1009;
// PostgreSQL's type for names of tables and columns: text to the binary, unknown to the adapter.
const READ_AS = new Map([[NAME, types.builtins.TEXT], [NAME_ARRAY, TEXT_ARRAY]]);
types.setTypeParser(NAME_ARRAY, types.getTypeParser(TEXT_ARRAY));

/** A driver adapter for the engine. `url` may have Prisma's own parameters: connection_limit and schema. */
function openDatabase(url) {
  const parameters = new URL(url).searchParams;
  const max = Number(parameters.get("connection_limit") ?? DEFAULT_CONNECTIONS);
  // In the words of Prisma's binary, which says so in its log.
  console.error(`query-engine: Starting a postgresql pool with ${max} connections.`);
  const pool = new Pool({
    connectionString: url,
    max,
    // The adapter cuts the zone off a time without converting it.
    options: "-c timezone=UTC",
  });
  // A connection that breaks while idle is replaced by the pool; without a listener the event would end the process.
  pool.on("error", (error) => console.error(`query-engine: idle connection: ${error.message}`));

  const adapter = readingNames(new PrismaPg(pool, { schema: parameters.get("schema") ?? undefined }));
  const startTransaction = adapter.startTransaction.bind(adapter);
  adapter.startTransaction = async () => (await startTransaction()).map(readingNames);
  return bindAdapter(adapter);
}

/** The adapter, or a transaction of it, with columns of names as columns of text. */
function readingNames(queryable) {
  const performIO = queryable.performIO.bind(queryable);
  queryable.performIO = async (query) => {
    const result = await performIO(query);
    return result.map((answer) => ({ ...answer, fields: answer.fields.map(asText) }));
  };
  return queryable;
}

function asText(column) {
  return { name: column.name, dataTypeID: READ_AS.get(column.dataTypeID) ?? column.dataTypeID };
}

module.exports = { openDatabase };
