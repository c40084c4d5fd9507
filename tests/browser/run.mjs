// Runs the browser tests: `GELEIT_BIN=target/debug/geleit node tests/browser/run.mjs [expression]`; without one, all of them.
// With an expression, only tests whose name matches it. Each `*.test.mjs` file exports
// `tests = [{name, run: async (ctx) => {}, ms}]`; a test passes when it does not throw within `ms` milliseconds.
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const output = resolve(here, '..', 'output');
const READY_MS = 60_000;
const TEST_MS = 120_000;

/** Starts the demo on a free port and returns what it says about itself. */
async function startDemo(binary) {
  const child = spawn(binary, ['demo', '--port', '0', '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(join(output, 'demo.log'));
  child.stderr.pipe(log);
  const announced = new Promise((found, failed) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      log.write(`${line}\n`);
      if (line.startsWith('{')) {
        try {
          found(JSON.parse(line));
        } catch (error) {
          failed(error);
        }
      }
    });
    child.on('error', failed);
    child.on('exit', (code, signal) => failed(new Error(`the demo ended early (${code ?? signal}), see tests/output/demo.log`)));
  });
  try {
    const demo = await within(READY_MS, announced, 'the demo did not announce itself');
    await within(READY_MS, answers(demo.url), 'the demo did not answer');
    return { child, demo };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

async function answers(url) {
  for (;;) {
    try {
      const answer = await fetch(`${url}/anmelden`);
      if (answer.ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** Ends the demo politely, then by force. */
async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(force);
}

async function within(ms, promise, what) {
  let timer;
  const late = new Promise((_, failed) => {
    timer = setTimeout(() => failed(new Error(`${what} within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function browserPath() {
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)];
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = [process.env.CHROMIUM, ...paths].find((path) => path && existsSync(path));
  if (!found) throw new Error('no Chromium found (apt-get install chromium, or set CHROMIUM)');
  return found;
}

/** What a test gets; the pages it opens are closed by `closeAll`. */
function contextFor(browser, demo, sessions) {
  const contexts = [];
  const pages = [];
  return {
    /** Address of the demo without a slash at the end. */
    url: demo.url.replace(/\/$/, ''),
    accounts: demo.accounts,
    readyMs: demo.ready_ms,
    browser,
    outputDir: output,
    /** Browser state per login or role after sign-in, see `signIn`. */
    sessions,
    /** The demo account with this login, or the first one with this role. */
    account(who) {
      const account = demo.accounts.find((one) => one.login === who) ?? demo.accounts.find((one) => one.role === who);
      if (!account) throw new Error(`no demo account has the login or the role ${who}`);
      return account;
    },
    /** A page in a browser profile of its own; options as for Playwright's `newContext`. */
    async newPage(options = {}) {
      const context = await browser.newContext({ locale: 'de-DE', timezoneId: 'Europe/Berlin', ...options });
      contexts.push(context);
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      page.complaints = [];
      page.on('console', (entry) => entry.type() === 'error' && page.complaints.push(`console: ${entry.text()}`));
      page.on('pageerror', (error) => page.complaints.push(`exception: ${error.message}`));
      page.on('response', (answer) => answer.status() >= 400 && page.complaints.push(`answer ${answer.status()}: ${answer.url()}`));
      page.on('request', (request) => {
        const { protocol, origin } = new URL(request.url());
        if (protocol.startsWith('http') && origin !== new URL(demo.url).origin) page.complaints.push(`outside request: ${request.url()}`);
      });
      pages.push(page);
      return page;
    },
    pages,
    closeAll: () => Promise.allSettled(contexts.map((context) => context.close())),
  };
}

async function screenshots(ctx, name) {
  const stem = name.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 80);
  for (const [index, page] of ctx.pages.entries()) {
    if (page.isClosed()) continue;
    try {
      await page.screenshot({ path: join(output, `${stem}-${index}.png`), fullPage: true, timeout: 10_000 });
    } catch (error) {
      console.log(`   no screenshot: ${error.message.split('\n')[0]}`);
    }
  }
}

async function loadTests(words) {
  const files = readdirSync(here).filter((file) => file.endsWith('.test.mjs')).sort();
  const loaded = [];
  for (const file of files) loaded.push(...(await import(join(here, file))).tests);
  const wanted = new RegExp(words);
  return loaded.filter((test) => wanted.test(test.name));
}

async function main() {
  mkdirSync(output, { recursive: true });
  for (const old of readdirSync(output).filter((file) => file.endsWith('.png'))) rmSync(join(output, old));
  const binary = process.env.GELEIT_BIN;
  if (!binary) throw new Error('GELEIT_BIN is not set');
  const tests = await loadTests(process.argv.slice(2).join(' '));
  const { child, demo } = await startDemo(resolve(binary));
  let browser;
  let passed = 0;
  let failed = 0;
  try {
    browser = await chromium.launch({
      executablePath: browserPath(),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // Nothing but this machine can be reached, whatever a page asks for.
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
      ],
    });
    const sessions = new Map();
    for (const test of tests) {
      const ctx = contextFor(browser, demo, sessions);
      const start = performance.now();
      try {
        await within(test.ms ?? TEST_MS, test.run(ctx), 'the test did not end');
        passed += 1;
        console.log(`ok ${test.name} (${Math.round(performance.now() - start)} ms)`);
      } catch (error) {
        failed += 1;
        console.log(`FAILED ${test.name}: ${error.message}`);
        await screenshots(ctx, test.name);
      }
      await ctx.closeAll();
    }
  } finally {
    await browser?.close();
    await stop(child);
  }
  if (!tests.length) console.log('no test has such a name');
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.log(`FAILED browser tests: ${error.message}`);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
