// Plays Chromium for whoever writes requests to its standard input: one JSON object a line, {"do": name, …}, each answered
// by one line, {"value": …} or {"error": "…"}. It holds no test: what is asked, and what is expected, is the caller's.
import { createInterface } from 'node:readline';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const profile = mkdtempSync(join(tmpdir(), 'lanekeeper-chromium-'));
const args = [
  '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--autoplay-policy=user-gesture-required',
];
if (process.getuid() === 0) args.push('--no-sandbox'); // Chromium's own sandbox refuses root
const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args, acceptDownloads: true,
});

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pages = new Map(); // by name
const complaints = []; // of the pages: errors on the console, exceptions, requests that went elsewhere

function watch(name, page) {
  page.on('console', (m) => {
    if (m.type() === 'error' || m.type() === 'warning') complaints.push(`${name}: ${m.type()}: ${m.text()} (${m.location().url})`);
  });
  page.on('pageerror', (e) => complaints.push(`${name}: ${e.stack ?? e}`));
  page.on('request', (r) => {
    const { hostname, protocol } = new URL(r.url());
    if (!['127.0.0.1', 'localhost', ''].includes(hostname)) complaints.push(`${name}: asked ${protocol}//${hostname}`);
  });
}

const requests = {
  // A page of that name, made at its first mention.
  async open({ page: name, url, width = 1280, height = 800, colorScheme = 'light', reducedMotion = 'no-preference' }) {
    let page = pages.get(name);
    if (!page) {
      page = await context.newPage();
      watch(name, page);
      pages.set(name, page);
    }
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion });
    if (url) await page.goto(url, { waitUntil: 'load' });
  },
  async close({ page }) {
    await pages.get(page).close();
    pages.delete(page);
  },
  async click({ page, selector }) { await pages.get(page).click(selector); },
  async fill({ page, selector, text }) { await pages.get(page).fill(selector, text); },
  async press({ page, key, selector }) {
    if (selector) await pages.get(page).press(selector, key);
    else await pages.get(page).keyboard.press(key);
  },
  async text({ page, selector }) { return pages.get(page).innerText(selector); },
  // The value of a JavaScript expression; arg is what it calls arg.
  async eval({ page, js, arg = null }) { return pages.get(page).evaluate(`(async (arg) => (${js}))(${JSON.stringify(arg)})`); },
  // Until the expression is true.
  // Not by waitForFunction, which has the page itself evaluate text: its content security policy refuses that.
  async until({ page, js, ms }) {
    for (const late = Date.now() + ms; !(await pages.get(page).evaluate(js)); await new Promise((r) => setTimeout(r, 50))) {
      if (Date.now() > late) throw new Error(`not within ${ms} ms: ${js}`);
    }
  },
  async shot({ page, path, full = false }) { await pages.get(page).screenshot({ path, fullPage: full }); },
  async download({ page, selector, path }) {
    const [file] = await Promise.all([pages.get(page).waitForEvent('download'), pages.get(page).click(selector)]);
    await file.saveAs(path);
    return file.suggestedFilename();
  },
  // What axe finds wrong, in a line each.
  async axe({ page }) {
    const p = pages.get(page);
    if (!(await p.evaluate('Boolean(window.axe)'))) await p.evaluate(axe);
    const found = await p.evaluate('axe.run(document, { resultTypes: ["violations"] })');
    return found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary}`));
  },
  async complaints() { return complaints.splice(0); },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, ...rest } = JSON.parse(line);
  let answer;
  try {
    answer = { value: (await requests[name](rest)) ?? null };
  } catch (e) {
    answer = { error: String(e?.message ?? e) };
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
await context.close();
rmSync(profile, { recursive: true, force: true });
