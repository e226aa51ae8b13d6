// stage: what each of these tests needs: TAP, a gateway as a child, leases, clients. Everything that
// is waited for has a deadline ten times and more what it should take.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import WebSocket from 'ws';

export const slow = process.env.BROWSER_TESTS_SLOW === '1'; // under a sanitizer
export const patience = slow ? 90000 : 30000;

const key = 'bctrl_for_tests_only';

// ---- TAP

let count = 0;
let failures = 0;
const afterwards = [];
const complaints = []; // of a sanitizer; whatever a test sees, these fail it

// What was begun in a test is ended with it, last first.
export function after(end) {
  afterwards.unshift(end);
}

// What a body returns is why it could not show anything here.
export async function test(name, body) {
  count++;
  let skipped = '';
  const why = await within(body(), 3 * patience, 'the whole test').then(
    (reason) => { skipped = reason ? ` # SKIP ${reason}` : ''; return []; },
    (error) => [error?.stack ?? error]);
  for (const end of afterwards.splice(0)) await Promise.resolve(end()).catch(() => {});
  why.push(...complaints.splice(0));
  console.log(why.length === 0 ? `ok ${count} - ${name}${skipped}` : `not ok ${count} - ${name}`);
  if (why.length === 0) return;
  failures++;
  console.log(why.join('\n').replace(/^/gm, '#   '));
}

export function finish() {
  console.log(`1..${count}`);
  process.exit(failures);
}

export function equal(seen, wanted, what = '') {
  if (seen !== wanted) throw new Error(`${what} expected ${wanted}, saw ${seen}`);
}

export function ok(truth, what) {
  if (!truth) throw new Error(what);
}

// ---- waiting

export function within(promise, ms, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Asks again and again until the answer is a true one, and returns it.
export async function until(ask, what) {
  for (const end = Date.now() + patience; Date.now() < end; await pause(10)) {
    const answer = await ask();
    if (answer) return answer;
  }
  throw new Error(`${what}: not within ${patience} ms`);
}

// ---- the gateway

export class Gateway {
  constructor(args, environment = {}) {
    this.folder = mkdtempSync(join(tmpdir(), 'leasetop-browser-test-'));
    this.child = spawn(resolve(process.env.BUILDDIR, 'leasetop-gateway'), ['--port', '0', '--until-eof', ...args], {
      env: { ...process.env, BCTRL_API_KEY: key, TMPDIR: this.folder, ...environment },
    });
    this.said = '';
    this.child.stderr.on('data', (bytes) => (this.said += bytes));
    this.ended = new Promise((done) => this.child.on('close', (code, signal) => {
      if (/Sanitizer|runtime error/.test(this.said)) complaints.push(this.said);
      done(signal ?? code);
    }));
  }

  // Starts one and waits until it listens.
  static async start(...args) {
    const gateway = new Gateway(args);
    await gateway.listening();
    return gateway;
  }

  async listening() {
    after(() => this.discard());
    const lines = createInterface({ input: this.child.stdout });
    const line = await within(new Promise((done) => {
      lines.once('line', done);
      lines.once('close', () => done(`nothing: ${this.said}`));
    }), patience, 'the gateway');
    ok(line.startsWith('listening on '), `the gateway said ${line}`);
    this.url = line.slice('listening on '.length);
    this.port = Number(new URL(this.url).port);
    this.space = (await this.get('/v1/spaces')).spaces[0].id;
  }

  async stop() {
    this.child.stdin.end();
    equal(await within(this.ended, patience, 'stopping the gateway'), 0, 'exit status:');
  }

  async discard() {
    this.child.stdin.end();
    await within(this.ended, patience, 'stopping the gateway').catch(() => this.child.kill('SIGKILL'));
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }

  // A request with the key: { status, headers, body }.
  async ask(method, path, body, headers = {}) {
    if (body !== undefined) headers['content-type'] = 'application/json';
    const answer = await fetch(this.url + path, {
      method, body: body && JSON.stringify(body), headers: { authorization: `Bearer ${key}`, ...headers },
    });
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  }

  async get(path) {
    const { status, body } = await this.ask('GET', path);
    equal(status, 200, path);
    return body;
  }

  async runtime(name) {
    const { runtimes } = await this.get(`/v1/spaces/${this.space}/runtimes`);
    return runtimes.find((runtime) => runtime.name === name);
  }

  async path(name) {
    return `/v1/spaces/${this.space}/runtimes/${(await this.runtime(name)).id}/connections`;
  }

  async lease(body = {}, runtime = 'browser') {
    const made = await this.ask('POST', await this.path(runtime), { protocol: 'cdp', ...body });
    equal(made.status, 200, 'a lease:');
    const { endpoint } = made.body;
    return { ...made.body, url: endpoint.url ?? endpoint.baseUrl, runtime };
  }

  async listed(lease) {
    const { connections } = await this.get(await this.path(lease.runtime));
    return connections.find((each) => each.id === lease.id);
  }

  async revoke(lease) {
    const { status } = await this.ask('DELETE', `${await this.path(lease.runtime)}/${lease.id}`);
    equal(status, 200, 'revoking:');
  }

  async local(runtime, action) {
    const { id } = await this.runtime(runtime);
    return this.ask('POST', `/local/spaces/${this.space}/runtimes/${id}/${action}`);
  }

  // The processes that are browsers of this gateway: its children.
  browsers() {
    return readFileSync(`/proc/${this.child.pid}/task/${this.child.pid}/children`, 'utf8')
      .split(' ').filter(Boolean).map(Number);
  }

  // All processes that have its folder in their arguments.
  processes() {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(this.folder);
      } catch {
        return false;
      }
    });
  }
}

