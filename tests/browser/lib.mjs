// Helpers for the browser tests. A test gets a `ctx` (see run.mjs) and opens pages with
// `ctx.newPage()` or `signIn(ctx, who)`; both are closed after the test.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Seconds after which an authenticator shows its next code, and a little more. */
const CODE_PERIOD_MS = 35_000;

/**
 * A page signed in with the demo account of a login (`statistik.zwei`), or the first one of
 * a role (`statistics`). The session is kept for later tests, because a code is accepted
 * only once. Use `{fresh: true}` in a test that signs out or changes the account; other
 * options go to `ctx.newPage`.
 */
export async function signIn(ctx, who, { fresh = false, ...options } = {}) {
  const account = ctx.account(who);
  const kept = fresh ? undefined : ctx.sessions.get(account.login);
  const page = await ctx.newPage({ ...options, storageState: kept });
  if (kept) {
    await page.goto(`${ctx.url}/`);
    if (!page.url().includes('/anmelden')) return page;
  }
  await page.goto(`${ctx.url}/anmelden`);
  await page.fill('[name=login]', account.login);
  await page.fill('[name=password]', account.password);
  await submit(page, '[name=password]');
  await enterCode(page);
  assert.ok(!page.url().includes('/anmelden'), `sign-in as ${account.login} ended at ${page.url()}: ${await message(page)}`);
  if (!fresh) ctx.sessions.set(account.login, await page.context().storageState());
  return page;
}

/** Fills the second-factor page; waits for the next code when the shown one is used up. */
async function enterCode(page) {
  const shown = async () => (await page.locator('[data-demo-code]').first().textContent()).trim();
  if (!(await page.locator('[name=code]').count())) {
    throw new Error(`no field "code" at ${page.url()}: ${await message(page)}`);
  }
  const first = await shown();
  await page.fill('[name=code]', first);
  await submit(page, '[name=code]');
  const deadline = Date.now() + CODE_PERIOD_MS;
  while (await page.locator('[name=code]').count()) {
    const code = await shown();
    if (code !== first) {
      await page.fill('[name=code]', code);
      await submit(page, '[name=code]');
      return;
    }
    if (Date.now() > deadline) throw new Error(`the code was refused: ${await message(page)}`);
    await page.waitForTimeout(1000);
    await page.reload();
  }
}

/** Sends the form that holds the field, as a click on its first submit button does. */
export async function submit(page, field) {
  const form = page.locator('form', { has: page.locator(field) }).first();
  await Promise.all([
    page.waitForEvent('domcontentloaded'),
    form.locator('button[type=submit], input[type=submit]').first().click(),
  ]);
}

/** What the page says about an error, or the start of its text; for failure messages. */
async function message(page) {
  const alert = page.locator('[role=alert]');
  const source = (await alert.count()) ? alert.first() : page.locator('body');
  return (await source.innerText()).replace(/\s+/g, ' ').slice(0, 300);
}

/**
 * Violations of WCAG 2.2 A and AA and of axe's best practices, one line each; empty when
 * the page is sound. The page must be opened with `{bypassCSP: true}`: the policy of the
 * product rightly keeps foreign script out.
 */
