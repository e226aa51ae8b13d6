// ask METHOD URL FILE [BODY]: one request with the key in BCTRL_API_KEY. Prints the status and what
// the proxy has against the answer (or "-"), and writes the answer's body to FILE: it holds secrets.
import { writeFileSync } from 'node:fs';

const [method, url, file, body] = process.argv.slice(2);
const headers = { authorization: `Bearer ${process.env.BCTRL_API_KEY}` };
if (body !== undefined) headers['content-type'] = 'application/json';
const answer = await fetch(url, { method, headers, body });
writeFileSync(file, await answer.text(), { mode: 0o600 });
console.log(answer.status, answer.headers.get('sl-violations') ?? '-');
