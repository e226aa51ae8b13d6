// http2 KEY CERTIFICATE PORT: HTTP/2 in front of a plain server on that port of 127.0.0.1, and HTTP/1.1
// for who asks for that. A stream that makes something it gives up once that is made, in a way that
// makes clients send it again. Prints its own port. Needs no more of node than that it is there.
import { readFileSync } from 'node:fs';
import { request as ask } from 'node:http';
import { constants, createSecureServer } from 'node:http2';

const [key, cert, port] = process.argv.slice(2);
const ofConnections = ['connection', 'keep-alive', 'transfer-encoding'];

function without(headers, isLeftOut) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isLeftOut(name)));
}

const identity = { key: readFileSync(key), cert: readFileSync(cert), allowHTTP1: true };
const server = createSecureServer(identity, (request, response) => {
  const headers = without(request.headers, (name) => name.startsWith(':'));
  const { method, url: path } = request;
  const upstream = ask({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
    if (method === 'POST' && request.httpVersionMajor === 2) {
      response.stream.close(constants.NGHTTP2_REFUSED_STREAM);
      return;
    }
    response.writeHead(answer.statusCode, without(answer.headers, (name) => ofConnections.includes(name)));
    answer.pipe(response);
  });
  upstream.on('error', () => response.destroy());
  request.pipe(upstream);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
