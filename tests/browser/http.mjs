// The browser's own HTTP interface under a lease's secret.
import { Client, equal, finish, Gateway, ok, playwright, refusal, test, until } from './stage.mjs';

const start = () => Gateway.start('--browser', '--protocols', 'cdp,http,mcp,vnc');

// Every address that a text holds, of this machine.
const addresses = (text) => [...text.matchAll(/127\.0\.0\.1:(\d+)(\/[^"?&]*)/g)].map(([, port, path]) => ({ port: Number(port), path }));

async function fetchText(url, options) {
  const answer = await fetch(url, options);
  return { status: answer.status, text: await answer.text() };
}

for (const protocol of ['http', 'mcp']) {
  await test(`${protocol}: /json/version and /json/list, with no other way in than the lease's`, async () => {
    const gateway = await start();
    const lease = await gateway.lease({ protocol });
    const token = lease.url.split('/').pop();
    for (const path of ['/json/version', '/json/version/', '/json/list', '/json/list?t=1', '/json']) {
      const { status, text } = await fetchText(lease.url + path);
      equal(status, 200, path);
      const seen = addresses(text);
      ok(seen.length > 0, 'there are some');
      for (const { port, path: at } of seen) {
        equal(port, gateway.port, `${path}: port`);
        ok(at.startsWith(`/attach/${token}`), `${path}: ${at.replace(token, 'TOKEN')}`);
      }
    }
    const { webSocketDebuggerUrl } = JSON.parse((await fetchText(`${lease.url}/json/version`)).text);
    equal(webSocketDebuggerUrl, `ws://127.0.0.1:${gateway.port}/attach/${token}`);
  });
}

await test('Playwright attaches by the base url', async () => {
  const gateway = await start();
  const browser = await playwright((await gateway.lease({ protocol: 'http' })).url);
  const tab = await browser.contexts()[0].newPage();
  equal(await tab.evaluate(() => 6 * 7), 42);
});

await test('a client attaches to one page, by the address in the list', async () => {
  const gateway = await start();
  const lease = await gateway.lease({ protocol: 'http' });
  const list = JSON.parse((await fetchText(`${lease.url}/json/list`)).text);
  const target = list.find(({ type }) => type === 'page');
  const client = await Client.attach(target.webSocketDebuggerUrl);
  const { result } = await client.call('Runtime.evaluate', { expression: 'location.href', returnByValue: true });
  equal(result.result.value, target.url);
  equal((await gateway.listed(lease)).attachedClients, 1);
  const whole = await Client.attach(`ws://127.0.0.1:${gateway.port}/attach/${lease.url.split('/').pop()}`);
  await whole.call('Target.createTarget', { url: 'about:blank' });
  await whole.call('Target.closeTarget', { targetId: target.id });
  const { code, reason } = await client.end();
  equal(`${code} ${reason}`, '1011 the browser has closed this connection');
  ok((await whole.call('Browser.getVersion')).result.product, 'the browser goes on');
  await gateway.revoke(lease);
  equal(await refusal(target.webSocketDebuggerUrl), '410 connection.revoked');
});

await test('what a page says of itself stays as it is', async () => {
  const gateway = await start();
  const lease = await gateway.lease({ protocol: 'http' });
  const client = await Client.attach((await gateway.lease()).url);
  const title = `see 127.0.0.1:${gateway.port}/devtools/browser/abc`;
  const url = `data:text/html,<title>${title}</title>`;
  await client.call('Target.createTarget', { url });
  const page = await until(async () => {
    const list = JSON.parse((await fetchText(`${lease.url}/json/list`)).text);
    return list.find((target) => target.title.startsWith('see '));
  }, 'the page');
  equal(page.title, title);
  ok(decodeURIComponent(page.url).includes(`:${gateway.port}/devtools/browser/abc<`), page.url);
  await Client.attach(page.webSocketDebuggerUrl);
});

await test('nothing else is let through', async () => {
  const gateway = await start();
  const lease = await gateway.lease({ protocol: 'http' });
  for (const path of ['', '/', '/json/new', '/json/close/x', '/json/protocol', '/json/version/x', '/devtools/browser', '/json/../json/new', '/%6asonx'])
    equal((await fetchText(lease.url + path)).status, 404, path);
  for (const method of ['PUT', 'POST', 'DELETE'])
    equal((await fetchText(`${lease.url}/json/list`, { method })).status, 405, method);
  equal((await fetchText(`${lease.url}/json/list`, { headers: { origin: 'http://127.0.0.1' } })).status, 403);
  equal((await fetchText(`${gateway.url}/http/${'A'.repeat(32)}/json/list`)).status, 404);
  equal((await fetchText(`${lease.url}/json/list`, { method: 'HEAD' })).status, 200);
  const cdp = await gateway.lease();
  const plain = await fetch(cdp.url.replace('ws:', 'http:'));
  equal(`${plain.status} ${plain.headers.get('upgrade')}`, '426 websocket');
});

await test('a lease that has ended, or whose protocol is none of a browser', async () => {
  const gateway = await start();
  const lease = await gateway.lease({ protocol: 'http' });
  await gateway.revoke(lease);
  const { status, text } = await fetchText(`${lease.url}/json/version`);
  equal(status, 410);
  equal(JSON.parse(text).code, 'connection.revoked');
  const made = await gateway.ask('POST', await gateway.path('browser'), { protocol: 'vnc' });
  equal(await refusal(made.body.endpoint.endpoints.screen.url), '503 runtime.host_unavailable');
  const desktop = await gateway.lease({}, 'desktop');
  equal(await refusal(desktop.url), '503 runtime.host_unavailable');
  const why = await fetchText(desktop.url.replace('ws:', 'http:'));
  ok(JSON.parse(why.text).error.includes('its runtime is no browser'), why.text);
});

finish();
