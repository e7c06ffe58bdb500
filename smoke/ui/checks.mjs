// The page in a real browser. Called by run: checks.mjs ROOT WORK CHROMIUM

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Faults, axe, launch, newPage } from './browser.mjs';
import { Server } from './server.mjs';

const [root, work, chromium, docs] = process.argv.slice(2);
const PATIENCE_MS = 120_000;
const TINY = ['--model', join(root, 'npu-worker-verticle/src/test/resources/tiny-qwen2')];
const TEXT = 'The mail server in Osaka is slow since noon. Please check it before 5 pm, and tell Priya.';

const data = mkdtempSync(join(tmpdir(), 'npuq-ui-'));
const pictures = join(work, 'pictures');
mkdirSync(pictures, { recursive: true });
const server = new Server(root, join(data, 'queue'), join(work, 'server.log'));
const faults = new Faults();
let failed = 0;
let page;

/** What is done where only the pictures are wanted. */
const FOR_DOCS = ['GET / leads a browser to the page', 'how all stands is shown', 'pictures'];

async function check(name, work) {
  if (docs && !FOR_DOCS.includes(name)) {
    return;
  }
  const detail = [];
  try {
    await work();
    detail.push(...faults.take());
  } catch (error) {
    detail.push(...faults.take(), error.message.split('\n').slice(0, 4).join(' '));
    await page?.screenshot({ path: join(pictures, '..', `failed-${failed}.png`) }).catch(() => {});
  }
  failed += detail.length ? 1 : 0;
  console.log(`${name.padEnd(46)} ${detail.length ? 'FAILED' : 'ok'}  ${detail.join(' | ')}`);
}

const text = (selector) => page.locator(selector).textContent();
const see = (selector, pattern) => page.waitForFunction(
  ([at, wanted]) => new RegExp(wanted).test([...document.querySelectorAll(at)].filter((found) => found.checkVisibility()).map((found) => found.textContent).join('\n')),
  [selector, pattern.source],
  { timeout: PATIENCE_MS },
);
const picture = (name, options = {}) => page.screenshot({ path: join(pictures, `${name}.png`), ...options });
const api = async (method, path, json) => (await fetch(server.url + path, {
  method, headers: json ? { 'Content-Type': 'application/json' } : {}, body: json && JSON.stringify(json),
})).json();
const go = async (hash) => {
  await page.evaluate((to) => { location.hash = to; }, hash);
};

/** A job that has no end within its tokens, however soon the model would say that it is done. */
const endless = (more = {}) => api('POST', '/v1/jobs', {
  kind: 'chat', messages: [{ role: 'user', content: TEXT }], max_new_tokens: 1024, ...more,
  response_format: { type: 'json_schema', json_schema: { name: 'endless', schema: { type: 'array', items: { type: 'integer' }, minItems: 1000 } } },
});

