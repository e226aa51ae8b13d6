// What happens to attaches and sessions when a lease, the browser or the gateway ends.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  after, Client, disconnected, equal, finish, Gateway, ok, patience, pause, playwright, refusal, slow, test, turnedAway, until, within,
} from './stage.mjs';

const folders = (gateway) => readdirSync(gateway.folder).filter((name) => name.startsWith('leasetop-gateway-'));
// The gateway waits for that; where it is killed, a process that waited for its end removes them a moment later.
const cleaned = (gateway) => until(() => folders(gateway).length === 0, 'the removal of the folder');
const scratch = () => {
  const folder = mkdtempSync(join(tmpdir(), 'leasetop-browser-test-'));
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
};
const gone = (gateway) => until(() => gateway.processes().length === 0, 'the end of all browser processes');

// Keeps answers of a megabyte on their way, until the session ends.
async function load(client) {
  const run = await client.open();
  const forever = async () => {
    for (;;) equal((await run(`'x'.repeat(1000000)`)).length, 1000000);
  };
  client.loads = [forever(), forever(), forever()];
  for (const each of client.loads) each.catch(() => {});
  await run('1');
}

await test('after a revoke and after a stop no attach is accepted, and open sessions go on', async () => {
  const gateway = await Gateway.start('--browser', '--keep-ended', '0');
  const lease = await gateway.lease();
  const browser = await playwright(lease.url);
  const tab = await browser.contexts()[0].newPage();
  await gateway.revoke(lease);
  equal(await refusal(lease.url), '410 connection.revoked');
  await turnedAway(lease.url, '410 Gone');
  equal(await tab.evaluate(() => 6 * 7), 42);
  const other = await gateway.lease();
  await Client.attach(other.url);
  await gateway.local('browser', 'stop');
  equal(await refusal(other.url), '410 connection.closed');
  equal(await refusal(lease.url), '410 connection.revoked');
});

await test('after expiry no attach is accepted; the session goes on, but for --cut', async () => {
  const [plain, cutting] = await Promise.all([
    Gateway.start('--browser', '--min-ttl', '1'), Gateway.start('--browser', '--min-ttl', '1', '--cut')]);
  // The browsers are there before: an attach is slow on a busy machine.
  for (const each of [plain, cutting]) await Client.attach((await each.lease()).url);
  const ttlSeconds = slow ? 10 : 4;
  const [lease, doomed] = [await plain.lease({ ttlSeconds }), await cutting.lease({ ttlSeconds })];
  const [client, cut, browser] = await Promise.all(
    [Client.attach(lease.url), Client.attach(doomed.url), playwright(doomed.url)]);
  const left = disconnected(browser);
  const { code, reason } = await cut.end();
  const late = Date.now() - Date.parse(doomed.expiresAt);
  equal(`${code} ${reason}`, '4001 the lease has expired');
  ok(late >= 0 && late < 1000, `the session ended ${late} ms after the lease`);
  await left;
  equal(await refusal(doomed.url), '410 connection.expired');
  await turnedAway(doomed.url, '410 Gone');
  await until(() => Date.now() > Date.parse(lease.expiresAt), 'expiry');
  equal(await refusal(lease.url), '410 connection.expired');
  ok((await client.call('Browser.getVersion')).result.product, 'the session goes on');
});

await test('--cut: ten of ten sessions under load end between two frames with 4002, each with its lease', async () => {
  const gateway = await Gateway.start('--browser', '--cut');
  const leases = [];
  for (let i = 0; i < 10; i++) leases.push(await gateway.lease());
  const clients = await Promise.all(leases.map(({ url }, i) => Client.attach(url, { perMessageDeflate: i % 5 === 4 })));
  const spared = await Client.attach((await gateway.lease()).url);
  const browser = await playwright(leases[9].url);
  await Promise.all(clients.map(load));
  const [times, asking] = [[], []];
  const left = disconnected(browser);
  for (const [i, client] of clients.entries()) {
    // On a busy machine most of the time is this process's own: it reads what ten clients are sent.
    const asked = performance.now();
    await gateway.revoke(leases[i]);
    const answered = performance.now();
    const { code, reason, at } = await client.end();
    equal(`${code} ${reason}`, '4002 the lease was revoked');
    times.push(Math.max(0, Math.round(at - answered)));
    asking.push(Math.round(answered - asked));
    ok(clients.slice(i + 1).every(({ socket }) => socket.readyState === 1), 'the others go on');
  }
  ok(Math.max(...times) < (slow ? 5000 : 1000), `each within a second: ${times} ms`);
  await left;
  console.log(`# from the revoke's answer to the close: ${times} ms; until the answer: ${asking} ms`);
  ok((await spared.call('Browser.getVersion')).result.product, 'the one of another lease goes on');
});

