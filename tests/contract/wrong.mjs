// wrong: a server whose every answer is a lease without an endpoint. Says where it listens.
import { createServer } from 'node:http';

const now = new Date().toISOString();
const id = '3f9c21aa-0000-4000-8000-000000000000';
const lease = { id, runId: id, runtimeId: id, protocol: 'cdp', status: 'active' };
Object.assign(lease, { createdAt: now, expiresAt: now, closedAt: null, revokedAt: null });

const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(lease));
});
server.listen(0, '127.0.0.1', () =>
  console.log(`listening on http://127.0.0.1:${server.address().port}`));