export async function axe(page, { dark = false } = {}) {
  await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce' });
  if (!(await page.evaluate('typeof axe === "object"'))) await page.evaluate(axeSource);
  const { violations } = await page.evaluate(
    (tags) => window.axe.run(document, { runOnly: tags, resultTypes: ['violations'] }),
    axeTags,
  );
  // A page that loads itself anew must offer to stop that (WCAG 2.2, 2.2.1); axe cannot see the offer.
  const stoppable = await page.locator('main a[href*="halt=1"]').count();
  const told = violations.filter(({ id }) => id !== 'meta-refresh' || !stoppable);
  return told.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.target.join(' ')} (${dark ? 'dark' : 'light'})`),
  );
}

/** Asserts that axe finds nothing, in light and in dark colours. */
export async function expectAccessible(page) {
  const found = [...(await axe(page)), ...(await axe(page, { dark: true }))];
  await page.emulateMedia({ colorScheme: null });
  assert.ok(!found.length, `${page.url()}:\n${found.join('\n')}`);
}

/**
 * Asserts that nothing has to be scrolled sideways at this width in CSS pixels (WCAG 2.2
 * criterion 1.4.10: 320). Content may scroll inside a box of its own.
 */
export async function expectNoOverflow(page, width = 320, height = 640) {
  const before = page.viewportSize();
  await page.setViewportSize({ width, height });
  const { scrollWidth, culprits } = await page.evaluate((limit) => {
    const scrolls = (element) => ['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(element).overflowX);
    const isBoxed = (element) => {
      for (let outer = element.parentElement; outer && outer !== document.body; outer = outer.parentElement) {
        if (scrolls(outer) && outer.getBoundingClientRect().right <= limit + 0.5) return true;
      }
      return false;
    };
    // Too wide is a box that sticks out, or one whose text sticks out of it.
    const sticksOut = (element) =>
      element.getBoundingClientRect().right > limit + 0.5 || (!scrolls(element) && element.getBoundingClientRect().left + element.scrollWidth > limit + 0.5);
    const wide = [...document.body.querySelectorAll('*')].filter((element) => sticksOut(element) && !isBoxed(element));
    return {
      scrollWidth: document.scrollingElement.scrollWidth,
      culprits: wide.slice(0, 5).map((element) => element.cloneNode(false).outerHTML.slice(0, 120)),
    };
  }, width);
  if (before) await page.setViewportSize(before);
  assert.ok(scrollWidth <= width, `${page.url()} is ${scrollWidth} px wide at ${width} px: ${culprits.join(' | ')}`);
}

/**
 * Texts that a box cuts off without a way to scroll to the rest, one line each, in the
 * window as it is (WCAG 2.2 criterion 1.4.10: no loss of content). Texts only for screen
 * readers are left out.
 */
export async function cutOffTexts(page) {
  return page.evaluate(() => {
    const found = new Set();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      if (!text.data.trim() || !text.parentElement.checkVisibility({ visibilityProperty: true })) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const { left, right, width } = range.getBoundingClientRect();
      if (width === 0) continue;
      for (let box = text.parentElement; box && box !== document.body; box = box.parentElement) {
        const { overflowX, clip, clipPath } = getComputedStyle(box);
        const isForReadersOnly = clip !== 'auto' || clipPath !== 'none';
        if (isForReadersOnly || ['auto', 'scroll'].includes(overflowX)) break;
        if (!['hidden', 'clip'].includes(overflowX)) continue;
        const edge = box.getBoundingClientRect();
        if (right > edge.right + 1 || left < edge.left - 1) found.add(`"${text.data.trim().slice(0, 40)}" in ${box.localName}.${box.className || '-'} by ${Math.round(Math.max(right - edge.right, edge.left - left))} px`);
      }
    }
    return [...found];
  });
}

/**
 * Texts that lie on each other, or right of the given edge; one line each, in the window as it is. Texts only for
 * screen readers, and bars that stay in place above what is scrolled, are left out.
 */
export async function overlappingTexts(page, edge = Infinity) {
  return page.evaluate((limit) => {
    const drawn = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const holder = text.parentElement;
      if (!text.data.trim() || !holder.checkVisibility({ visibilityProperty: true })) continue;
      const boxes = [];
      let left = true;
      for (let box = holder; box && box !== document.body; box = box.parentElement) {
        const { clip, clipPath, position } = getComputedStyle(box);
        if (clip !== 'auto' || clipPath !== 'none' || position === 'sticky' || position === 'fixed') left = false;
      }
      if (!left) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      for (const box of range.getClientRects()) if (box.width > 1) boxes.push(box);
      for (const box of boxes) drawn.push({ box, text: text.data.trim().slice(0, 40) });
    }
    const found = drawn.filter(({ box }) => box.right > limit + 1).map(({ box, text }) => `"${text}" is ${Math.round(box.right - limit)} px outside`);
    drawn.sort((one, other) => one.box.top - other.box.top);
    for (const [index, one] of drawn.entries()) {
      for (const other of drawn.slice(index + 1)) {
        if (other.box.top > one.box.bottom) break;
        const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const high = Math.min(one.box.bottom, other.box.bottom) - other.box.top;
        if (wide > 2 && high > 0.5 * Math.min(one.box.height, other.box.height)) found.push(`"${one.text}" lies on "${other.text}" by ${Math.round(wide)} px`);
      }
    }
    return [...new Set(found)];
  }, edge === Infinity ? 1e9 : edge);
}

/**
 * Asserts that the browser had nothing to complain about since the page was opened: no
 * error in the console (which is where policy violations go), no uncaught exception, no
 * failed answer, no request to another server. Needs a page without `bypassCSP`.
 */
export function noConsoleErrors(page) {
  assert.ok(!page.complaints.length, `${page.url()}:\n${page.complaints.join('\n')}`);
}

/**
 * Walks the page with the Tab key and asserts that every control is reached, shows that
 * it has the focus (WCAG 2.4.7), is not covered (2.4.11) and lets go of it (2.1.2).
 * Returns the stops in order, each as `{tag, id, name, text}`.
 */
export async function keyboardOnly(page, { max = 300 } = {}) {
  await page.evaluate(() => {
    document.activeElement?.blur();
    window.scrollTo(0, 0);
    getSelection()?.removeAllRanges();
  });
  const wanted = await page.evaluate(() => {
    const groups = new Set();
    window.tabStops = new Map();
    window.lookOf = (element) => {
      const around = [element, element.parentElement, ...(element.labels ?? [])].filter(Boolean);
      return around
        .map((one) => getComputedStyle(one))
        .map((s) => [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor, s.backgroundColor, s.textDecorationLine].join())
        .join('|');
    };
    const all = document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]');
    for (const element of all) {
      if (element.disabled || element.type === 'hidden' || element.tabIndex < 0 || !element.checkVisibility({ visibilityProperty: true })) continue;
      // Tab reaches one button of a radio group; the arrow keys reach the others.
      if (element.type === 'radio') {
        const group = `${element.form ? [...document.forms].indexOf(element.form) : ''}/${element.name}`;
        const isSole = ![...document.querySelectorAll('input[type=radio]:checked')].some((other) => other.name === element.name && other.form === element.form);
        if (groups.has(group) || (!isSole && !element.checked)) continue;
        groups.add(group);
      }
      window.tabStops.set(element, window.lookOf(element));
    }
    return window.tabStops.size;
  });
  const stops = [];
  const problems = [];
  for (let presses = 0; presses < max; presses += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body || element === document.documentElement) return null;
      const box = element.getBoundingClientRect();
      const labels = [...(element.labels ?? [])];
      const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      // A styled check box is drawn by its label; a link over two lines has an empty middle.
      const isSeen = !at || at.contains(element) || element.contains(at) || labels.some((label) => label.contains(at));
      const seenBefore = element.dataset.tabStop === 'seen';
      element.dataset.tabStop = 'seen';
      const look = window.tabStops.get(element);
      return {
        tag: element.localName,
        id: element.id,
        name: element.getAttribute('name') ?? '',
        text: (element.getAttribute('aria-label') ?? element.innerText ?? '').trim().slice(0, 60),
        seenBefore,
        isSeen,
        isMarked: look === undefined || look !== window.lookOf(element),
        isWanted: look !== undefined,
      };
    });
    // Past the last control the focus leaves the page, or starts again at its top.
    if (!stop || (stop.seenBefore && stops.length > 1 && sameStop(stop, stops[0]))) break;
    const { seenBefore, isSeen, isMarked, isWanted, ...place } = stop;
    const words = JSON.stringify(place);
    if (seenBefore) {
      problems.push(`the focus does not get past ${words}`);
      break;
    }
    if (!isSeen) problems.push(`covered while focused: ${words}`);
    if (!isMarked) problems.push(`no visible focus: ${words}`);
    stops.push({ ...place, isWanted });
  }
  const reached = stops.filter((stop) => stop.isWanted).length;
  if (reached < wanted) {
    const missed = await page.evaluate(() =>
      [...window.tabStops.keys()].filter((element) => !element.dataset.tabStop).map((element) => element.cloneNode(false).outerHTML.slice(0, 120)),
    );
    problems.push(`not reached: ${missed.join(' | ')}`);
  }
  await page.evaluate(() => document.querySelectorAll('[data-tab-stop]').forEach((element) => element.removeAttribute('data-tab-stop')));
  assert.ok(!problems.length, `${page.url()}:\n${problems.join('\n')}`);
  return stops.map(({ isWanted, ...place }) => place);
}

const sameStop = (one, other) => one.tag === other.tag && one.id === other.id && one.name === other.name && one.text === other.text;

/** The value beside a label in a list of facts. */
export async function fact(page, label) {
  const line = page.locator('dl.summary > div', { has: page.locator(`dt:text-is("${label}")`) });
  return (await line.locator('dd').first().innerText()).replace(/\s+/g, ' ').trim();
}

/** Chooses the first option of a list whose text fits; the label is the visible one. */
export async function choose(page, label, fits) {
  const list = page.getByLabel(label, { exact: true });
  const options = await list.locator('option').allInnerTexts();
  const text = options.find((one) => (fits instanceof RegExp ? fits.test(one) : one.includes(fits)));
  assert.ok(text, `"${label}" offers nothing like ${fits}: ${options.join(', ')}`);
  await list.selectOption({ label: text });
  return text;
}

/** Clicks a button that sends its form and waits for the answer. */
export async function press(page, name) {
  await Promise.all([page.waitForEvent('domcontentloaded'), page.getByRole('button', { name, exact: typeof name === 'string' }).first().click()]);
}

/** Clicks a link and waits for its page. */
export async function follow(page, name, within = page) {
  await Promise.all([page.waitForEvent('domcontentloaded'), within.getByRole('link', { name, exact: typeof name === 'string' }).first().click()]);
}

/** The cells of a table, found by its caption: one list of texts for each row of the body. */
export async function rowsOf(page, caption) {
  const table = page.getByRole('table', { name: caption, exact: true });
  return table.locator('tbody tr').evaluateAll((rows) =>
    rows.map((row) => [...row.cells].map((cell) => cell.innerText.replace(/\s+/g, ' ').trim())),
  );
}

/** Asserts that the page says something, anywhere. */
export async function expectText(page, text) {
  const said = (await page.locator('body').innerText()).replace(/\s+/g, ' ');
  const found = text instanceof RegExp ? text.test(said) : said.includes(text);
  assert.ok(found, `${page.url()} does not say "${text}": ${said.slice(0, 600)}`);
}

/** Presses Tab until an element that matches the CSS selector has the focus. */
export async function tabTo(page, selector, { max = 100 } = {}) {
  for (let presses = 1; presses <= max; presses += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return presses;
  }
  throw new Error(`${max} presses of Tab did not reach ${selector} at ${page.url()}`);
}

const DAY_MS = 86_400_000;
export const plusDays = (day, count) => new Date(day.getTime() + count * DAY_MS);
export const iso = (day) => day.toISOString().slice(0, 10);
export const german = (day) => iso(day).split('-').reverse().join('.');
/** Today in Berlin, as midnight UTC. */
export const today = () => new Date(`${new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' }).format(new Date())}T00:00:00Z`);

/** The areas of the navigation, for whoever has many links, and the pages below that tests go to. */
const AREAS = {
  'Personen und Fälle': ['Personen', 'Anfragen', 'Fälle', 'Übergaben', 'Prüfung', 'Frühere Termine', 'Notfallzugriff'],
  Gruppen: ['Planung', 'Warteliste', 'Konflikte', 'Vertretung', 'Bescheinigungen'],
  Externe: ['Freigaben', 'Pforte', 'Termine', 'Gegenstände', 'Familientage', 'Fachkräfte', 'Überprüfungen'],
  Zahlen: ['Statistik'],
  Datenschutz: ['Protokoll', 'Auskunft', 'Protokollpflege', 'Einschränkungen', 'Löschungen', 'Löschfristen', 'Vier Augen'],
  Stammdaten: ['Einrichtungen', 'Träger', 'Codelisten', 'Beratungsregeln'],
};

/** Goes to a page by the navigation, through its area where the role has areas. */
export async function navigate(page, name) {
  const nav = page.getByRole('navigation').first();
  const area = Object.keys(AREAS).find((one) => AREAS[one].includes(name));
  if (area && (await nav.getByRole('link', { name, exact: true }).count()) === 0) await follow(page, area, nav);
  await follow(page, name, nav);
}

/** A page for somebody, the way in by the navigation. */
export async function at(ctx, login, name) {
  const page = await signIn(ctx, login, { acceptDownloads: true });
  await page.goto(`${ctx.url}/`);
  await navigate(page, name);
  return page;
}

/** Sends a form that the page does not have, as somebody with tools would; with the token of the page. */
export async function sendPast(page, path, fields) {
  const [answer] = await Promise.all([
    page.waitForResponse((one) => one.request().method() === 'POST'),
    page.waitForEvent('load'),
    page.evaluate(
      ([action, values]) => {
        const form = document.createElement('form');
        form.method = 'post';
        form.action = action;
        const csrf = document.querySelector('input[name=csrf]').value;
        for (const [name, value] of Object.entries({ csrf, ...values })) form.append(Object.assign(document.createElement('input'), { name, value }));
        document.body.append(form);
        form.submit();
      },
      [path, fields],
    ),
  ]);
  return answer.status();
}

/** Takes out what the browser says about an answer that was meant to be refused. */
export function expectedComplaint(page, status) {
  page.complaints = page.complaints.filter((text) => !text.includes(String(status)));
}

/** Says why, where a page asks for the purpose of opening a person; nothing where it does not. */
export async function statePurpose(page) {
  if (!(await page.locator('form[action="/zweck"]').count())) return;
  expectedComplaint(page, 403);
  await page.getByLabel('Vertretung der zuständigen Person').check();
  await page.getByLabel(/^Erläuterung/).fill('Vertretung bis Freitag');
  await press(page, 'Grund angeben und öffnen');
}
