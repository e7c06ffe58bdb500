// The latency report in a real browser. Called by run: check.mjs REPORT WORK CHROMIUM

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [report, work, executablePath] = process.argv.slice(2);
const url = pathToFileURL(report).href;

/** By WCAG 2: for text, and for the lines of plots. */
const TEXT_CONTRAST = 4.5;
const MARK_CONTRAST = 3;

/** Smaller than this, on the screen, nobody reads a label. */
const LABEL_PX = 8;

/** Of a plot's marks, at least so many pixels: a single dot on a small screen has some twenty. */
const MARK_PIXELS = 12;

/** A sheet of A4 between the margins of print, in pixels of CSS. */
const SHEET = { width: 718, height: 1046 };

const views = [
  { name: 'light', viewport: { width: 1100, height: 900 }, colorScheme: 'light' },
  { name: 'dark', viewport: { width: 1100, height: 900 }, colorScheme: 'dark' },
  { name: 'narrow', viewport: { width: 400, height: 800 }, colorScheme: 'light' },
  { name: 'narrow-dark', viewport: { width: 400, height: 800 }, colorScheme: 'dark' },
  { name: 'print', viewport: SHEET, colorScheme: 'light', media: 'print' },
  { name: 'print-from-dark', viewport: SHEET, colorScheme: 'dark', media: 'print' },
];

/** All that is wrong with a page as it stands; runs in the page. */
function look({ TEXT_CONTRAST, MARK_CONTRAST, LABEL_PX }) {
  const wrong = [];
  const rgb = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b]
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (one, other) => {
    const [dark, light] = [luminance(rgb(one)), luminance(rgb(other))].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const ground = getComputedStyle(document.body).backgroundColor;
  const what = (element) => `${element.tagName} "${element.textContent.trim().slice(0, 40)}"`;
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
  for (const element of document.body.querySelectorAll('*')) {
    if (!hasText(element)) {
      continue;
    }
    const style = getComputedStyle(element);
    const colour = element.closest('svg') ? style.fill : style.color;
    if (contrast(colour, ground) < TEXT_CONTRAST) {
      wrong.push(`${what(element)} has contrast ${contrast(colour, ground).toFixed(2)}`);
    }
  }
  for (const mark of document.querySelectorAll('.curve, .dot, .cell')) {
    const style = getComputedStyle(mark);
    const colour = mark.matches('.cell') ? style.fill : style.stroke;
    if (contrast(colour, ground) < MARK_CONTRAST) {
      wrong.push(`a ${mark.getAttribute('class')} has contrast ${contrast(colour, ground).toFixed(2)}`);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) {
    wrong.push(`the page is ${document.documentElement.scrollWidth} pixels wide`);
  }
  const isPrint = matchMedia('print').matches;
  for (const element of document.querySelectorAll('main *')) {
    const overflows = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
    const scrolls = getComputedStyle(element).overflowX === 'auto';
    if (overflows && !element.closest('svg') && (isPrint || !(scrolls || element.closest('.wide')))) {
      wrong.push(`${what(element)} is cut off: ${element.scrollWidth} of ${element.clientWidth} pixels`);
    }
  }
  for (const plot of document.querySelectorAll('figure > .wide > svg, figure > svg')) {
    const title = plot.getAttribute('aria-label');
    const frame = plot.getBoundingClientRect();
    if (![...plot.querySelectorAll('.curve, .dot, .cell')].some((mark) => mark.getBoundingClientRect().width > 1)) {
      wrong.push(`"${title}" has no mark`);
    }
    const labels = [...plot.querySelectorAll('text')].filter((label) => label.textContent);
    for (const label of labels) {
      const box = label.getBoundingClientRect();
      if (box.left < frame.left - 0.5 || box.right > frame.right + 0.5 || box.top < frame.top - 0.5 || box.bottom > frame.bottom + 0.5) {
        wrong.push(`"${title}": the label "${label.textContent}" is cut off`);
      }
      const px = parseFloat(getComputedStyle(label).fontSize) * (frame.width / plot.viewBox.baseVal.width);
      if (px < LABEL_PX) {
        wrong.push(`"${title}": the label "${label.textContent}" is ${px.toFixed(1)} pixels high`);
      }
    }
    const boxes = labels.filter((label) => !label.hasAttribute('transform')).map((label) => [label.textContent, label.getBoundingClientRect()]);
    boxes.forEach(([text, box], i) => boxes.slice(i + 1).forEach(([other, its]) => {
      if (box.left < its.right && its.left < box.right && box.top + 1 < its.bottom && its.top + 1 < box.bottom) {
        wrong.push(`"${title}": the labels "${text}" and "${other}" lie over each other`);
      }
    }));
  }
  return [...new Set(wrong)];
}

/** How many pixels of a picture have one of these colours, or one that is mixed of it and the ground; runs in a blank page. */
async function pixels({ picture, colours, ground }) {
  const image = new Image();
  image.src = picture;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
  canvas.drawImage(image, 0, 0);
  const { data } = canvas.getImageData(0, 0, image.width, image.height);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    const near = (colour) => Math.hypot(data[i] - colour[0], data[i + 1] - colour[1], data[i + 2] - colour[2]);
    if (colours.some((colour) => near(colour) < 40 && near(colour) < near(ground))) {
      count++;
    }
  }
  return count;
}

