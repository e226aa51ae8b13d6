// Real CDP clients, attached to a real browser by the urls of leases.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  after, Client, equal, finish, Gateway, ok, patience, pause, playwright, refusal, serve, slow, test, until, within,
} from './stage.mjs';

const html = `<title>leased</title><button onclick="this.textContent = 'clicked'">press</button>`;
const mebibytes = (count) => count << 20;
await test('Playwright attaches, opens a page, clicks and takes a picture', async () => {
  const gateway = await Gateway.start('--browser');
  const browser = await playwright((await gateway.lease()).url);
  const tab = await browser.contexts()[0].newPage();
  await tab.goto(await serve(html));
  equal(await tab.title(), 'leased');
  await tab.click('button');
  equal(await tab.textContent('button'), 'clicked');
  const picture = await tab.screenshot();
  equal(picture.toString('latin1', 1, 4), 'PNG');
});

await test('8 MiB come back whole, and 8 MiB go there', async () => {
  const gateway = await Gateway.start('--browser');
  const browser = await playwright((await gateway.lease()).url);
  const tab = await browser.contexts()[0].newPage();
  const text = await tab.evaluate((size) => 'lease'.repeat(size / 5 + 1).slice(0, size), mebibytes(8));
  equal(text.length, mebibytes(8));
  ok(text === 'lease'.repeat(mebibytes(8) / 5 + 1).slice(0, mebibytes(8)), 'every byte is right');
  equal(await tab.evaluate((sent) => sent.lastIndexOf('e') + sent.length, text), text.lastIndexOf('e') + text.length);
});

await test('two clients share one lease and one browser, and are counted', async () => {
  const gateway = await Gateway.start('--browser');
  const lease = await gateway.lease();
  const first = await playwright(lease.url);
  const second = await Client.attach(lease.url);
  const tab = await first.contexts()[0].newPage();
  await tab.goto('data:text/html,<title>seen by both</title>');
  await until(async () => {
    const { result } = await second.call('Target.getTargets');
    return result.targetInfos.some(({ title }) => title === 'seen by both');
  }, 'the page of the other client');
  equal((await gateway.listed(lease)).attachedClients, 2);
  equal(gateway.browsers().length, 1, 'browsers:');
  second.socket.close();
  await until(async () => (await gateway.listed(lease)).attachedClients === 1, 'one client less');
  equal((await tab.evaluate(() => 6 * 7)), 42);
});

await test('many clients at once', async () => {
  const gateway = await Gateway.start('--browser');
  const lease = await gateway.lease();
  const count = slow ? 20 : 60;
  const clients = await Promise.all(Array.from({ length: count }, () => Client.attach(lease.url)));
  equal((await gateway.listed(lease)).attachedClients, count);
  await Promise.all(clients.map(async (client) => {
    for (let i = 0; i < 20; i++) ok((await client.call('Browser.getVersion')).result.product, 'an answer');
  }));
});

