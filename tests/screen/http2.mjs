// http2 KEY CERTIFICATE PORT: HTTP/2 in front of a plain server on that port of 127.0.0.1, and
// nothing older. Prints its own port. Needs no more of node than that it is there.
import { readFileSync } from 'node:fs';
import { request as ask } from 'node:http';
import { createSecureServer } from 'node:http2';

const [key, cert, port] = process.argv.slice(2);
const ofConnections = ['connection', 'keep-alive', 'transfer-encoding'];

function without(headers, isLeftOut) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isLeftOut(name)));
}

const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
  const headers = without(request.headers, (name) => name.startsWith(':'));
  const { method, url: path } = request;
  const upstream = ask({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode, without(answer.headers, (name) => ofConnections.includes(name)));
    answer.pipe(response);
  });
  upstream.on('error', () => response.stream.close());
  request.pipe(upstream);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
