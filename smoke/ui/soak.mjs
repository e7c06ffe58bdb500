// The page before a busy server. Called by soak: soak.mjs ROOT WORK CHROMIUM MINUTES JOBS EVENTS EVERY

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Faults, launch, newPage } from './browser.mjs';
import { Server } from './server.mjs';

const [root, work, chromium, minutes, jobs, events, every] = process.argv.slice(2).map((value, i) => (i < 3 ? value : Number(value)));
const BULK = 5000;
const TURN_MS = 200;

/** A job that is accepted, starts and ends. */
const EVENTS_A_JOB = 3;

const line = (i) => JSON.stringify({ kind: 'title', input: `The mail server in Osaka is slow since noon, says ticket ${i}.`, priority: i % 10, metadata: { ticket: String(i) } });
const sleep = (ms) => new Promise((resolve) => {
  setTimeout(resolve, ms);
});
const load = () => readFileSync('/proc/loadavg', 'utf8').split(' ')[0];

const data = mkdtempSync(join(tmpdir(), 'npuq-ui-soak-'));
const server = new Server(root, join(data, 'queue'), join(work, 'soak-server.log'));
const faults = new Faults();
let made = 0;
let going = true;

async function bulk(n) {
  const lines = Array.from({ length: n }, () => line(made++)).join('\n');
  const answer = await fetch(`${server.url}/v1/jobs/bulk`, { method: 'POST', headers: { 'Content-Type': 'application/x-ndjson' }, body: `${lines}\n` });
  const refused = (await answer.text()).split('\n').filter((said) => said && !said.includes('"status":202'));
  if (refused.length) {
    throw new Error(`refused: ${refused[0]}`);
  }
}

/** So many jobs a second, whatever time an answer takes. */
async function feed(perSecond) {
  const began = performance.now();
  const before = made;
  while (going) {
    const due = Math.floor(((performance.now() - began) / 1000) * perSecond) - (made - before);
    if (due > 0) {
      await bulk(Math.min(due, BULK));
    }
    await sleep(TURN_MS);
  }
}

/** Frames are counted in the page itself, in a histogram of milliseconds, so that the counting holds no memory. */
function countFrames() {
  window.frames_ms = new Uint32Array(5000);
  let last = performance.now();
  const frame = (now) => {
    window.frames_ms[Math.min(4999, Math.round(now - last))] += 1;
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

function takeFrames() {
  const frames = Array.from(window.frames_ms);
  window.frames_ms.fill(0);
  const all = frames.reduce((sum, n) => sum + n, 0);
  const at = (share) => {
    let seen = 0;
    return frames.findIndex((n) => (seen += n) >= share * all);
  };
  return { all, median: at(0.5), p95: at(0.95), max: frames.findLastIndex((n) => n > 0) };
}

async function ended() {
  const { depth } = await (await fetch(`${server.url}/v1/queue`)).json();
  return depth.by_state;
}

try {
  await server.start('--device', 'BUILTIN');
  while (made < jobs) {
    await bulk(Math.min(BULK, jobs - made));
  }
  const browser = await launch(chromium, '--enable-precise-memory-info');
  const pages = {};
  for (const hash of ['#/', '#/jobs']) {
    const page = await newPage(browser, `${server.url}/ui${hash}`, faults);
    await page.evaluate(countFrames);
    pages[hash] = { page, cdp: await page.context().newCDPSession(page) };
  }
  const feeding = feed(events / EVENTS_A_JOB);
  console.log(`${made} jobs in the list; load ${load()}`);
  console.log('second  page     jobs listed  events/s  frames  median ms  p95 ms  max ms  heap MiB  nodes  load');
  let before = await ended();
  for (let second = every; second <= 60 * minutes; second += every) {
    const began = performance.now();
    await sleep(1000 * every);
    const now = await ended();
    const passed = (performance.now() - began) / 1000;
    const total = (state) => Object.values(state).reduce((sum, n) => sum + n, 0);
    const rate = (total(now) - total(before) + 2 * (now.succeeded - before.succeeded)) / passed;
    for (const [hash, { page, cdp }] of Object.entries(pages)) {
      const frames = await page.evaluate(takeFrames);
      await cdp.send('HeapProfiler.collectGarbage');
      const { usedSize } = await cdp.send('Runtime.getHeapUsage');
      const { nodes } = await cdp.send('Memory.getDOMCounters');
      console.log([
        String(second).padEnd(6), hash.padEnd(7), String(total(now)).padStart(12), rate.toFixed(0).padStart(8), String(frames.all).padStart(6),
        String(frames.median).padStart(9), String(frames.p95).padStart(6), String(frames.max).padStart(6), (usedSize / 2 ** 20).toFixed(2).padStart(8),
        String(nodes).padStart(5), load(),
      ].join('  '));
    }
    before = now;
  }
  going = false;
  await feeding;
  await browser.close();
  faults.take().forEach((fault) => console.log(fault));
} finally {
  going = false;
  await server.stop();
  rmSync(data, { recursive: true, force: true });
}
