// tls KEY CA NAME=CERTIFICATE...: for each a server on a free port that answers a GET with no spaces
// and everything else with a lease. One named http2 speaks that, too; so do refusing and failing, but
// refuse each of its streams, and failing cuts what comes by HTTP/1.1. One named demands wants a
// certificate that CA signed, one named dateless does not say what time it has. Prints "NAME URL"
// for each, then "ready", and on standard error "NAME METHOD VERSION" for each request that arrives.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { constants, createSecureServer } from 'node:http2';

const [keyFile, caFile, ...certificates] = process.argv.slice(2);
const key = readFileSync(keyFile);
const id = '3f9c21aa-0000-4000-8000-000000000000';
const lease = JSON.stringify({
  id, runId: id, runtimeId: id, protocol: 'cdp', status: 'active',
  createdAt: new Date().toISOString(), expiresAt: null, closedAt: null, revokedAt: null,
  endpoint: { type: 'websocket', url: 'wss://live.example.test/shown-once' },
});

for (const [name, file] of certificates.map((one) => one.split('='))) {
  const newer = ['http2', 'refusing', 'failing'].includes(name);
  const make = newer ? createSecureServer : createServer;
  const older = newer ? { allowHTTP1: true } : {};
  const demands = name === 'demands' ? { requestCert: true, ca: readFileSync(caFile) } : {};
  const server = make({ key, cert: readFileSync(file), ...older, ...demands }, (request, response) => {
    console.error(name, request.method, request.httpVersion);
    if (request.httpVersionMajor === 2 && name !== 'http2') {
      response.stream.close(constants.NGHTTP2_REFUSED_STREAM);
      return;
    }
    if (name === 'failing') {
      request.socket.destroy();
      return;
    }
    if (name === 'dateless') response.sendDate = false;
    response.setHeader('content-type', 'application/json');
    // An answer to half a request ends the stream of HTTP/2 while the other half is being sent.
    request.resume();
    request.on('end', () => response.end(request.method === 'GET' ? '{"spaces":[]}' : lease));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  console.log(name, `https://127.0.0.1:${server.address().port}`);
}
console.log('ready');