async function submit(kind, input, more = {}) {
  await page.click('#open-submit');
  await page.selectOption('#submit-form [name=kind]', kind);
  await page.fill('#submit-form [name=input]', input);
  if (Object.keys(more).length) {
    await page.evaluate(() => { document.querySelector('#submit-form details').open = true; });
  }
  for (const [name, value] of Object.entries(more)) {
    const field = page.locator(`#submit-form [name=${name}]`);
    await (name === 'priority' || name === 'device' ? field.selectOption(value) : field.fill(value));
  }
  const before = new URL(page.url()).hash;
  await page.click('#submit-form button[type=submit]');
  await page.waitForFunction((old) => /^#\/jobs\/job_/.test(location.hash) && location.hash !== old, before, { timeout: PATIENCE_MS });
  return page.evaluate(() => location.hash.slice('#/jobs/'.length));
}

try {
  await server.start(...(docs ? [] : TINY));
  const browser = await launch(chromium);
  await check('GET / leads a browser to the page', async () => {
    page = await newPage(browser, server.url, faults);
    assert.equal(new URL(page.url()).pathname, '/ui');
    await see('#link-state', /^live$/);
  });
  await check('how all stands is shown', async () => {
    await see('#lanes', /cpu[^]*serving/);
    await see('#status-level', /Healthy/);
    assert.match(await text('#note-waiting'), /of 1,000,000/);
  });
  await check('a job is submitted, and ends with its evidence', async () => {
    await submit('title', TEXT, { priority: '1', labels: 'folder=inbox' });
    await see('#job-state', /succeeded/);
    await see('#job-verdict', /^Fallback/);
    await see('#job-evidence', /Executed by *CPU/);
    await see('#job-log', /submit[^]*start[^]*end/);
    assert.match(await text('#job-text'), /\S/);
  });
  await check('no text of a prompt is shown', async () => {
    const shown = await page.evaluate(() => document.body.innerText);
    assert.ok(!shown.includes('Please check it'), shown);
  });
  await check('tokens come as they are made', async () => {
    await api('POST', '/v1/queue/pause');
    const { id } = await endless();
    await go(`#/jobs/${id}`);
    await see('#job-state', /queued/);
    await page.evaluate(() => {
      const text = document.querySelector('#job-text');
      window.lengths = new Set();
      new MutationObserver(() => window.lengths.add(text.textContent.length)).observe(text, { childList: true, characterData: true, subtree: true });
    });
    await api('POST', '/v1/queue/resume');
    await page.waitForFunction(() => window.lengths.size > 5, null, { timeout: PATIENCE_MS });
    const lengths = await page.evaluate(() => [...window.lengths]);
    assert.ok(lengths.slice(0, 5).every((length, i) => i === 0 || length > lengths[i - 1]), `the text grows: ${lengths}`);
  });
  await check('they are on the live page too', async () => {
    for (let i = 0; i < 6; i += 1) {
      await endless();
    }
    await go('#/');
    await see('#running .tokens', /\S/);
    await see('#tile-running', /^1$/);
  });
  await check('a running job is cancelled', async () => {
    await page.click('#running button');
    await see('#toasts', /stops at its next token|job is/);
    for (const { id } of (await api('GET', '/v1/jobs?kind=chat')).data) {
      await api('POST', `/v1/jobs/${id}/cancel`);
    }
    await see('#running-empty', /Nothing runs/);
    await go('#/jobs?state=cancelled');
    await see('#jobs tbody', /chat[^]*cancelled/);
  });
  await check('pause, a queue with deadlines, resume', async () => {
    await go('#/');
    await page.click('#pause');
    await see('#status-level', /Paused/);
    for (let i = 0; i < 14; i += 1) {
      await api('POST', '/v1/jobs', { kind: ['title', 'summary', 'notification'][i % 3], input: TEXT, priority: [2, 5, 5, 7][i % 4], metadata: { folder: i % 2 ? 'inbox' : 'reports' }, ...(i % 5 === 0 ? { deadline_ms: 3_600_000 } : {}) });
    }
    await see('#by-priority', /5[^]*7/);
    await see('#deadlines', /in 59 min/);
    await see('#tile-waiting', /^14$/);
    await page.click('#resume');
    await see('#status-level', /Healthy/);
    await see('#tile-waiting', /^0$/);
  });
  await check('jobs are filtered and searched by the server', async () => {
    await go('#/jobs');
    await page.selectOption('#filters [name=kind]', 'notification');
    await see('#jobs tbody', /notification/);
    await page.waitForFunction(() => !/summary|title/.test(document.querySelector('#jobs tbody').textContent));
    await page.selectOption('#filters [name=kind]', '');
    await page.fill('#filters [name=q]', 'REPORTS');
    await page.click('#filters button[type=submit]');
    await see('#jobs tbody', /folder=reports/);
    await page.waitForFunction(() => !document.querySelector('#jobs tbody').textContent.includes('inbox'));
    await page.fill('#filters [name=q]', 'no such label');
    await page.click('#filters button[type=submit]');
    await see('#jobs-note', /no such job/);
  });
  await check('a job whose engine crashes fails, and is retried', async () => {
    const { id } = await endless({ metadata: { try: 'crash' } });
    await go(`#/jobs/${id}`);
    for (;;) {
      const job = await api('GET', `/v1/jobs/${id}`);
      if (job.state === 'failed') {
        break;
      }
      if (job.state === 'running') {
        server.killEngine();
      }
      assert.notEqual(job.state, 'succeeded');
      await page.waitForTimeout(100);
    }
    await see('#job-state', /failed/);
    await see('#job-log', /recover/);
    await see('#job-problem', /attempts exhausted/);
    await page.click('#job-retry');
    await page.waitForFunction((before) => location.hash !== `#/jobs/${before}`, id);
    await see('#job-state', /running|queued/);
    await see('#job-log', new RegExp(`retry of ${id}`));
    await page.click('#job-cancel');
    await see('#job-state', /cancelled/);
  });
  await check('the latency report of a range, and as a file', async () => {
    await page.click('nav a[data-page=report]');
    await see('#report', /Against the targets[^]*title on CPU/);
    const download = page.waitForEvent('download');
    await page.click('[data-format=html]');
    assert.equal((await download).suggestedFilename(), 'npuq-latency.html');
    await see('#report-note', /Saved/);
  });
  await check('axe finds nothing serious', async () => {
    const found = [];
    for (const scheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const hash of ['#/', '#/jobs', '#/report', `#/jobs/${(await api('GET', '/v1/jobs?state=succeeded&limit=1')).data[0].id}`]) {
        await go(hash);
        await page.waitForTimeout(500);
        found.push(...await axe(page, `${scheme} ${hash}`));
      }
      for (const id of ['submit', 'key']) {
        await page.click(`#open-${id}`);
        found.push(...await axe(page, `${scheme} ${id}`));
        await page.keyboard.press('Escape');
      }
    }
    nothing(found);
  });
  await check('by keyboard alone', async () => {
    await page.emulateMedia({ colorScheme: 'light' });
    await go('#/');
    await page.reload();
    await see('#link-state', /^live$/);
    await tabTo('#open-submit');
    await page.keyboard.press('Enter');
    assert.equal(await focused(), 'input');
    await page.keyboard.type('Please water the plants on Friday.');
    await tabTo('#submit-form button[type=submit]');
    await page.keyboard.press('Enter');
    await see('#job-state', /succeeded/);
    await tabTo('#open-key');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'open-key');
    await tabTo('nav a[data-page=live]');
    await page.keyboard.press('Enter');
    await see('h2', /Lanes/);
  });
  await check('at 360 pixels nothing is cut off', async () => {
    await page.setViewportSize({ width: 360, height: 780 });
    for (const hash of ['#/', '#/jobs', '#/report', `#/jobs/${(await api('GET', '/v1/jobs?limit=1')).data[0].id}`]) {
      await go(hash);
      await page.waitForTimeout(300);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 360), `${hash} is wider than the screen`);
      nothing(await axe(page, `360 ${hash}`));
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  });
  await check('pictures', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await go('#/');
    await scene();
    await see('#running .tokens', docs ? /[^]{250}/ : /[^]{40}/);
    await picture('ui-live', { fullPage: true });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 360, height: 780 });
    await page.waitForTimeout(300);
    await picture('ui-narrow-dark');
    await page.setViewportSize({ width: 1280, height: 900 });
    await go(`#/jobs/${(await api('GET', '/v1/jobs?state=succeeded&kind=summary&limit=1')).data[0].id}`);
    await see('#job-log', /end/);
    await picture('ui-job-dark', { fullPage: true });
    await page.emulateMedia({ colorScheme: 'light' });
    await go('#/report');
    await see('#report', /Against the targets/);
    await picture('ui-report', { fullPage: true });
  });
  await check('the server is lost, and comes back', async () => {
    await go('#/');
    faults.serverIsAway = true;
    await server.stop('SIGKILL');
    await see('#lost', /cannot be reached/);
    assert.equal(await text('#link-state'), 'not connected');
    await server.start(...(docs ? [] : TINY));
    await see('#link-state', /^live$/);
    await page.waitForFunction(() => document.querySelector('#lost').hidden);
    await see('#lanes', /serving/);
    faults.serverIsAway = false;
  });
  await page.context().close();
  await server.stop();

  await check('a server with keys: the page loads, and asks for one', async () => {
    const keys = join(data, 'keys');
    const said = execFileSync(join(root, 'npuq'), ['keys', 'add', 'anna', '--api-keys-file', keys]).toString();
    const key = said.trim();
    faults.serverIsAway = true;
    await server.start(...TINY, '--api-keys-file', keys);
    page = await newPage(browser, server.url, faults);
    await see('#key-problem', /API key/);
    await page.fill('#key-form [name=key]', 'wrong');
    await page.keyboard.press('Enter');
    await see('#key-problem', /API key/);
    await page.fill('#key-form [name=key]', key);
    await page.keyboard.press('Enter');
    await see('#link-state', /^live$/);
    await see('#tile-running', /^\d+$/);
    await page.click('#pause');
    await see('#toasts', /keys with admin/);
    assert.deepEqual(await page.evaluate(() => [localStorage.length, document.cookie, sessionStorage.length]), [0, '', 1]);
  });
  await browser.close();
} finally {
  await server.stop();
  rmSync(data, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);

function nothing(found) {
  assert.equal(found.length, 0, found.join(' | '));
}

async function tabTo(selector) {
  for (let i = 0; i < 60; i += 1) {
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) {
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`${selector} is not reached by Tab`);
}

function focused() {
  return page.evaluate(() => document.activeElement.name || document.activeElement.id);
}

/** A queue at work, as people have it. */
async function scene() {
  const folder = (i) => ({ folder: ['inbox', 'reports', 'minutes'][i % 3] });
  for (let i = 0; i < 20; i += 1) {
    await api('POST', '/v1/jobs', { kind: ['summary', 'title', 'notification', 'title', 'memory_candidate'][i % 5], input: TEXT, priority: [2, 5, 5, 7][i % 4], metadata: folder(i) });
  }
  await see('#tile-waiting', /^0$/);
  await see('#tile-running', /^0$/);
  await api('POST', '/v1/queue/pause');
  for (let i = 0; i < 40; i += 1) {
    const due = i % 9 === 0 ? { deadline_ms: 300_000 + 60_000 * i } : {};
    await api('POST', '/v1/jobs', { kind: ['title', 'summary', 'notification'][i % 3], input: TEXT, priority: [5, 7, 2, 5, 5][i % 5], metadata: folder(i), ...due });
  }
  // The one that is seen at work comes first.
  const asks = { messages: [{ role: 'user', content: 'How do I keep house plants alive? Answer at length.' }], max_new_tokens: 400 };
  await (docs ? api('POST', '/v1/jobs', { kind: 'chat', priority: 0, metadata: folder(0), ...asks }) : endless({ priority: 0 }));
  await api('POST', '/v1/queue/resume');
}