// A handshake and nothing else, so that all of them are there in one moment. Returns its status line.
function knock(gateway, url) {
  const wire = connect(gateway.port, '127.0.0.1');
  after(() => wire.destroy());
  let head = '';
  const answered = new Promise((done, fail) => {
    wire.on('data', (bytes) => (head += bytes.toString('latin1')).includes('\r\n\r\n') && done(head.split('\r\n')[0]));
    wire.on('error', fail);
    wire.on('close', () => fail(new Error(`hung up after ${JSON.stringify(head)}`)));
  });
  wire.write([`GET ${new URL(url).pathname} HTTP/1.1`, 'Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket',
    'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '\r\n'].join('\r\n'));
  const line = within(answered, patience, 'the answer');
  line.catch(() => {}); // until somebody looks
  return line;
}

// How many of `count` are let in, who come at once or in a stream; the others are refused with 503.
async function crowd(gateway, url, count, between = () => {}) {
  const knocks = [];
  for (let i = 0; i < count; i++) {
    knocks.push(knock(gateway, url));
    await between();
  }
  const lines = await Promise.all(knocks);
  const inside = lines.filter((line) => line.startsWith('HTTP/1.1 101 ')).length;
  equal(lines.filter((line) => line.startsWith('HTTP/1.1 503 ')).length, count - inside, 'refused with 503:');
  return inside;
}

await test('more than its door lets in at a time wait for one another', async () => {
  const gateway = await Gateway.start('--browser');
  const lease = await gateway.lease();
  const count = slow ? 128 : 250;
  equal(await crowd(gateway, lease.url, count), count, 'let in by a browser that has yet to start:');
  await until(async () => (await gateway.listed(lease)).attachedClients === count, 'that they are counted');
});

// Some are answered while others ask, so that whatever is given back too early is taken.
await test('256 are attached at most, also while they come in a stream', async () => {
  const gateway = await Gateway.start('--browser');
  const lease = await gateway.lease();
  await Client.attach(lease.url);
  equal(await crowd(gateway, lease.url, 400, () => pause(1)), 255, 'let in besides one:');
  await until(async () => (await gateway.listed(lease)).attachedClients === 256, 'that they are counted');
});

await test('a browser that does not start is said to be one', async () => {
  const gateway = await Gateway.start('--browser', '/bin/true');
  const client = new Client((await gateway.lease()).url);
  const error = await within(client.opened.then(() => new Error('it was not refused'), (why) => why), patience, 'the refusal');
  client.socket.terminate();
  equal(`${error.status} ${error.body?.error}`, '503 the browser could not be started');
});

await test('permessage-deflate passes through', async () => {
  const gateway = await Gateway.start('--browser');
  const client = await Client.attach((await gateway.lease()).url, { perMessageDeflate: true });
  ok(client.answer.headers['sec-websocket-extensions']?.startsWith('permessage-deflate'), 'it was agreed on');
  const run = await client.open();
  equal((await run(`'deflate'.repeat(200000)`)).length, 1400000);
  equal(await run(`'${'inflate'.repeat(100000)}'.length`), 700000);
});

await test('what is offered in several lines is offered to the browser', async () => {
  const gateway = await Gateway.start('--browser');
  const wire = connect(gateway.port, '127.0.0.1');
  after(() => wire.destroy());
  let head = '';
  wire.on('data', (bytes) => (head += bytes.toString('latin1')));
  wire.write([`GET ${new URL((await gateway.lease()).url).pathname} HTTP/1.1`, 'Host: localhost',
    'Connection: keep-alive', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Extensions: x-unknown',
    'Sec-WebSocket-Extensions:', 'Sec-WebSocket-Extensions: permessage-deflate', '\r\n'].join('\r\n'));
  await until(() => head.includes('\r\n\r\n'), 'the answer');
  ok(head.startsWith('HTTP/1.1 101 '), head);
  ok(/^sec-websocket-extensions: permessage-deflate/im.test(head), head);
});

await test('each runtime has a browser of its own, and no more than may', async () => {
  const gateway = await Gateway.start('--browser', '--max-browsers', '1');
  const client = await Client.attach((await gateway.lease()).url);
  const browser = gateway.browsers()[0];
  equal((await gateway.local('spare', 'start')).body.status, 'active');
  const spare = await gateway.lease({}, 'spare');
  equal(await refusal(spare.url), '402 browser.concurrent_quota_exceeded');
  equal((await gateway.local('browser', 'stop')).body.status, 'stopped');
  equal((await client.end()).code, 1001);
  await until(() => gateway.browsers().length === 0, 'the end of the browser');
  await Client.attach(spare.url);
  ok(gateway.browsers()[0] !== browser, 'it is another one');
});

await test('a guessed secret, another Host and the Origin of another are refused', async () => {
  const gateway = await Gateway.start('--browser');
  const { url } = await gateway.lease();
  const at = url.lastIndexOf('/') + 1;
  for (let i = at; i < url.length; i += 7) {
    const other = url[i] === 'A' ? 'B' : 'A';
    equal(await refusal(url.slice(0, i) + other + url.slice(i + 1)), '404 connection.not_found');
  }
  equal(await refusal(url.slice(0, -1)), '404 connection.not_found');
  equal(await refusal(`${url}A`), '404 connection.not_found');
  equal(await refusal(`${url.slice(0, at)}${'A'.repeat(32)}`), '404 connection.not_found');
  equal(await refusal(url, { headers: { Host: 'leases.example' } }), '403 permission.denied');
  equal(await refusal(url, { origin: 'https://leases.example' }), '403 permission.denied');
  equal(await refusal(`${url}/devtools/browser/x`), '404 route.not_found');
  equal(await refusal(`${url}/devtools/page/..%2fbrowser`), '404 route.not_found');
  equal(await refusal(`${url}/devtools/page/0123456789ABCDEF`), '404 route.not_found');
  equal(gateway.browsers().length, 1, 'browsers, for the one that asked with a good secret:');
  // What the browser itself would refuse: it gets no Origin.
  await (await Client.attach(url, { origin: gateway.url })).call('Browser.getVersion');
  await (await Client.attach(url, { origin: 'http://localhost:3000' })).call('Browser.getVersion');
});

await test('a browser goes on when its last client has gone, with its pages', async () => {
  const gateway = await Gateway.start('--browser');
  const { url } = await gateway.lease();
  const first = await Client.attach(url);
  const [browser] = gateway.browsers();
  const { result: { targetId } } = await first.call('Target.createTarget', { url: 'about:blank' });
  first.socket.close();
  await first.end();
  const { result: { targetInfos } } = await (await Client.attach(url)).call('Target.getTargets');
  ok(targetInfos.some((target) => target.targetId === targetId), 'its page is there');
  equal(gateway.browsers().join(), String(browser), 'browsers:');
});

await test('of a crowd 256 are let in, and who is refused keeps nobody out', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'leasetop-browser-test-'));
  after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'slow'), '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 }); // is waited for
  const gateway = await Gateway.start('--browser', join(folder, 'slow'));
  const { url } = await gateway.lease();
  const refused = [];
  for (let i = 0; i < 640; i++) {
    const client = new Client(url);
    after(() => client.socket.terminate());
    client.opened.catch((error) => error.status && refused.push(error)); // the connection is left as it is
    if (i % 64 === 63) await gateway.get('/v1/spaces');
  }
  await until(() => refused.length === 640 - 256, 'the refusals');
  for (const { status, body } of refused)
    equal(`${status} ${body.error}`, '503 as many clients are attached as may be');
  equal((await gateway.get('/v1/spaces')).spaces.length, 1);
});

