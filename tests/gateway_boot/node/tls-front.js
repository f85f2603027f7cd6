#!/usr/bin/env node
// TLS in front of a server that has none. The Redis of the tests is built without it, and the gateway insists on it.

const fs = require("node:fs");
const net = require("node:net");
const tls = require("node:tls");
const { pipeline } = require("node:stream");

const [port, target, certificate, key] = process.argv.slice(2);
const options = { cert: fs.readFileSync(certificate), key: fs.readFileSync(key), noDelay: true };

// A side that goes away takes the other with it.
const ended = () => undefined;

tls
  .createServer(options, (client) => {
    const server = net.connect({ host: "127.0.0.1", port: Number(target), noDelay: true });
    pipeline(client, server, client, ended);
  })
  .on("tlsClientError", (error) => console.error(`tls-front: ${error.message}`))
  .listen(Number(port), "127.0.0.1");
