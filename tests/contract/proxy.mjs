// proxy NAME=PORT...: for each a proxy on a free port that leads every CONNECT to that port of
// 127.0.0.1, whatever was asked for; without a PORT it lets nobody through. It lies about the time.
// Prints "NAME URL" for each, then "ready", and on standard error all that passes through, both
// ways.
import { createServer } from 'node:http';
import { connect } from 'node:net';

const date = 'Date: Thu, 01 Jan 2099 00:00:00 GMT\r\n';

for (const [name, port] of process.argv.slice(2).map((one) => one.split('='))) {
  const server = createServer((request, response) => {
    console.error(name, request.method, request.url, JSON.stringify(request.rawHeaders));
    response.end('{"spaces":[]}');
  });
  server.on('connect', (request, client) => {
    console.error(name, 'CONNECT', request.url, JSON.stringify(request.rawHeaders));
    client.on('error', () => {});
    if (!port) {
      client.end(`HTTP/1.1 407 Proxy Authentication Required\r\n${date}Content-Length: 0\r\n\r\n`);
      return;
    }
    const upstream = connect(port, '127.0.0.1', () => {
      client.write(`HTTP/1.1 200 Connection established\r\n${date}\r\n`);
      for (const side of [client, upstream]) side.on('data', (bytes) => process.stderr.write(bytes));
      client.pipe(upstream).pipe(client);
    });
    upstream.on('error', () => client.destroy());
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  console.log(name, `http://127.0.0.1:${server.address().port}`);
}
console.log('ready');