// ---- clients

export async function playwright(url) {
  const browser = await within(chromium.connectOverCDP(url), patience, 'attaching');
  after(() => browser.close());
  return browser;
}

// That Playwright is turned away, and its error says how.
export async function turnedAway(url, how) {
  const why = await within(chromium.connectOverCDP(url), patience, 'being turned away')
    .then((browser) => browser.close().then(() => 'not at all'), (error) => error.message);
  ok(why.includes(how), `turned away with ${how}: ${why}`);
}

// Its end, where that comes from the other side.
export function disconnected(browser) {
  return within(new Promise((done) => browser.once('disconnected', done)), 2 * patience, 'the end of the session');
}

// Speaks the protocol by itself: for what a real client hides.
export class Client {
  constructor(url, options = {}) {
    this.number = 0;
    this.waiting = new Map();
    this.socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 1 << 30, ...options });
    this.opened = new Promise((done, fail) => {
      this.socket.on('open', () => done(this));
      this.socket.on('unexpected-response', (_, answer) => {
        let text = '';
        answer.on('data', (bytes) => (text += bytes));
        answer.on('end', () => fail(Object.assign(new Error(`refused with ${answer.statusCode}`),
          { status: answer.statusCode, body: text && JSON.parse(text), code: text && JSON.parse(text).code })));
      });
      this.socket.on('error', fail);
    });
    this.opened.catch(() => {});
    this.socket.on('upgrade', (answer) => (this.answer = answer));
    this.closed = new Promise((done) => this.socket.on('close', (code, reason) => {
      done({ code, reason: String(reason), at: performance.now() });
      for (const { fail } of this.waiting.values()) fail(new Error(`closed with ${code}`));
    }));
    this.socket.on('message', (bytes) => {
      const message = JSON.parse(bytes);
      this.waiting.get(message.id)?.done(message);
      this.waiting.delete(message.id);
    });
  }

  static async attach(url, options) {
    const client = new Client(url, options);
    after(() => client.socket.terminate());
    return within(client.opened, patience, 'attaching');
  }

  // One command and its answer.
  call(method, params = {}, sessionId) {
    const id = ++this.number;
    const answer = new Promise((done, fail) => this.waiting.set(id, { done, fail }));
    answer.catch(() => {});
    this.socket.send(JSON.stringify({ id, method, params, sessionId }));
    return within(answer, patience, method);
  }

  // A page of its own, and what evaluates in it.
  async open() {
    const { result: { targetId } } = await this.call('Target.createTarget', { url: 'about:blank' });
    const { result: { sessionId } } = await this.call('Target.attachToTarget', { targetId, flatten: true });
    return (expression) => this.call('Runtime.evaluate', { expression, returnByValue: true }, sessionId)
      .then(({ result }) => result.result.value);
  }

  end() {
    return within(this.closed, patience, 'the end of the session');
  }
}

// How an attach is refused: its status and code.
export async function refusal(url, options) {
  const client = new Client(url, options);
  const error = await within(client.opened.then(() => new Error('it was not refused'), (why) => why),
    patience, 'the refusal');
  client.socket.terminate();
  if (error.status === undefined) throw error;
  ok(error.body.error && error.body.requestId, 'the error body is there');
  return `${error.status} ${error.code}`;
}

// ---- a page served on loopback

export async function serve(html) {
  const server = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(html));
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${server.address().port}/`;
}