await test('--cut: a client that takes nothing is cut off in the middle of a frame', async () => {
  const gateway = await Gateway.start('--browser', '--cut');
  const lease = await gateway.lease();
  const client = await Client.attach(lease.url);
  const run = await client.open();
  const wire = client.socket._socket;
  let seen = 0;
  const begun = new Promise((done) => wire.on('data', function count(bytes) {
    if ((seen += bytes.length) < 1 << 20) return;
    wire.off('data', count);
    done(client.socket.pause()); // not the wire, which it would resume by itself
  }));
  run(`'x'.repeat(64 << 20)`).catch(() => {});
  await within(begun, patience, 'the beginning of a frame');
  const since = Date.now();
  await gateway.revoke(lease);
  await until(async () => (await gateway.listed(lease)).attachedClients === 0, 'the cut');
  ok(Date.now() - since >= 400, 'it was given time');
  client.socket.resume();
  equal((await client.end()).code, 1006);
});

await test('a browser that is killed ends its sessions and closes its leases, and is started again', async () => {
  const gateway = await Gateway.start('--browser');
  const lease = await gateway.lease();
  const client = await Client.attach(lease.url);
  const played = await playwright(lease.url);
  const tab = await played.contexts()[0].newPage();
  const [left, work] = [disconnected(played), tab.evaluate(() => new Promise(() => {})).catch((error) => error.message)];
  const [browser] = gateway.browsers();
  process.kill(browser, 'SIGKILL');
  const { code, reason } = await client.end();
  // Whoever has been told finds all of it so.
  const [refused, closed, next] = await Promise.all([refusal(lease.url), gateway.listed(lease), gateway.lease()]);
  equal(`${code} ${reason}`, '1001 the browser has gone');
  equal(refused, '410 connection.closed');
  ok(closed.status === 'closed' && closed.closedAt, 'it says when');
  ok(next.runId !== lease.runId, 'a new run');
  await left;
  ok((await work).includes('closed'), 'what was under way fails');
  await until(async () => (await gateway.listed(lease)).attachedClients === 0, 'the end of its sessions');
  await until(() => gateway.browsers().length === 1 && gateway.browsers()[0] !== browser, 'another browser');
  const other = await Client.attach(next.url);
  await until(() => {
    const profiles = readdirSync(join(gateway.folder, folders(gateway)[0])).filter((name) => name !== 'lock');
    return profiles.length === 1 && profiles[0] !== '1';
  }, 'its folder alone, without the one of the browser before');
  // A second time within ten seconds it waits until it is needed.
  process.kill(gateway.browsers()[0], 'SIGKILL');
  equal((await other.end()).code, 1001);
  equal((await gateway.listed(next)).status, 'closed');
  await until(() => gateway.browsers().length === 0, 'the end of it');
  await Client.attach((await gateway.lease()).url);
});

await test('an attach that the end of the browser comes between is refused by a closed lease', async () => {
  const gateway = await Gateway.start('--browser');
  const lease = await gateway.lease();
  await Client.attach(lease.url);
  const [browser] = gateway.browsers();
  const opened = () => readdirSync(`/proc/${gateway.child.pid}/fd`).length;
  const before = opened();
  process.kill(browser, 'SIGSTOP');
  const refused = [1, 2, 3].map(() => refusal(lease.url));
  await until(() => opened() >= before + 6, 'the attaches, each with a socket on both sides');
  process.kill(browser, 'SIGKILL');
  for (const each of refused) equal(await each, '410 connection.closed');
});

await test('a browser that hangs up on one client is not said to have gone', async () => {
  const gateway = await Gateway.start('--browser');
  const lease = await gateway.lease();
  const [client, other] = [await Client.attach(lease.url), await Client.attach(lease.url)];
  client.socket._socket.write('no frame, nor masked');
  const { code, reason } = await client.end();
  equal(`${code} ${reason}`, '1011 the browser has closed this connection');
  equal((await gateway.listed(lease)).status, 'active');
  ok((await other.call('Browser.getVersion')).result.product, 'the other session goes on');
});

await test('a client that goes while its browser hangs is counted no more', async () => {
  const gateway = await Gateway.start('--browser');
  const lease = await gateway.lease();
  const [client, other] = [await Client.attach(lease.url), await Client.attach(lease.url)];
  const [browser] = gateway.browsers();
  process.kill(browser, 'SIGSTOP');
  after(async () => process.kill(browser, 'SIGCONT'));
  // More than all that lies between can hold, and it gets stuck before the client goes.
  client.socket.send(Buffer.alloc(32 << 20, ' '));
  const unsent = () => client.socket._socket._handle.writeQueueSize;
  await until(async () => {
    const before = unsent();
    await pause(200);
    return before > 0 && unsent() === before;
  }, 'a client that is not read');
  client.socket.terminate();
  await until(async () => (await gateway.listed(lease)).attachedClients === 1, 'one client less');
  process.kill(browser, 'SIGCONT');
  ok((await other.call('Browser.getVersion')).result.product, 'the other session goes on');
});

await test('stopping the gateway ends every session, the browsers and their folder', async () => {
  const gateway = await Gateway.start('--browser');
  const lease = await gateway.lease();
  const clients = await Promise.all([1, 2, 3, 4].map(() => Client.attach(lease.url)));
  const left = disconnected(await playwright(lease.url));
  await Promise.all(clients.map(load));
  gateway.child.kill('SIGTERM');
  for (const client of clients) equal((await client.end()).code, 1001);
  await left;
  equal(await within(gateway.ended, patience, 'the end'), 0);
  equal(folders(gateway).length, 0, 'folders at its end:');
  await gone(gateway);
});

