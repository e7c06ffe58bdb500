// A browser that tells all that a page does which it should not.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Chromium as it is, but that it asks nobody anything by itself. */
const QUIET = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

export const launch = (executablePath, ...more) => chromium.launch({ executablePath, args: [...QUIET, ...more] });

/** What is wrong with pages, as sentences. While a server is away, failed requests are no fault. */
export class Faults {
  constructor() {
    this.found = [];
    this.serverIsAway = false;
  }

  add(what) {
    this.found.push(what);
  }

  /** Takes what was found so far. */
  take() {
    return this.found.splice(0);
  }
}

export async function newPage(browser, url, faults, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', ...options });
  const { origin } = new URL(url);
  await context.route('**/*', (route) => {
    const asked = route.request().url();
    if (asked.startsWith(`${origin}/`)) {
      return route.continue();
    }
    faults.add(`asked for ${asked}`);
    return route.abort();
  });
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      console.error(`violates ${event.effectiveDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  page.on('console', (message) => {
    const isLoss = faults.serverIsAway && message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !isLoss) {
      faults.add(`console: ${message.text()} (${message.location().url})`);
    }
  });
  page.on('pageerror', (error) => faults.add(`error: ${error.message}`));
  await page.goto(url);
  return page;
}

/** What axe finds serious or critical. */
export async function axe(page, where) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
  return violations
    .filter((violation) => ['serious', 'critical'].includes(violation.impact))
    .map((violation) => `axe, ${where}: ${violation.id}: ${violation.nodes.map((node) => `${node.target} ${node.failureSummary}`).join('; ')}`);
}
