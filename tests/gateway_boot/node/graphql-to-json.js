// Prisma's Python client asks in GraphQL; Prisma's engine, as WebAssembly, is asked in JSON. This translates between them.
// https://github.com/prisma/prisma-engines: query-engine/request-handlers/src/protocols/{graphql,json}.

const { Kind, parse } = require("graphql");

// Longest first: "findUnique" is the beginning of "findUniqueOrThrow".
const ACTIONS = [
  "findUnique", "findFirst", "findMany", "createOne", "createMany", "updateOne", "updateMany", "upsertOne",
  "deleteOne", "deleteMany", "aggregate", "groupBy", "queryRaw", "executeRaw",
];

/**
 * A translator of one GraphQL operation with one root field, as the Python client writes it, to the alias of that field
 * and the engine's request. `markJson(modelName, arguments)` marks what is JSON in the arguments.
 */
function translator(markJson) {
  return (text) => {
    const field = parse(text, { noLocation: true }).definitions[0].selectionSet.selections[0];
    return { alias: field.alias?.value ?? field.name.value, request: request(field, markJson) };
  };
}

function request(field, markJson) {
  const name = field.name.value;
  const action = ACTIONS.find((candidate) => name.startsWith(candidate));
  if (!action) throw new Error(`Unknown query: ${name}`);
  // "findUniqueUserOrThrow" is the action "findUniqueOrThrow" on the model "User".
  const [, modelName, orThrow] = name.slice(action.length).match(/^(.*?)(OrThrow)?$/);
  const query = { arguments: markJson(modelName, fieldArguments(field)), selection: selection(field) };
  return { ...(modelName && { modelName }), action: action + (orThrow ?? ""), query };
}

function fieldArguments(field) {
  return Object.fromEntries((field.arguments ?? []).map(({ name, value }) => [name.value, argumentValue(value)]));
}

function selection(field) {
  const fields = field.selectionSet?.selections ?? [];
  return Object.fromEntries(
    fields.map((child) => [
      child.name.value,
      child.selectionSet ? { arguments: fieldArguments(child), selection: selection(child) } : true,
    ]),
  );
}

function argumentValue(node) {
  switch (node.kind) {
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, argumentValue(value)]));
    case Kind.LIST:
      return node.values.map(argumentValue);
    case Kind.NULL:
      return null;
    case Kind.INT:
      // A JavaScript number holds 53 bits of PostgreSQL's 64.
      return Number.isSafeInteger(Number(node.value)) ? Number(node.value) : { $type: "BigInt", value: node.value };
    case Kind.FLOAT:
      return Number(node.value);
    default:
      return node.value;
  }
}

/** The engine's answer without its type tags: {"$type": "DateTime", "value": "2026-..."} is "2026-...". */
function untagged(value) {
  if (Array.isArray(value)) return value.map(untagged);
  if (value === null || typeof value !== "object") return value;
  if ("$type" in value) return value.value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, untagged(child)]));
}

module.exports = { translator, untagged };
