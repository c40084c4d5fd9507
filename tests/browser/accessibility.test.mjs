// Every page of every role, and the states that matter: no violation found by axe in light
// and dark, nothing said in the console, no sideways scrolling at 320 pixels, and the parts
// of the daily work that must do without JavaScript and without a mouse.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { axe, choose, cutOffTexts, expectNoOverflow, expectText, fact, follow, german, keyboardOnly, noConsoleErrors, plusDays, press, signIn, statePurpose, today } from './lib.mjs';

const imports = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', 'fixtures', 'imports');
/** More kinds of pages than any role has: what lies behind is not looked at, and the test says so. */
const MOST_PAGES = 150;
/** Crawling a role and looking at its pages one by one. */
const CRAWL_MS = 300_000;
/** One account for each role; the rights do not depend on the person. */
const LOGINS = ['sozialdienst', 'bewaehrung', 'training', 'koordination', 'zugang', 'pforte', 'statistik', 'kora', 'datenschutz', 'verwaltung'];
/** WCAG 2.2 criterion 1.4.10: 320 by 256 CSS pixels are a window of 1280 by 1024 at 400 %. */
const SMALL = [[320, 640], [320, 256]];
/** 210 mm less two margins of 14 mm, at 96 pixels to the inch. */
const A4_WIDTH = 688;
/** Bars that stay in place may not take more than half of the smallest window (2.4.11). */
const MOST_FIXED = 0.5;

const UUID = /[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}/g;

/** The kind of page an address leads to: ids and values left out. */
function pattern(address) {
  const { pathname, searchParams } = new URL(address);
  const names = [...new Set(searchParams.keys())].sort();
  return pathname.replace(UUID, '{id}') + (names.length ? `?${names.join('&')}` : '');
}

/** Files are fetched and not looked at. */
const isFile = (address) => /(\.csv|\.pdf|\.json|\/(csv|xlsx|zip|liesmich)|\/(pforte|einwilligungen)\/blatt|\/faelle\/[^/]+\/nachweis)$/.test(new URL(address).pathname);

/** Every kind of page that links lead to from the start page, one address each. */
async function crawl(ctx, page, problems) {
  const found = new Map([['/', `${ctx.url}/`]]);
  const seen = [];
  for (const [kind, address] of found) {
    if (seen.length >= MOST_PAGES) {
      problems.push(`more than ${MOST_PAGES} kinds of pages, the others were not looked at`);
      break;
    }
    if (isFile(address)) {
      const [file] = await Promise.all([page.waitForEvent('download'), page.evaluate((to) => { location.href = to; }, address)]);
      if (await file.failure()) problems.push(`${kind}: the file cannot be fetched`);
      continue;
    }
    page.complaints.length = 0;
    await page.goto(address, { waitUntil: 'load' });
    await statePurpose(page);
    seen.push([kind, address]);
    problems.push(...page.complaints.map((text) => `${kind}: ${text}`));
    const links = await page.locator('a[href]').evaluateAll((all) => all.map((link) => link.href));
    for (const link of links) {
      const target = link.split('#')[0];
      if (new URL(target).origin !== new URL(ctx.url).origin) {
        problems.push(`${kind}: a link leads away: ${target}`);
      } else if (!found.has(pattern(target))) {
        found.set(pattern(target), target);
      }
    }
  }
  return seen;
}

/** What is wrong with the page as it is now; one line for each finding. */
async function look(page, name) {
  const problems = [];
  for (const dark of [false, true]) {
    for (const text of await axe(page, { dark })) problems.push(`${name}: ${text}`);
  }
  await page.emulateMedia({ colorScheme: null });
  if (await page.evaluate(() => matchMedia('print').matches)) {
    // Paper has one width and no bars that stay: an A4 sheet between its margins.
    try {
      await expectNoOverflow(page, A4_WIDTH, 1000);
    } catch (error) {
      problems.push(`${name}: ${error.message.replace(page.url(), '')}`);
    }
    return problems;
  }
  for (const [width, height] of SMALL) {
    try {
      await expectNoOverflow(page, width, height);
    } catch (error) {
      problems.push(`${name}: ${error.message.replace(page.url(), '')}`);
    }
  }
  const before = page.viewportSize();
  const [width, height] = SMALL.at(-1);
  await page.setViewportSize({ width, height });
  for (const text of await cutOffTexts(page)) problems.push(`${name}: cut off at ${width} px: ${text}`);
  const share = await page.evaluate(() => {
    const stuck = [...document.querySelectorAll('body *')].filter((element) => ['sticky', 'fixed'].includes(getComputedStyle(element).position) && !element.closest('dialog') && element.checkVisibility());
    return stuck.reduce((sum, element) => sum + element.getBoundingClientRect().height, 0) / innerHeight;
  });
  if (share > MOST_FIXED) problems.push(`${name}: bars that stay in place take ${Math.round(share * 100)} % of the height at ${width} x ${height}`);
  await page.setViewportSize(before);
  return problems;
}

function expectNone(problems) {
  const lines = [...new Set(problems)];
  assert.ok(!lines.length, `${lines.length} findings\n${lines.map((line) => `   - ${line}`).join('\n')}`);
}

async function everyPage(ctx, login) {
  const problems = [];
  const strict = await signIn(ctx, login);
  const pages = await crawl(ctx, strict, problems);
  const page = await signIn(ctx, login, { bypassCSP: true });
  for (const [kind, address] of pages) {
    await page.goto(address, { waitUntil: 'load' });
    problems.push(...(await look(page, kind)));
  }
  console.log(`   ${login}: ${pages.length} pages: ${pages.map(([kind]) => kind).join(' ')}`);
  assert.ok(pages.length >= 5, 'the crawl found hardly anything');
  expectNone(problems);
}

// --- States ------------------------------------------------------------------------

