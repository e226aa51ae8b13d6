// tls KEY NAME=CERTIFICATE...: for each a server on a free port that answers every request with a
// lease; one named http2 speaks nothing else. Prints "NAME URL" for each, then "ready", and on
// standard error "NAME METHOD" for each request that arrives.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { createSecureServer } from 'node:http2';

const [keyFile, ...certificates] = process.argv.slice(2);
const key = readFileSync(keyFile);
const id = '3f9c21aa-0000-4000-8000-000000000000';
const lease = JSON.stringify({
  id, runId: id, runtimeId: id, protocol: 'cdp', status: 'active',
  createdAt: new Date().toISOString(), expiresAt: null, closedAt: null, revokedAt: null,
  endpoint: { type: 'websocket', url: 'wss://live.example.test/shown-once' },
});

for (const [name, file] of certificates.map((one) => one.split('='))) {
  const make = name === 'http2' ? createSecureServer : createServer;
  const server = make({ key, cert: readFileSync(file) }, (request, response) => {
    console.error(name, request.method);
    response.setHeader('content-type', 'application/json');
    response.end(lease);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  console.log(name, `https://127.0.0.1:${server.address().port}`);
}
console.log('ready');