await test('stopping it while a browser starts', async () => {
  const gateway = await Gateway.start('--browser');
  const client = new Client((await gateway.lease()).url);
  after(() => client.socket.terminate());
  await until(() => gateway.browsers().length === 1, 'the browser');
  await gateway.stop();
  const why = await within(client.opened.catch((error) => error), patience, 'the refusal');
  ok(why.status === 503 || why.code === 'ECONNRESET' || why.code === 'ECONNREFUSED' || why.message === 'socket hang up',
    `refused with ${why.status ?? why.message}`);
  await gone(gateway);
  await cleaned(gateway);
});

await test('a killed gateway takes its browsers and their folder along', async () => {
  const gateway = await Gateway.start('--browser');
  await Client.attach((await gateway.lease()).url);
  gateway.child.kill('SIGKILL');
  await gone(gateway);
  // Only when nobody is left who could make it anew.
  await cleaned(gateway);
});

await test('nor does a browser stay that was started by a script, which its own end would spare', async () => {
  const script = join(scratch(), 'launcher');
  writeFileSync(script, `#!/bin/sh\n${process.env.BROWSER_NAME} "$@"\necho done\n`, { mode: 0o755 });
  const gateway = await Gateway.start('--browser', script);
  await Client.attach((await gateway.lease()).url);
  ok(gateway.browsers().every((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(script)), 'the script lives');
  gateway.child.kill('SIGKILL');
  await gone(gateway);
  await cleaned(gateway);
});

await test('if the process that removes the folder is killed the gateway does it', async () => {
  const gateway = await Gateway.start('--browser');
  await Client.attach((await gateway.lease()).url);
  // It has the gateway's arguments and environment, and is not its child.
  const janitor = readdirSync('/proc').find((pid) => {
    try {
      return Number(pid) !== gateway.child.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('leasetop-gateway\0') &&
        readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`TMPDIR=${gateway.folder}\0`);
    } catch {
      return false;
    }
  });
  process.kill(Number(janitor), 'SIGKILL');
  await gateway.stop();
  equal(folders(gateway).length, 0, 'folders at its end:');
});

await test('where TMPDIR is too long for the sockets of a browser, /tmp is used', async () => {
  const long = join(scratch(), 'x'.repeat(80));
  mkdirSync(long);
  const gateway = new Gateway(['--browser'], { TMPDIR: long });
  await gateway.listening();
  await Client.attach((await gateway.lease()).url);
  equal(readdirSync(long).length, 0, 'in the long one:');
  await gateway.stop();
});

await test('a gateway removes what nobody removed, and nothing that is in use', async () => {
  const gateway = await Gateway.start('--browser');
  const [used] = folders(gateway);
  const stale = join(gateway.folder, 'leasetop-gateway-stale');
  mkdirSync(join(stale, '1', 'profile'), { recursive: true });
  writeFileSync(join(stale, 'lock'), '');
  symlinkSync(gateway.folder, join(gateway.folder, 'leasetop-gateway-link'));
  const next = new Gateway(['--browser'], { TMPDIR: gateway.folder });
  await next.listening();
  const left = folders(gateway);
  ok(left.includes(used), 'what a living one holds stays');
  ok(left.includes('leasetop-gateway-link'), 'what is no folder stays');
  ok(!left.includes('leasetop-gateway-stale'), 'the stale one is gone');
  equal(left.length, 3);
  unlinkSync(join(gateway.folder, 'leasetop-gateway-link'));
  await next.stop();
  await Client.attach((await gateway.lease()).url);
});

await test('without a browser, or with one that does not come up', async () => {
  const none = new Gateway(['--browser'], { PATH: '/nonexistent' });
  await none.listening();
  for (let i = 0; i < 2; i++)
    equal(await refusal((await none.lease()).url), '503 runtime.host_unavailable');
  equal(none.said, 'leasetop-gateway: no browser is installed: attaches will be refused\n');
  const file = join(scratch(), 'broken');
  writeFileSync(file, `#!/bin/sh
printf 'first\\n[1:1:FATAL:somewhere.cc:1] too \\033[2J long%1000d\\nand more\\n' 0 >&2
exit 1
`, { mode: 0o755 });
  const broken = await Gateway.start('--browser', file);
  for (let i = 0; i < 2; i++)
    equal(await refusal((await broken.lease()).url), '503 runtime.host_unavailable');
  // One line of what it said, the one that tells most, bounded and clean.
  const words = await until(() => /^leasetop-gateway: a browser ended before it could be used; it said: (.*)\n/m.exec(broken.said)?.[1], 'why');
  ok(words.startsWith('[1:1:FATAL:somewhere.cc:1] too ?[2J long  ') && words.length < 300, broken.said);
  equal((await broken.listed(await broken.lease())).status, 'active');
});

finish();
