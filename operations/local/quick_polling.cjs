// Preloaded into the CDK CLI. Between two looks at a stack it waits 5 s, and 2 s between two looks at the events of a
// stack, which spares AWS; no option changes that. The engine on loopback needs no sparing and is done in a second.
const CLI_WAITS = new Set([5000, 2000]);
const ENGINE_NEEDS = 200;

const { setTimeout: wait } = globalThis;
globalThis.setTimeout = Object.assign(
  (callback, delay, ...rest) => wait(callback, CLI_WAITS.has(delay) ? ENGINE_NEEDS : delay, ...rest),
  wait, // what util.promisify() looks for
);
