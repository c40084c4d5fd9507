// Pictures of the pages people see most, at three widths, in tests/output/pictures/: to be
// looked at, and to compare before and after a change of the layout.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { choose, expectText, follow, press, signIn } from './lib.mjs';

const WIDTHS = [1366, 390, 320];
const SMALLEST_HEIGHT = 700;
const PICTURES_MS = 240_000;
/** A picture of an empty page is smaller. */
const LEAST_BYTES = 8_000;

const firstOf = (page, text) => page.locator('tbody tr').filter({ hasText: text });

/** File name, login, way to the page. */
const PAGES = [
  ['start', 'sozialdienst', async (page, url) => page.goto(`${url}/`)],
  ['people-list', 'sozialdienst', async (page, url) => page.goto(`${url}/personen`)],
  ['person', 'sozialdienst', async (page, url) => {
    await page.goto(`${url}/gruppen`);
    await follow(page, /./, firstOf(page, 'läuft'));
    await follow(page, /./, page.getByRole('table', { name: 'Teilnehmende' }).locator('tbody'));
  }],
  ['group', 'sozialdienst', async (page, url) => {
    await page.goto(`${url}/gruppen`);
    await follow(page, /./, firstOf(page, 'läuft'));
  }],
  ['register', 'sozialdienst', async (page, url) => {
    await page.goto(`${url}/gruppen`);
    await follow(page, /./, firstOf(page, 'läuft'));
    await follow(page, /^Anwesenheit/, firstOf(page, /Anwesenheit fehlt|gehalten/).last());
  }],
  ['series-preview', 'sozialdienst', async (page, url) => {
    await page.goto(`${url}/gruppen`);
    await follow(page, /./, firstOf(page, 'läuft'));
    const last = firstOf(page, 'geplant').filter({ hasNotText: 'Trotz Hinweis' }).nth(2);
    await follow(page, /./, last);
    await follow(page, 'Verschieben');
    await page.getByLabel('Diese und die folgenden').check();
    const day = page.getByLabel(/^Neuer Tag/);
    const [date, month, year] = (await page.locator('main').innerText()).match(/\d\d\.\d\d\.\d{4}/)[0].split('.');
    const next = new Date(Date.UTC(year, month - 1, Number(date) + 1)).toISOString().slice(0, 10).split('-').reverse().join('.');
    await day.fill(next);
    await press(page, 'Vorschau');
    if (await page.locator('#fehler').count()) {
      await page.getByLabel('Auch an einem Feiertag oder Schließtag').check();
      await press(page, /Vorschau$/);
    }
    await expectText(page, 'noch nichts gespeichert');
  }],
  ['group-plan', 'sozialdienst', async (page, url, ctx) => {
    await page.goto(`${url}/gruppen/neu`);
    await choose(page, 'Vorlage', 'AKT Gruppe 23');
    await page.getByLabel(/^Name der Gruppe/).fill('Nur eine Vorschau');
    await choose(page, 'Raum', 'Beratungszimmer');
    await choose(page, 'Wochentag', 'Freitag');
    await page.getByLabel(/^Beginn/).first().fill('14:00');
    await page.getByLabel(/^Erster Tag/).fill(new Date(Date.now() + 28 * 86_400_000).toISOString().slice(0, 10).split('-').reverse().join('.'));
    await choose(page, 'Erste Fachkraft', ctx.account('training').name);
    await choose(page, 'Zweite Fachkraft', ctx.account('training.vsr').name);
    await press(page, 'Vorschau');
    await expectText(page, 'noch nichts gespeichert');
  }],
  ['composition', 'sozialdienst', async (page, url) => {
    await page.goto(`${url}/gruppen`);
    await follow(page, /./, firstOf(page, 'läuft'));
    await follow(page, 'Aus der Warteliste besetzen');
  }],
  ['conflicts', 'sozialdienst', async (page, url) => page.goto(`${url}/konflikte`)],
  ['calendar-week', 'sozialdienst', async (page, url) => {
    await page.goto(`${url}/kalender`);
    await follow(page, /Nächste Woche/);
  }],
  ['calendar-month', 'sozialdienst', async (page, url) => page.goto(`${url}/kalender?ansicht=monat`)],
  ['ward-list', 'sozialdienst', async (page, url) => {
    await page.goto(`${url}/kalender/zufuehrung`);
    for (let day = 0; day < 14 && !(await page.locator('main tbody tr').count()); day += 1) await follow(page, /Nächster Tag/);
  }],
  ['today', 'training', async (page, url) => page.goto(`${url}/heute`)],
  ['completion', 'training', async (page, url) => {
    await page.goto(`${url}/gruppen`);
    await follow(page, /./, firstOf(page, 'läuft').last());
    await follow(page, 'Abschluss und Bescheinigungen');
  }],
  ['module-passport', 'training', async (page, url) => {
    await page.goto(`${url}/gruppen`);
    await follow(page, /./, firstOf(page, 'läuft').last());
    await follow(page, /^Modulpass/);
  }],
  ['gate-list', 'pforte', async (page, url) => {
    await page.goto(`${url}/pforte`);
    // The next day with a group, within a fortnight.
    for (let day = 0; day < 14 && !(await page.locator('main tbody tr').count()); day += 1) await follow(page, 'Tag vor');
  }],
  ['statistics-preview', 'statistik.zwei', async (page, url) => {
    await page.goto(`${url}/statistik/verzeichnis`);
    await follow(page, /./, firstOf(page, /vorbereitet|veröffentlicht/));
  }],
  ['kora', 'kora', async (page, url) => {
    await page.goto(`${url}/zahlen`);
    await follow(page, /./, firstOf(page, /Quartal/));
  }],
];

async function take(ctx) {
  const folder = join(ctx.outputDir, 'pictures');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, login, way] of PAGES) {
    const page = await signIn(ctx, login);
    await way(page, ctx.url, ctx);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: SMALLEST_HEIGHT });
      // The window as high as the page: bars that stay at the bottom then cover nothing.
      const height = await page.evaluate(() => document.scrollingElement.scrollHeight);
      await page.setViewportSize({ width, height: Math.max(height, SMALLEST_HEIGHT) });
      const path = join(folder, `${name}-${width}.png`);
      await page.screenshot({ path });
      assert.ok(statSync(path).size > LEAST_BYTES, `${path} shows hardly anything`);
    }
    await page.context().close();
  }
}

export const tests = [{ name: 'pictures of the main pages at 1366, 390 and 320 pixels', run: take, ms: PICTURES_MS }];