await test("the browser's own port is shut", async () => {
  const gateway = await Gateway.start('--browser');
  const lease = await gateway.lease();
  const client = await Client.attach(lease.url);
  const own = readdirSync(gateway.folder).find((name) => name.startsWith('leasetop-gateway-'));
  // Not always the first: where somebody knocked before its port was shut, another was started.
  const profile = readdirSync(join(gateway.folder, own)).find((name) => name !== 'lock');
  const file = join(gateway.folder, own, profile, 'profile', 'DevToolsActivePort');
  const port = await until(() => existsSync(file) && Number(readFileSync(file, 'utf8').split('\n')[0]), 'its port');
  ok(port > 0 && port !== gateway.port, 'it has one');
  if (gateway.said.includes('cannot be shut')) return 'this system does not let us shut a port';
  let reached = 0;
  for (let i = 0; i < 20; i++) {
    const localAddress = i % 2 === 0 ? '127.0.0.1' : '127.0.0.2';
    const stranger = connect({ port, host: '127.0.0.1', localAddress }, () => stranger.write('GET /json/version HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'));
    stranger.on('data', () => reached++);
    stranger.on('error', () => {});
    after(() => stranger.destroy());
  }
  // Others come through meanwhile, so there was time to answer the strangers too.
  for (let i = 0; i < 20; i++) await (await Client.attach(lease.url)).call('Browser.getVersion');
  await pause(500);
  equal(reached, 0, 'strangers that were answered:');
  ok((await client.call('Browser.getVersion')).result.product, 'the session goes on');
});

finish();
