// In GraphQL a JSON column is given as JSON text; the engine's JSON protocol has to be told that a text is JSON.

// Filters on a JSON column whose operand is a JSON document; "string_contains" and "path", say, take plain values.
const DOCUMENT_FILTERS = new Set(["equals", "not", "array_contains", "array_starts_with", "array_ends_with"]);

/** A function (modelName, arguments) => arguments in which the texts of JSON columns are marked as JSON. */
function jsonMarker(datamodel) {
  const models = readModels(datamodel);

  function mark(value, fields) {
    if (Array.isArray(value)) return value.map((item) => mark(item, fields));
    if (!isObject(value)) return value;
    return mapEntries(value, (key, child) => {
      const type = fields.get(key);
      if (type === "Json") return document(child);
      // A relation goes on with the other model; "where", "data", "create", "AND" ... are still about this one.
      return type && !models.has(type) ? child : mark(child, models.get(type) ?? fields);
    });
  }
  return (modelName, value) => (models.has(modelName) ? mark(value, models.get(modelName)) : value);
}

function document(value) {
  if (typeof value === "string") return { $type: "Json", value };
  if (!isObject(value)) return value;
  return mapEntries(value, (filter, operand) => (DOCUMENT_FILTERS.has(filter) ? document(operand) : operand));
}

/** Each model's fields and their types, without "?" and "[]". */
function readModels(datamodel) {
  const models = new Map();
  for (const [, name, body] of datamodel.matchAll(/^model (\w+) \{\n(.*?)^\}/gms)) {
    models.set(name, new Map(Array.from(body.matchAll(/^\s+(\w+)\s+(\w+)/gm), ([, field, type]) => [field, type])));
  }
  return models;
}

// A tagged value, {"$type": ...}, is finished.
function isObject(value) {
  return value !== null && typeof value === "object" && !("$type" in value);
}

function mapEntries(value, change) {
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, change(key, child)]));
}

module.exports = { jsonMarker };