/** Empties every field of the form and sends it. */
async function sendEmpty(page) {
  const form = page.locator('main form[method=post]').last();
  for (const field of await form.locator('input[type=text], input[type=password], textarea').all()) if (await field.isVisible()) await field.fill('');
  for (const list of await form.locator('select').all()) if ((await list.isVisible()) && await list.locator('option[value=""]').count()) await list.selectOption('');
  await Promise.all([page.waitForEvent('domcontentloaded'), form.locator('button[type=submit]').first().click()]);
  assert.ok(await page.locator('#fehler, [role=alert]').count(), `${page.url()}: an empty form was taken without a word`);
}

/** A talk at the time of another one that is planned: what stands against it, and free times. */
async function takenTime(page, ctx) {
  await page.goto(`${ctx.url}/faelle?stand=running`);
  await follow(page, /./, page.locator('main tbody'));
  for (const minute of ['07:00', '07:15']) {
    // In the other colours it was planned before.
    if (await page.getByRole('heading', { name: 'Nächste freie Zeiten' }).count()) break;
    await follow(page, 'Termin vereinbaren');
    await page.getByLabel(/^Tag/).fill(german(plusDays(today(), 40)));
    await page.getByLabel(/^Uhrzeit/).fill(minute);
    await page.getByLabel('telefonisch', { exact: true }).check();
    await press(page, 'Termin vereinbaren');
    // A holiday is taken on with a reason.
    const reason = page.getByLabel(/^Warum trotzdem/);
    if (await reason.count()) {
      await reason.fill('So abgesprochen');
      await press(page, 'Termin vereinbaren');
    }
  }
  await expectText(page, 'Nächste freie Zeiten');
}

const open = (path) => async (page, ctx) => page.goto(ctx.url + path);
const empty = (path) => async (page, ctx) => {
  await page.goto(ctx.url + path);
  await sendEmpty(page);
};

/** A form that the page of the first running case leads to, sent empty. */
async function ofCase(page, ctx, link) {
  await page.goto(`${ctx.url}/faelle?stand=running`);
  await follow(page, /./, page.locator('main tbody'));
  await follow(page, link);
  await sendEmpty(page);
}

async function firstPerson(page, ctx, link) {
  await page.goto(`${ctx.url}/personen`);
  await follow(page, /./, page.getByRole('table', { name: 'Personen' }).locator('tbody'));
  await follow(page, link);
}

async function openGroup(page, ctx, stage) {
  await page.goto(`${ctx.url}/gruppen${stage === 'abgeschlossen' ? '?stand=abgeschlossen' : ''}`);
  await follow(page, /./, page.locator('tbody tr').filter({ hasText: stage }));
}

async function release(page, ctx, stage) {
  await page.goto(`${ctx.url}/statistik/verzeichnis`);
  await follow(page, /./, page.locator('tbody tr').filter({ hasText: stage }));
}

/** The preview with what coarser breakdowns would show; whoever comes later finds them computed. */
async function coarser(page, ctx) {
  await release(page, ctx, 'vorbereitet');
  const begin = page.getByRole('button', { name: 'Gröbere Gliederungen berechnen', exact: true });
  if (await begin.count()) await press(page, 'Gröbere Gliederungen berechnen');
  await page.getByRole('button', { name: 'Neu berechnen', exact: true }).waitFor({ timeout: 100_000 });
}

async function grant(page, ctx, stage) {
  await page.goto(`${ctx.url}/freigaben`);
  await follow(page, /./, page.locator('tbody tr').filter({ hasText: stage }));
}

const WEEKDAYS = ['Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Samstag', 'Sonntag'];

/** A session of the running group that can be changed. */
async function plannedSession(page, ctx) {
  await openGroup(page, ctx, 'läuft');
  await follow(page, /./, page.getByRole('table', { name: 'Termine', exact: true }).locator('tbody tr').filter({ hasText: 'geplant' }).nth(3));
}

async function computed(page, form) {
  await page.goto(form);
  await page.getByLabel(/^kurz/).check();
  await press(page, 'Berechnung beginnen');
  await page.waitForFunction(() => !document.body.innerText.includes('wird berechnet'), null, { timeout: 120_000 });
}

async function plan(page, ctx, weekday, { room, trainers } = {}) {
  await page.goto(`${ctx.url}/gruppen/neu`);
  const fill = async (label, text) => page.getByLabel(label).first().fill(text);
  await fill(/^Name der Gruppe/, 'Nur eine Vorschau');
  if (room) await choose(page, 'Raum', room);
  else await page.getByLabel('Raum', { exact: true }).selectOption({ index: 1 });
  await page.getByLabel('Wochentag', { exact: true }).selectOption({ label: weekday });
  await fill(/^Beginn/, '14:00');
  const soon = new Date(Date.now() + 21 * 86_400_000).toISOString().slice(0, 10).split('-').reverse().join('.');
  await fill(/^Erster Tag/, soon);
  for (const [index, label] of ['Erste Fachkraft', 'Zweite Fachkraft'].entries()) {
    if (trainers) await choose(page, label, trainers[index]);
    else await page.getByLabel(label, { exact: true }).selectOption({ index: index + 1 });
  }
  await press(page, 'Vorschau');
  await expectText(page, 'noch nichts gespeichert');
}

async function dryRun(page, ctx) {
  await page.goto(`${ctx.url}/personen/einlesen`);
  await page.getByLabel(/^Datei/).setInputFiles(resolve(imports, 'fehlerhaft.csv'));
  await press(page, 'Hochladen und prüfen');
  await expectText(page, 'abgelehnte');
}

async function registerWithError(page, ctx) {
  await openGroup(page, ctx, 'läuft');
  await follow(page, /^Anwesenheit/, page.locator('tbody tr').filter({ hasText: 'gehalten' }));
  const row = page.getByRole('group', { name: /^Teilnahme von/ }).first();
  const excused = row.getByRole('radio', { name: 'entschuldigt', exact: true });
  await excused.check();
  await page.getByLabel(/^Grund, /).first().selectOption('');
  await press(page, 'Anwesenheit speichern');
  assert.ok(await page.locator('#fehler').count(), 'absent without a reason was taken');
}