async function blankPlots(page, blank) {
  const found = [];
  for (const plot of await page.locator('figure svg[role=img]').all()) {
    const title = await plot.getAttribute('aria-label');
    const colours = await plot.evaluate((svg) => [...svg.querySelectorAll('.curve, .dot, .cell')].map((mark) =>
      getComputedStyle(mark)[mark.matches('.cell') ? 'fill' : 'stroke'].match(/[\d.]+/g).map(Number)));
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).map(Number));
    // A plot wider than the screen is looked at from its beginning and from its end.
    const counts = [];
    for (const side of [0, 1]) {
      await plot.evaluate((svg, end) => { svg.parentElement.scrollLeft = end * svg.parentElement.scrollWidth; }, side);
      const picture = `data:image/png;base64,${(await plot.locator('..').screenshot()).toString('base64')}`;
      counts.push(await blank.evaluate(pixels, { picture, colours, ground }));
    }
    const count = Math.max(...counts);
    if (count < MARK_PIXELS) {
      found.push(`"${title}" shows ${count} pixels of its marks`);
    }
  }
  return found;
}

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const blank = await browser.newPage();
let failed = 0;
for (const view of views) {
  const wrong = [];
  const page = await browser.newPage({ viewport: view.viewport, colorScheme: view.colorScheme });
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && wrong.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
  page.on('request', (request) => request.url() !== url && wrong.push(`asked for ${request.url()}`));
  await page.goto(url);
  await page.emulateMedia({ media: view.media ?? 'screen', colorScheme: view.colorScheme });
  wrong.push(...await page.evaluate(look, { TEXT_CONTRAST, MARK_CONTRAST, LABEL_PX }));
  wrong.push(...await blankPlots(page, blank));
  await page.screenshot({ path: join(work, `${view.name}.png`), fullPage: true });
  if (view.name === 'print') {
    await page.pdf({ path: join(work, 'print.pdf'), format: 'A4', margin: { top: '10mm', bottom: '10mm', left: '10mm', right: '10mm' } });
  }
  const plots = await page.locator('figure svg[role=img]').count();
  if (plots < 6) {
    wrong.push(`${plots} plots of 6`);
  }
  failed += wrong.length ? 1 : 0;
  console.log(`${view.name.padEnd(16)} ${wrong.length ? 'FAILED' : 'ok    '} ${plots} plots ${wrong.slice(0, 12).join(' | ')}`);
  await page.close();
}
await browser.close();
if (!readFileSync(report, 'utf8').startsWith('<!DOCTYPE html>')) {
  throw new Error(`${report} is no page`);
}
process.exitCode = failed ? 1 : 0;