async function confirmMember(page, ctx) {
  await openGroup(page, ctx, 'läuft');
  // Remand: nobody knows when these people leave.
  await page.goto(`${ctx.url}/personen?art=remand`);
  const name = (await page.getByRole('table', { name: 'Personen' }).locator('tbody a').first().innerText()).trim();
  await openGroup(page, ctx, 'Entwurf');
  await page.getByLabel('Name oder Buchnummer').fill(name.split(',')[0]);
  await press(page, 'Suchen');
  await press(page, new RegExp(`^Aufnehmen\\s?: ${name}`));
  await expectText(page, 'Trotzdem aufnehmen');
}

async function member(page, ctx, stage) {
  await openGroup(page, ctx, stage);
  await follow(page, /./, page.getByRole('table', { name: 'Teilnehmende' }).locator('tbody'));
}

async function talks(page, ctx, stage) {
  await member(page, ctx, stage);
  await follow(page, 'Teilnahmen und Gespräche');
}

/** Two people save the same row differently; the second one sees both versions. */
async function clash(page, ctx) {
  await openGroup(page, ctx, 'läuft');
  await follow(page, /^Anwesenheit/, page.locator('tbody tr').filter({ hasText: 'gehalten' }).nth(1));
  const other = await signIn(ctx, 'training');
  await other.goto(page.url());
  const save = async (on, word) => {
    await on.getByRole('group', { name: /^Teilnahme von/ }).first().getByRole('radio', { name: word, exact: true }).check();
    await on.getByLabel(/^Grund der Berichtigung/).fill('Zwei zugleich');
    await press(on, 'Anwesenheit speichern');
  };
  const present = other.getByRole('group', { name: /^Teilnahme von/ }).first().getByRole('radio', { name: 'anwesend', exact: true });
  await save(other, (await present.isChecked()) ? 'verspätet' : 'anwesend');
  await other.context().close();
  await save(page, 'unentschuldigt');
  await expectText(page, 'Inzwischen hat jemand anderes gespeichert');
}

/** After each try a login rests for a while, even after a right password; so everyone tries once. */
const PATIENT = ['koordination', 'training.vsr', 'sozialdienst.leipzig', 'bewaehrung.zwei'];

async function halfWay(page, ctx) {
  const { login, password } = ctx.account(PATIENT.shift());
  await page.goto(`${ctx.url}/anmelden`);
  await page.getByLabel('Anmeldename').fill(login);
  await page.getByLabel('Kennwort').fill(password);
  await press(page, 'Weiter');
  await expectText(page, 'Code der zweiten Anmeldestufe');
}

/** The question for the purpose, at a case of somebody who is not assigned; not answered. */
async function asksPurpose(page, ctx) {
  await page.goto(`${ctx.url}/faelle`);
  const links = await page.locator('main table a[href^="/faelle/"]').evaluateAll((all) => all.map((link) => link.href));
  for (const link of links.reverse()) {
    await page.goto(link);
    if (await page.getByRole('heading', { name: 'Warum öffnen Sie diese Person?' }).count()) return;
  }
  throw new Error(`none of ${links.length} cases asks`);
}

let accounts = 0;

/** A new account; its setup code stands on the page. */
async function newAccount(page, ctx) {
  accounts += 1;
  await page.goto(`${ctx.url}/konten/neu`);
  await page.getByRole('textbox', { name: 'Anmeldename', exact: true }).fill(`neu.${accounts}`);
  await page.getByLabel(/^Name, wie/).fill(`Neues Konto ${accounts}`);
  await page.getByLabel('Rolle', { exact: true }).selectOption({ label: 'Statistik' });
  await press(page, 'Konto anlegen');
  await expectText(page, 'Der Code wird nur jetzt gezeigt');
  return { login: `neu.${accounts}`, code: await fact(page, 'Einrichtungscode') };
}

/** The code that an authenticator shows for the secret now (RFC 6238: SHA-1, six digits, 30 seconds). */
function authenticator(secret) {
  const bits = [...secret.replaceAll(/[^A-Z2-7]/g, '')].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const turn = Buffer.alloc(8);
  turn.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac('sha1', key).update(turn).digest();
  const number = hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

async function setUp(page, ctx, steps) {
  const admin = await signIn(ctx, 'verwaltung');
  const { login, code } = await newAccount(admin, ctx);
  await admin.context().close();
  await page.goto(`${ctx.url}/anmelden/einrichten`);
  await page.getByLabel(/^Anmeldename/).fill(login);
  await page.getByLabel(/^Einrichtungscode/).fill(code);
  for (const field of await page.locator('input[type=password]').all()) await field.fill('Sieben Birken an der Elbe 2026');
  await page.locator('main form button[type=submit]').first().click();
  await page.waitForSelector('main form [name=siegel]', { state: 'attached' });
  if (steps < 2) return;
  await page.locator('[name=code]').fill(authenticator(await page.locator('main strong code').innerText()));
  await press(page, 'Einrichtung abschließen');
  await expectText(page, 'Wiederherstellungscodes');
}

/** A hand-over in this state. */
async function handOver(page, ctx, state) {
  await page.goto(`${ctx.url}/uebergaben`);
  await follow(page, /./, page.locator('main tbody tr').filter({ hasText: state }));
}

/** A step of an open case of somebody, by its link; the form sent empty. */
async function caseStep(page, ctx, stand, link) {
  await page.goto(`${ctx.url}/faelle?stand=${stand}`);
  await follow(page, /./, page.locator('main tbody'));
  await follow(page, link);
  await sendEmpty(page);
}

/** Two records of the own prison, side by side. */
async function compared(page, ctx) {
  await page.goto(`${ctx.url}/personen`);
  const names = (await page.getByRole('table', { name: 'Personen' }).locator('tbody a').allInnerTexts()).map((name) => name.trim());
  await firstPerson(page, ctx, /Doppelt erfasst/);
  const other = names.find((name) => name.includes(',') && name.split(',')[0] !== names[0].split(',')[0]);
  await page.getByLabel(/^Anderen Eintrag suchen/).fill(other.split(',')[0]);
  await press(page, 'Suchen');
  await press(page, 'Vergleichen');
  await expectText(page, 'Angaben zur Person');
}

/** An enquiry about a relative, filled in, up to the page that shows it once more. */
async function checkedReferral(page, ctx) {
  await page.goto(`${ctx.url}/anfragen/neu`);
  const label = (name) => page.getByLabel(new RegExp(`^${name}`)).first();
  for (const name of ['Anfragende Stelle', 'Zugangsweg', 'Phänomenbereich']) await label(name).selectOption({ index: 1 });
  await label('Eingang am').fill(german(today()));
  await page.getByLabel(/^Angehörige/).check();
  for (const [name, fits] of [['Beziehung oder Beruf', /Elternteil/], ['Angebot', /Umfeld/]]) {
    const words = await label(name).locator('option').allInnerTexts();
    await label(name).selectOption({ label: words.find((word) => fits.test(word)) });
  }
  await page.getByRole('group', { name: /Weisung oder Auflage/ }).getByLabel('keine').check();
  await page.getByRole('group', { name: /Vollzugsplan/ }).getByLabel(/^entfällt/).check();
  await press(page, /^Weiter|^Prüfen/);
  await expectText(page, 'Anfrage prüfen');
}

/** Name, login (none: nobody is signed in), way to the state. */
const STATES = [
  ['sign-in sent empty', null, empty('/anmelden')],
  ['second step of the sign-in', null, halfWay],
  ['second step sent empty', null, async (page, ctx) => { await halfWay(page, ctx); await sendEmpty(page); }],
  ['account set up, sent empty', null, empty('/anmelden/einrichten')],
  ['account set up, second factor', null, (page, ctx) => setUp(page, ctx, 1)],
  ['account set up, recovery codes', null, (page, ctx) => setUp(page, ctx, 2)],
  ['page that does not exist', null, open('/gibt-es-nicht')],
  ['request of a data subject sent empty', 'datenschutz', empty('/auskunft/neu')],
  ['hold on days of the protocol sent empty', 'datenschutz', empty('/protokollpflege')],
  ['page of another role', 'kora', open('/personen')],
  ['new person sent empty', 'sozialdienst', empty('/personen/neu')],
  ['no person found', 'sozialdienst', open('/personen?q=niemand-heisst-so')],
  ['referral sent empty', 'sozialdienst', empty('/anfragen/neu')],
  ['referral of a provider sent empty', 'beratung', empty('/anfragen/neu')],
  ['talks of a day sent empty', 'bewaehrung', empty('/gespraeche/tag')],
  ['talk to record, sent without an outcome', 'bewaehrung', async (page, ctx) => { await page.goto(`${ctx.url}/gespraeche/erfassen`); await follow(page, /^Erfassen/, page.locator('main tbody')); await sendEmpty(page); }],
  ['planned talk sent empty', 'bewaehrung', (page, ctx) => ofCase(page, ctx, 'Termin vereinbaren')],
  ['deadline sent empty', 'bewaehrung', (page, ctx) => ofCase(page, ctx, 'Frist setzen')],
  ['disclosure of a danger sent empty', 'bewaehrung', (page, ctx) => ofCase(page, ctx, 'Offenlegung einer Gefahr festhalten')],
  ['correction of an enquiry sent empty', 'bewaehrung', (page, ctx) => ofCase(page, ctx, 'Angaben der Anfrage berichtigen')],
  ['note sent empty', 'beratung', (page, ctx) => ofCase(page, ctx, 'Notizen')],
  ['rules of counselling sent empty', 'koordination', empty('/beratungsregeln')],
  ['period sent empty', 'datenschutz', empty('/loeschfristen/custody')],
  ['erasure proposed without a reason', 'datenschutz', async (page, ctx) => { await page.goto(`${ctx.url}/loeschungen/faellig`); await press(page, 'Löschung vorschlagen'); }],
  ['record restricted without a ground', 'datenschutz', async (page, ctx) => { await page.goto(`${ctx.url}/einschraenkungen`); await follow(page, /./, page.locator('main tbody')); await press(page, /Angaben zeigen|Datensatz einschränken/); }],
  ['new word sent empty', 'verwaltung', empty('/codelisten?liste=reason')],
  ['no case of this number', 'beratung', open('/faelle?nummer=K7Q')],
  ['case of somebody without a name', 'beratung', async (page, ctx) => { await open('/faelle')(page, ctx); await page.click('main tbody a:text-is("Elternteil")'); }],
  ['enquiry to check before it is sent', 'beratung', checkedReferral],
  ['two records compared', 'sozialdienst', compared],
  ['two records put together without a reason', 'sozialdienst', async (page, ctx) => { await compared(page, ctx); await page.getByLabel(/^Grund/).fill(''); await press(page, 'Zusammenführen'); }],
  ['hand-over declined without a reason', 'bewaehrung', async (page, ctx) => { await handOver(page, ctx, 'angeboten'); await press(page, 'Übergabe ablehnen'); }],
  ['case broken off without a reason', 'beratung', (page, ctx) => caseStep(page, ctx, 'running', 'Abbrechen')],
  ['case passed on without a reason', 'beratung', (page, ctx) => caseStep(page, ctx, 'clearing', 'Weitergeben')],
  ['talk at a time that is taken', 'bewaehrung', async (page, ctx) => { await takenTime(page, ctx); }],
  ['planned talk to move, sent empty', 'bewaehrung', async (page, ctx) => { await page.goto(`${ctx.url}/faelle?stand=running`); await follow(page, /./, page.locator('main tbody')); await follow(page, /^Verschieben/); await sendEmpty(page); }],
  ['list with errors, dry run', 'sozialdienst', dryRun],
  ['list with errors, taken over without the tick', 'sozialdienst', async (page, ctx) => { await dryRun(page, ctx); await press(page, 'Übernehmen'); }],
  ['list with errors, discarded', 'sozialdienst', async (page, ctx) => { await dryRun(page, ctx); await press(page, 'Liste verwerfen'); }],
  ['upload sent empty', 'sozialdienst', empty('/personen/einlesen')],
  ['group plan sent empty', 'sozialdienst', empty('/gruppen/neu')],
  ['group plan, preview with overlaps', 'sozialdienst', (page, ctx) => plan(page, ctx, 'Dienstag')],
  ['group plan, preview with holidays', 'sozialdienst', (page, ctx) => plan(page, ctx, 'Freitag')],
  ['group plan, room and trainers taken', 'sozialdienst', async (page, ctx) => {
    await page.goto(`${ctx.url}/gruppen`);
    const [, , room, time] = (await page.locator('tbody tr').filter({ hasText: 'läuft' }).first().locator('th, td').allInnerTexts()).map((text) => text.trim());
    const day = WEEKDAYS.find((name) => name.startsWith(time.slice(0, 2)));
    await plan(page, ctx, day, { room, trainers: [ctx.account('training').name, ctx.account('training.vsr').name] });
    await expectText(page, 'So kann nicht gespeichert werden');
  }],
  ['proposals for a group', 'sozialdienst', async (page, ctx) => {
    await page.goto(`${ctx.url}/gruppen/terminvorschlag`);
    await page.getByLabel('Vorlage', { exact: true }).selectOption({ index: 1 });
    await press(page, 'Vorschläge berechnen');
  }],
  ['half-year sent without a group', 'sozialdienst', async (page, ctx) => { await page.goto(`${ctx.url}/plan/neu`); for (const field of await page.getByLabel(/^Gruppen nach/).all()) await field.fill('0'); await press(page, 'Berechnung beginnen'); }],
  ['half-year, computed', 'sozialdienst', (page, ctx) => computed(page, `${ctx.url}/plan/neu`)],
  ['half-year of all houses, computed', 'koordination', (page, ctx) => computed(page, `${ctx.url}/landesplan/neu`)],
  ['why a time cannot be had', 'sozialdienst', async (page, ctx) => { await plan(page, ctx, 'Dienstag'); await press(page, 'Warum nicht?'); }],
  ['dates to be repaired', 'sozialdienst', async (page, ctx) => { await page.goto(`${ctx.url}/plan/umplanung`); await press(page, 'Umplanung berechnen'); }],
  ['existing group sent empty', 'sozialdienst', empty('/gruppen/bestehend')],
  ['moving a session sent empty', 'sozialdienst', async (page, ctx) => { await plannedSession(page, ctx); await follow(page, 'Verschieben'); await sendEmpty(page); }],
  ['moving this and the following, preview', 'sozialdienst', async (page, ctx) => {
    await plannedSession(page, ctx);
    await follow(page, 'Verschieben');
    await page.getByLabel('Alle, die noch nicht stattgefunden haben').check();
    await page.getByLabel(/^Beginn/).fill('15:00');
    await press(page, 'Vorschau');
    await expectText(page, 'noch nichts gespeichert');
  }],
  ['session to change, sent empty', 'sozialdienst', async (page, ctx) => { await plannedSession(page, ctx); await follow(page, 'Ändern'); await sendEmpty(page); }],
  ['cancelling several sessions sent empty', 'sozialdienst', async (page, ctx) => { await openGroup(page, ctx, 'läuft'); await follow(page, 'Mehrere Sitzungen absagen'); await sendEmpty(page); }],
  ['cancelled session', 'sozialdienst', async (page, ctx) => { await openGroup(page, ctx, 'läuft'); await follow(page, /./, page.locator('tbody tr').filter({ hasText: 'abgesagt' })); }],
  ['catch-up session sent empty', 'sozialdienst', async (page, ctx) => { await openGroup(page, ctx, 'läuft'); await follow(page, 'Versäumtes nachholen'); await sendEmpty(page); }],
  ['group to fill, nobody ticked', 'sozialdienst', async (page, ctx) => {
    await openGroup(page, ctx, 'läuft');
    await follow(page, 'Aus der Warteliste besetzen');
    for (const box of await page.getByRole('checkbox', { checked: true }).all()) await box.uncheck();
    await press(page, 'Angekreuzte aufnehmen');
  }],
  ['completion with nobody ticked', 'training', async (page, ctx) => {
    await page.goto(`${ctx.url}/gruppen`);
    await follow(page, /./, page.locator('tbody tr').filter({ hasText: 'läuft' }).last());
    await follow(page, 'Abschluss und Bescheinigungen');
    for (const box of await page.getByRole('checkbox', { checked: true }).all()) await box.uncheck();
    await press(page, 'Angekreuzte bestätigen');
    assert.ok(await page.locator('#fehler').count(), 'nobody ticked, and nothing is said');
  }],
  ['certificate to check, sent empty', 'training', empty('/bescheinigungen/pruefen')],
  ['certificate that is not known', 'training', async (page, ctx) => {
    await page.goto(`${ctx.url}/bescheinigungen/pruefen`);
    await page.getByLabel(/^Echtheitscode/).fill('ABCD-EFGH-JKLM-NPQR-STUV');
    await press(page, 'Prüfen');
    await expectText(page, 'Nicht bekannt');
  }],
  ['ward list, a day that does not exist', 'sozialdienst', open('/kalender/zufuehrung?tag=31.02.2027')],
  ['application sent empty', 'sozialdienst', async (page, ctx) => { await firstPerson(page, ctx, /Antrag/); await sendEmpty(page); }],
  ['group in preparation', 'sozialdienst', (page, ctx) => openGroup(page, ctx, 'Entwurf')],
  ['group that is over', 'sozialdienst', (page, ctx) => openGroup(page, ctx, 'abgeschlossen')],
  ['register sent without a reason', 'sozialdienst', registerWithError],
  ['member without a day of release', 'sozialdienst', confirmMember],
  ['placement sent empty', 'sozialdienst', async (page, ctx) => { await firstPerson(page, ctx, 'Unterbringung'); await sendEmpty(page); }],
  ['absence sent empty', 'sozialdienst', async (page, ctx) => { await firstPerson(page, ctx, 'Abwesenheit'); await sendEmpty(page); }],
  ['consent sent empty', 'sozialdienst', async (page, ctx) => { await firstPerson(page, ctx, 'Einwilligungen'); await sendEmpty(page); }],
  ['offer of a hand-over', 'sozialdienst', async (page, ctx) => { await firstPerson(page, ctx, 'Übergabe anbieten'); }],
  ['choosing a double record', 'sozialdienst', async (page, ctx) => { await firstPerson(page, ctx, /Doppelt erfasst/); }],
  ['days of grace sent empty', 'sozialdienst', empty('/pruefung/frist')],
  ['participation sent empty', 'sozialdienst', async (page, ctx) => { await firstPerson(page, ctx, 'Teilnahme beginnen'); await sendEmpty(page); }],
  ['session that ends soon', 'sozialdienst', async (page, ctx) => {
    await page.goto(`${ctx.url}/personen/neu`);
    await page.evaluate(() => document.getElementById('session-dialog').showModal());
  }],
  ['register saved by two people', 'sozialdienst', clash],
  ['catch-up session sent empty', 'sozialdienst', async (page, ctx) => { await page.goto(`${ctx.url}/gruppen`); await follow(page, 'AKT-Gruppe 2026/1'); await follow(page, 'Versäumtes nachholen'); await sendEmpty(page); }],
  ['completion proposed, sent without a date', 'training', async (page, ctx) => { await page.goto(`${ctx.url}/gruppen`); await follow(page, 'AKT-Gruppe 2026/1'); await follow(page, 'Abschluss und Bescheinigungen'); await sendEmpty(page); }],
  ['certificate that is not known', 'bewaehrung', async (page, ctx) => { await page.goto(`${ctx.url}/bescheinigungen/pruefen`); await page.fill('[name=code]', 'ABCD'); await press(page, 'Prüfen'); }],
  ['cancelling a session sent empty', 'sozialdienst', async (page, ctx) => { await openGroup(page, ctx, 'läuft'); await follow(page, /^Absagen/); await sendEmpty(page); }],
  ['leaving a group sent empty', 'sozialdienst', async (page, ctx) => { await openGroup(page, ctx, 'läuft'); await follow(page, /^Beenden/); await sendEmpty(page); }],
  ['participation to end, sent empty', 'sozialdienst', async (page, ctx) => { await talks(page, ctx, 'läuft'); await follow(page, /^Beenden/); await sendEmpty(page); }],
  ['participation to open again, sent empty', 'sozialdienst', async (page, ctx) => { await talks(page, ctx, 'abgeschlossen'); await follow(page, /^Wieder öffnen/); await sendEmpty(page); }],
  ['calendar, a week that does not exist', 'sozialdienst', open('/kalender?woche=2025-W53')],
  ['calendar, a month with a cancelled session', 'sozialdienst', open('/kalender?ansicht=monat&monat=2026-12')],
  ['calendar, nothing in a week', 'koordination', open('/kalender?woche=2030-W01')],
  ['calendar, a new address', 'training', async (page, ctx) => { await page.goto(`${ctx.url}/kalender/abo`); await press(page, /einrichten$/); }],
  ['closing day sent empty', 'sozialdienst', empty('/einrichtungen/schliesstage')],
  ['talk sent empty', 'bewaehrung', async (page, ctx) => { await firstPerson(page, ctx, 'Gespräch erfassen'); await sendEmpty(page); }],
  ['talk to correct, sent empty', 'bewaehrung', async (page, ctx) => { await firstPerson(page, ctx, 'Teilnahmen und Gespräche'); await follow(page, /^Berichtigen/); await sendEmpty(page); }],
  ['grant asked for with nothing', 'zugang', empty('/freigaben/neu')],
  ['grant to be decided', 'zugang.zwei', (page, ctx) => grant(page, ctx, 'beantragt')],
  ['grant in force', 'zugang', (page, ctx) => grant(page, ctx, 'gültig')],
  ['grant asked for with nothing, several facilities', 'koordination', empty('/freigaben/neu')],
  ['own request for several grants', 'koordination', async (page, ctx) => { await grant(page, ctx, 'beantragt'); await follow(page, 'alles aus diesem Antrag'); }],
  ['grants to renew', 'koordination', open('/freigaben/verlaengern')],
  ['calendar of grants, half a year ahead', 'zugang', async (page, ctx) => { await page.goto(`${ctx.url}/freigaben/kalender`); await follow(page, 'Halbjahr danach'); }],
  ['clearance asked for with nothing', 'koordination', empty('/ueberpruefungen/neu')],
  ['staff member reported with nothing', 'koordination', empty('/fachkraefte/neu')],
  ['stop set with nothing', 'zugang', empty('/sperren/neu')],
  ['stop', 'koordination', async (page, ctx) => { await page.goto(`${ctx.url}/sperren`); await follow(page, /./, page.locator('tbody')); }],
  ['visit announced with nothing', 'zugang', empty('/einzeltermine/neu')],
  ['object asked for with nothing', 'koordination', empty('/gegenstaende/neu')],
  ['gate list, somebody added with nothing', 'zugang', empty('/pforte/nachtrag')],
  ['gate list searched for somebody not on it', 'pforte', async (page, ctx) => { await page.goto(`${ctx.url}/pforte`); await page.getByLabel(/^Name suchen/).fill('Niemand'); await press(page, 'Suchen'); }],
  ['conflicts of the coming weeks', 'sozialdienst', open('/konflikte')],
  ['times of the house, sent wrong', 'sozialdienst', async (page, ctx) => { await page.goto(`${ctx.url}/konflikte/einstellungen`); await page.getByLabel(/^Maßnahmen möglich bis/).fill('06:00'); await press(page, 'Speichern'); }],
  ['appointment sent empty', 'sozialdienst', async (page, ctx) => { await firstPerson(page, ctx, 'Termine und Planung'); await press(page, 'Termin eintragen'); }],
  ['sessions that need cover soon', 'sozialdienst', open('/vertretung?ansicht=vorschau')],
  ['covers that are set', 'sozialdienst', open('/vertretung?ansicht=eingesetzt')],
  ['cases to review', 'sozialdienst', open('/pruefung')],
  ['waiting list, searched for people', 'sozialdienst', open('/warteliste?suche=er')],
  ['waiting list, ended', 'sozialdienst', open('/warteliste?stand=beendet')],
  ['gate list for paper', 'pforte', async (page, ctx) => { await page.goto(`${ctx.url}/pforte`); await page.emulateMedia({ media: 'print' }); }],
  ['release, prepared by somebody else', 'statistik.zwei', (page, ctx) => release(page, ctx, 'vorbereitet')],
  ['release, published', 'statistik', (page, ctx) => release(page, ctx, 'veröffentlicht')],
  ['release with coarser breakdowns computed', 'statistik', coarser],
  ['register of releases', 'statistik', open('/statistik/verzeichnis')],
  ['catalogue of reports', 'statistik', open('/statistik/berichte')],
  ['report to prepare', 'statistik', open('/statistik/berichte?bericht=landtag')],
  ['report sent with too low a threshold', 'statistik', async (page, ctx) => { await page.goto(`${ctx.url}/statistik/berichte?bericht=quartal`); await page.getByLabel(/^Schwellenwert/).fill('1'); await press(page, 'Bericht vorbereiten'); }],
  ['purpose asked for', 'koordination', asksPurpose],
  ['purpose sent empty', 'koordination', async (page, ctx) => { await asksPurpose(page, ctx); await press(page, 'Grund angeben und öffnen'); }],
  ['emergency accesses', 'sozialdienst', open('/notfallzugriff')],
  ['emergency access to review', 'sozialdienst', async (page, ctx) => { await page.goto(`${ctx.url}/notfallzugriff`); await follow(page, /./, page.locator('tbody')); }],
  ['emergency access sent empty', 'sozialdienst', empty('/notfallzugriff/neu')],
  ['standing in', 'bewaehrung', open('/abwesenheiten')],
  ['standing in sent empty', 'bewaehrung', async (page, ctx) => { await page.goto(`${ctx.url}/abwesenheiten`); await press(page, 'Einrichten'); }],
  ['list as a file', 'sozialdienst', open('/personen/ausgabe')],
  ['list as a file sent empty', 'sozialdienst', async (page, ctx) => { await page.goto(`${ctx.url}/personen/ausgabe`); await press(page, /Datei ausgeben|Ausgabe beantragen/); }],
  ['restricted records of the office', 'sozialdienst', open('/einschraenkungen/stelle')],
  ['lead of an office', 'verwaltung', async (page, ctx) => { await page.goto(`${ctx.url}/konten`); await page.getByRole('link', { name: /^Leitung/ }).first().click(); }],
  ['requests for a second person', 'datenschutz', open('/vier-augen')],
  ['request to decide', 'datenschutz', async (page, ctx) => { await page.goto(`${ctx.url}/vier-augen`); await follow(page, /./, page.locator('tbody')); }],
  ['protocol searched by operation', 'datenschutz', open('/protokoll/suche?vorgang=Person')],
  ['protocol searched for what is not there', 'datenschutz', open('/protokoll/suche?vorgang=gibtesnicht')],
  ['protocol of an account sent empty', 'datenschutz', empty('/protokoll/konto')],
  ['sample not drawn', 'datenschutz', open('/protokoll/stichprobe')],
  ['protocol searched for a person', 'datenschutz', open('/protokoll?suche=ab')],
  ['protocol with people found', 'datenschutz', open('/protokoll?suche=Mondschein')],
  ['protocol of a person', 'datenschutz', async (page, ctx) => { await page.goto(`${ctx.url}/protokoll?suche=Mondschein`); await follow(page, /./, page.locator('tbody')); }],
  ['protocol of a person, wrong day', 'datenschutz', async (page, ctx) => {
    await page.goto(`${ctx.url}/protokoll?suche=Mondschein`);
    await follow(page, /./, page.locator('tbody'));
    await page.getByLabel('Von', { exact: true }).fill('31.02.2026');
    await press(page, 'Filtern');
  }],
  ['new account sent empty', 'verwaltung', empty('/konten/neu')],
  ['new account with its code', 'verwaltung', newAccount],
];

async function everyState(ctx, states) {
  const problems = [];
  const pages = new Map();
  const pageOf = async (login, bypassCSP) => {
    const key = `${login}/${bypassCSP}`;
    if (!pages.has(key)) pages.set(key, login ? await signIn(ctx, login, { bypassCSP }) : await ctx.newPage({ bypassCSP }));
    return pages.get(key);
  };
  for (const [name, login, way] of states) {
    try {
      const strict = await pageOf(login, false);
      strict.complaints.length = 0;
      await way(strict, ctx);
      // An answer that refuses is meant to; whatever else is said is not.
      const meant = /answer (403|404|409|422): |status of (403|404|409|422) /;
      problems.push(...strict.complaints.filter((text) => !meant.test(text)).map((text) => `${name}: ${text}`));
      const page = await pageOf(login, true);
      await way(page, ctx);
      problems.push(...(await look(page, name)));
      await page.emulateMedia({ media: null });
    } catch (error) {
      problems.push(`${name}: ${error.message.split('\n').slice(0, 3).join(' ')}`);
    }
  }
  expectNone(problems);
}

// --- Without JavaScript, without a mouse -------------------------------------------

const PLAIN = { javaScriptEnabled: false };

async function plainSignIn(ctx) {
  const page = await signIn(ctx, 'bewaehrung.zwei', { fresh: true, ...PLAIN });
  await expectText(page, ctx.account('bewaehrung.zwei').name);
  await press(page, 'Abmelden');
  await page.goto(`${ctx.url}/personen`);
  assert.match(page.url(), /anmelden/, 'signing out did not end the session');
}

async function plainSearch(ctx) {
  const page = await signIn(ctx, 'sozialdienst', PLAIN);
  await page.goto(`${ctx.url}/personen`);
  const [name, number] = (await page.getByRole('table', { name: 'Personen' }).locator('tbody tr').nth(3).locator('th, td').allInnerTexts()).map((text) => text.trim());
  await page.getByLabel(/^Name oder Nummer/).fill(number.replaceAll(/\W/g, ''));
  await press(page, 'Filtern');
  const rows = await page.getByRole('table', { name: 'Personen' }).locator('tbody tr').allInnerTexts();
  assert.equal(rows.length, 1, rows.join(' | '));
  assert.ok(rows[0].includes(name), `${rows[0]} is not ${name}`);
  assert.match(await page.getByRole('status').first().innerText(), /^1 Person/);
}

async function plainRegister(ctx) {
  const page = await signIn(ctx, 'sozialdienst', PLAIN);
  await openGroup(page, ctx, 'läuft');
  await follow(page, /^Anwesenheit/, page.locator('tbody tr').filter({ hasText: 'gehalten' }));
  const address = page.url();
  const rows = page.getByRole('group', { name: /^Teilnahme von/ });
  const before = await rows.first().getByRole('radio', { name: 'anwesend', exact: true }).isChecked();
  const wanted = before ? 'verspätet' : 'anwesend';
  await rows.first().getByRole('radio', { name: wanted, exact: true }).check();
  assert.ok(await page.getByLabel(/^Grund, /).first().isVisible(), 'reasons cannot be reached');
  assert.equal(await page.getByRole('button', { name: 'Alle übrigen anwesend' }).count(), 0, 'a button that can do nothing');
  await page.getByLabel(/^Grund der Berichtigung/).fill('Ohne JavaScript berichtigt');
  await press(page, 'Anwesenheit speichern');
  await expectText(page, '1 berichtigt');
  await page.goto(address);
  assert.ok(await rows.first().getByRole('radio', { name: wanted, exact: true }).isChecked());
}

async function byKeyboard(ctx) {
  const problems = [];
  const walk = async (login, name, way) => {
    const page = await signIn(ctx, login);
    await way(page, ctx);
    try {
      await keyboardOnly(page);
      noConsoleErrors(page);
    } catch (error) {
      problems.push(`${name}: ${error.message}`);
    }
  };
  await walk('sozialdienst', 'start', open('/'));
  await walk('sozialdienst', 'import', open('/personen/einlesen'));
  await walk('sozialdienst', 'group plan', open('/gruppen/neu'));
  await walk('sozialdienst', 'register', async (page, c) => {
    await openGroup(page, c, 'läuft');
    await follow(page, /^Anwesenheit/, page.locator('tbody tr').filter({ hasText: 'gehalten' }));
  });
  await walk('bewaehrung', 'talk', (page, c) => firstPerson(page, c, 'Gespräch erfassen'));
  await walk('pforte', 'gate list', open('/pforte'));
  await walk('statistik.zwei', 'release', (page, c) => release(page, c, 'vorbereitet'));
  expectNone(problems);
}

/** The checks above must be able to fail: a page with one fault of each kind. */
async function checksWork(ctx) {
  const page = await ctx.newPage();
  await page.setContent(`<!doctype html><html lang="de"><title>Fehler</title><main><h1>Fehler</h1>
    <input><p style="width: 500px">breit</p>
    <div style="overflow: hidden; width: 40px"><span style="white-space: nowrap">abgeschnittener Text</span></div>
    <div style="position: sticky; bottom: 0; height: 200px">Leiste</div></main>`);
  const found = (await look(page, 'probe')).join('\n');
  for (const sign of [/label: .*\(light\)/, /label: .*\(dark\)/, /wide at 320 px/, /cut off .*abgeschnittener/, /bars .* 78 %/]) assert.match(found, sign);
  await page.evaluate(() => console.error('probe'));
  assert.throws(() => noConsoleErrors(page), /probe/);
}

const PARTS = 4;
const part = Math.ceil(STATES.length / PARTS);
export const tests = [
  { name: 'accessibility: the checks find faults', run: checksWork },
  ...LOGINS.map((login) => ({ name: `accessibility: every page of ${login}`, run: (ctx) => everyPage(ctx, login), ms: CRAWL_MS })),
  ...[...Array(PARTS).keys()].map((number) => ({
    name: `accessibility: forms with errors and other states, part ${number + 1} of ${PARTS}`,
    run: (ctx) => everyState(ctx, STATES.slice(number * part, (number + 1) * part)),
    ms: CRAWL_MS,
  })),
  { name: 'without JavaScript: signing in and out', run: plainSignIn },
  { name: 'without JavaScript: searching people', run: plainSearch },
  { name: 'without JavaScript: saving the register', run: plainRegister },
  { name: 'without a mouse: every control is reached and seen', run: byKeyboard },
];
