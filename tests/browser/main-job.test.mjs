// The main job through the pages, as a chain of people: social service, trainer, probation,
// statistics (two people), KORA, data protection. One test follows the other; what one of
// them made, the next one uses. So run them together: `run.mjs "main job"`.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { at, choose, expectText, expectedComplaint, fact, follow, german, iso, navigate, noConsoleErrors, plusDays, press, rowsOf, sendPast, signIn, tabTo, today } from './lib.mjs';

const imports = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', 'fixtures', 'imports');
const LIST = resolve(imports, 'jva-dresden-utf8-bom-semicolon.csv');
const LIST_ROWS = 12;
const SESSIONS = 23;
const MOST_FIELDS = 6;

/** What the tests hand on to each other. */
const shared = { group: 'AKT-Gruppe Browsertest' };

// --- Days --------------------------------------------------------------------------

const fromGerman = (text) => {
  const found = /(\d\d)\.(\d\d)\.(\d{4})/.exec(text);
  assert.ok(found, `no date in "${text}"`);
  return new Date(`${found[3]}-${found[2]}-${found[1]}T00:00:00Z`);
};

/** Easter Sundays as published; everything movable hangs on them. */
const EASTER = {
  2026: '04-05', 2027: '03-28', 2028: '04-16', 2029: '04-01', 2030: '04-21',
  2031: '04-13', 2032: '03-28', 2033: '04-17', 2034: '04-09', 2035: '03-25',
};
const FIXED = ['01-01', '05-01', '10-03', '10-31', '12-25', '12-26'];
/** Good Friday, Easter Monday, Ascension Day, Whit Monday: days after Easter Sunday. */
const MOVABLE = [-2, 1, 39, 50];

/** The public holidays of Saxony (§ 1 SächsSFG) of these years, written down independently of the product. */
function holidays(years) {
  const days = new Set();
  for (const year of years) {
    assert.ok(EASTER[year], `please add Easter ${year} to this test`);
    for (const day of FIXED) days.add(`${year}-${day}`);
    const easter = new Date(`${year}-${EASTER[year]}T00:00:00Z`);
    for (const after of MOVABLE) days.add(iso(plusDays(easter, after)));
    // Buß- und Bettag: the Wednesday before 23 November.
    let repentance = new Date(`${year}-11-22T00:00:00Z`);
    while (repentance.getUTCDay() !== 3) repentance = plusDays(repentance, -1);
    days.add(iso(repentance));
  }
  return days;
}

// --- Files -------------------------------------------------------------------------

/** A reader for RFC 4180 with German settings: UTF-8 with byte order mark, `;`, CRLF. */
function readCsv(bytes) {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  assert.equal(text.charCodeAt(0), 0xfeff, 'the file has no byte order mark');
  assert.ok(!/(^|[^\r])\n/.test(text) && !/\r(?!\n)/.test(text), 'a line does not end with CRLF');
  assert.ok(text.endsWith('\r\n'), 'the last line has no end');
  const records = [];
  let record = [];
  let at = 1;
  while (at < text.length) {
    let field = '';
    if (text[at] === '"') {
      for (at += 1; text[at] !== '"' || text[at + 1] === '"'; at += 1) {
        assert.ok(at < text.length, 'a quote is never closed');
        if (text[at] === '"') at += 1;
        field += text[at];
      }
      at += 1;
    } else {
      for (; text[at] !== ';' && text[at] !== '\r'; at += 1) field += text[at];
    }
    record.push(field);
    if (text[at] === ';') {
      at += 1;
    } else {
      assert.equal(text.slice(at, at + 2), '\r\n', `something follows the field "${field}"`);
      at += 2;
      records.push(record);
      record = [];
    }
  }
  return records;
}

async function download(page, name) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).first().click()]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

// --- Steps -------------------------------------------------------------------------

async function upload(page, file) {
  await follow(page, 'Liste einlesen');
  await page.getByLabel(/^Datei/).setInputFiles(file);
  await press(page, 'Hochladen und prüfen');
  await expectText(page, 'Noch ist nichts übernommen');
}

/** How many people the list says there are. */
async function peopleCount(page) {
  await navigate(page, 'Personen');
  const text = await page.getByRole('status').first().innerText();
  return Number(/(\d+) Person/.exec(text.replaceAll('.', ''))[1]);
}

async function importList(ctx) {
  const page = await at(ctx, 'sozialdienst', 'Personen');
  const before = await peopleCount(page);
  await upload(page, LIST);
  for (const [index, column, meaning] of [[1, 'Buch-Nr.', /nummer/i], [2, 'Name', /Nachname/], [3, 'Vorname', /Vorname/], [4, 'Geburtsdatum', /Geburt/]]) {
    const list = page.getByLabel(`Bedeutung der Spalte ${index}, ${column}`, { exact: true });
    assert.match(await list.locator('option:checked').innerText(), meaning, `column "${column}" is not recognised`);
  }
  await press(page, 'Zuordnung speichern und neu prüfen');
  assert.equal(await fact(page, 'Neu'), `${LIST_ROWS} Personen`);
  assert.equal(await fact(page, 'Geändert'), '0 Personen');
  assert.equal(await fact(page, 'Fehler'), '0 Zeilen');
  assert.equal((await rowsOf(page, 'Neu')).length, LIST_ROWS);
  assert.equal(await peopleCount(page), before, 'the dry run took something over');
  await page.goBack();
  await press(page, 'Übernehmen');
  await expectText(page, `${LIST_ROWS} neu, 0 geändert, 0 unverändert, 0 abgelehnt`);
  assert.equal(await peopleCount(page), before + LIST_ROWS);

  await upload(page, LIST);
  assert.equal(await fact(page, 'Neu'), '0 Personen');
  assert.equal(await fact(page, 'Geändert'), '0 Personen');
  assert.equal(await fact(page, 'Unverändert'), `${LIST_ROWS} Personen`);
  await expectText(page, 'Es gibt nichts zu übernehmen');
  await press(page, 'Als geprüft abschließen');
  await expectText(page, `0 neu, 0 geändert, ${LIST_ROWS} unverändert`);
  assert.equal(await peopleCount(page), before + LIST_ROWS, 'the same list twice made people twice');
  noConsoleErrors(page);
}

async function searchPeople(ctx) {
  const page = await at(ctx, 'sozialdienst', 'Personen');
  for (const [typed, name, number] of [['aertlei', 'Gärtlein, Uwe', '0511-25'], ['118724', 'Müller-Weißflog, Jörg', '1187-24']]) {
    await page.getByLabel(/^Name oder Nummer/).fill(typed);
    await Promise.all([page.waitForEvent('domcontentloaded'), page.keyboard.press('Enter')]);
    const rows = await rowsOf(page, 'Personen');
    assert.ok(rows.some((row) => row[0] === name && row[1] === number), `"${typed}" does not find ${name}: ${JSON.stringify(rows)}`);
    assert.ok(rows.length < 10, `"${typed}" finds ${rows.length} people`);
  }
  await follow(page, 'Müller-Weißflog, Jörg');
  assert.match(await page.getByRole('heading', { level: 1 }).innerText(), /Müller-Weißflog, Jörg/);
  noConsoleErrors(page);
}

async function planGroup(ctx) {
  const page = await at(ctx, 'sozialdienst', 'Gruppen');
  const earliest = plusDays(today(), 21);
  const free = holidays([earliest.getUTCFullYear(), earliest.getUTCFullYear() + 1]);
  // The weekday with the most holidays within half a year, so that there is something to skip.
  const hits = [1, 2, 3, 4, 5].map((weekday) => [...free].filter((day) => {
    const date = new Date(`${day}T00:00:00Z`);
    return date.getUTCDay() === weekday && date >= plusDays(earliest, 7) && date < plusDays(earliest, 22 * 7);
  }).length);
  const weekday = hits.indexOf(Math.max(...hits)) + 1;
  let first = earliest;
  while (first.getUTCDay() !== weekday || free.has(iso(first))) first = plusDays(first, 1);

  await follow(page, 'Gruppe planen');
  await choose(page, 'Vorlage', 'AKT Gruppe 23');
  await page.getByLabel(/^Name der Gruppe/).fill(shared.group);
  const room = await choose(page, 'Raum', /Gruppenraum/);
  await choose(page, 'Wochentag', ['', 'Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag'][weekday]);
  await page.getByLabel(/^Beginn/).first().fill('09:00');
  await page.getByLabel(/^Erster Tag/).fill(german(first));
  await choose(page, 'Erste Fachkraft', ctx.account('training').name);
  // Somebody whose grant lasts: a group that goes past a grant is not published.
  await choose(page, 'Zweite Fachkraft', 'Wiebke Özkaya-Brandt');
  await press(page, 'Vorschau');
  await expectText(page, 'noch nichts gespeichert');
  await expectText(page, `${SESSIONS} Sitzungen`);

  const rows = await rowsOf(page, 'Alle Termine');
  const sessions = rows.filter((row) => /^\d+$/.test(row[0])).map((row) => fromGerman(row[1]));
  const skipped = rows.filter((row) => !/^\d+$/.test(row[0])).map((row) => ({ day: fromGerman(row[1]), why: row[3] }));
  assert.equal(sessions.length, SESSIONS);
  assert.equal(iso(sessions[0]), iso(first));
  for (const day of sessions) {
    assert.ok(!free.has(iso(day)), `a session on a holiday: ${german(day)}`);
    assert.equal(day.getUTCDay(), weekday, `a session on another weekday: ${german(day)}`);
  }
  // Nothing is left out but what the preview names, and every holiday is named.
  const all = [...sessions, ...skipped.map((one) => one.day)].map((day) => day.getTime()).sort((one, other) => one - other);
  all.forEach((time, index) => assert.equal(iso(new Date(time)), iso(plusDays(first, index * 7)), 'the weeks do not follow each other'));
  const expected = [...free].filter((day) => day > iso(first) && day < iso(sessions.at(-1)) && new Date(day).getUTCDay() === weekday);
  for (const day of expected) assert.ok(skipped.some((one) => iso(one.day) === day && one.why), `${day} is not named as a holiday`);
  assert.equal(skipped.length, expected.length, `skipped: ${JSON.stringify(skipped)}`);
  console.log(`   ${SESSIONS} dates from ${german(first)} to ${german(sessions.at(-1))} in ${room}; skipped ${skipped.map((one) => `${german(one.day)} ${one.why}`).join(', ') || 'nothing'}`);

  await press(page, 'Als Entwurf speichern');
  assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), shared.group);
  await expectText(page, 'als Entwurf gespeichert');
  assert.deepEqual((await rowsOf(page, 'Termine')).map((row) => iso(fromGerman(row[1]))), sessions.map(iso));
  const address = page.url();
  const trainer = await signIn(ctx, 'training');
  await trainer.goto(`${ctx.url}/gruppen`);
  assert.ok(!(await trainer.getByRole('link', { name: shared.group }).count()), 'a draft is seen by a trainer');
  await press(page, 'Veröffentlichen');
  await expectText(page, 'geplant');
  await trainer.goto(address);
  assert.equal(await trainer.getByRole('heading', { level: 1 }).innerText(), shared.group);
  noConsoleErrors(page);
  noConsoleErrors(trainer);
}

async function addMembers(ctx) {
  const page = await at(ctx, 'sozialdienst', 'Gruppen');
  await follow(page, shared.group);
  const warned = [];
  const people = ['Müller-Weißflog, Jörg', "O'Brannigan, Sören", 'Süßenguth, Thilo'];
  for (const name of people) {
    await page.getByLabel('Name oder Buchnummer').fill(name.split(',')[0]);
    await press(page, 'Suchen');
    await press(page, new RegExp(`^Aufnehmen\\s?: ${name}$`));
    if ((await page.getByRole('heading', { level: 1 }).innerText()) === 'Trotzdem aufnehmen?') {
      await expectText(page, /Entlassung|entlassen/);
      warned.push(name);
      // What stands against dates is taken on with a reason.
      const why = page.getByLabel(/^Warum trotzdem/);
      if (await why.count()) await why.fill('Mit der Vollzugsplanung abgestimmt');
      await press(page, 'Trotzdem aufnehmen');
    }
    await expectText(page, 'aufgenommen');
  }
  // Nobody knows when these two leave: the list has no day of release for them.
  for (const name of people.slice(1)) assert.ok(warned.includes(name), `no warning for ${name}`);
  const members = (await rowsOf(page, 'Teilnehmende')).map((row) => row[0]);
  for (const name of people) assert.ok(members.some((text) => text.startsWith(name)), `${name} is not in the group: ${members}`);
  assert.equal(members.length, people.length);
  noConsoleErrors(page);
}

/** The chosen values of the register, "" where nothing is chosen. */
const chosen = (page) =>
  page.locator('[data-row]').evaluateAll((rows) => rows.map((row) => row.querySelector('input[type=radio]:checked')?.value ?? ''));

async function openRegister(ctx) {
  const page = await at(ctx, 'training', 'Gruppen');
  const line = page.locator('tbody tr').filter({ hasText: /Listen? fehl/ }).first();
  assert.ok(await line.count(), 'no group of the demo waits for a register (a Tuesday before the session, or a holiday week?)');
  await follow(page, /./, line);
  shared.running = page.url();
  const session = page.locator('tbody tr').filter({ hasText: 'Anwesenheit fehlt' }).last();
  await follow(page, /^Anwesenheit/, session);
  shared.register = page.url();
  return page;
}

async function keepRegister(ctx) {
  const page = await openRegister(ctx);
  const names = await page.locator('[data-row] th').evaluateAll((cells) => cells.map((cell) => cell.firstChild.textContent.trim()));
  assert.ok(names.length >= 4, 'the demo group has too few people');

  // "Alle übrigen anwesend" leaves alone what was chosen. Nothing is saved here.
  await page.getByRole('group', { name: `Teilnahme von ${names[1]}` }).getByRole('radio', { name: 'verspätet' }).check();
  await page.getByRole('button', { name: 'Alle übrigen anwesend' }).click();
  assert.deepEqual(await chosen(page), names.map((_, index) => (index === 1 ? 'late' : 'present')));
  await page.goto(shared.register);
  assert.deepEqual(await chosen(page), names.map(() => ''), 'something was saved without the button');

  // By keyboard alone, one key for each person; the last one leads to the button.
  const there = await page.evaluate(() => document.activeElement?.matches('[data-row] input[type=radio]'));
  const way = there ? 0 : await tabTo(page, '[data-row] input[type=radio]');
  const keys = names.map((_, index) => ({ 1: 'v', 2: 'u' })[index] ?? 'a');
  const values = keys.map((key) => ({ a: 'present', v: 'late', u: 'unexcused' })[key]);
  for (const key of keys) await page.keyboard.press(key);
  assert.deepEqual(await chosen(page), values);
  let save = 0;
  for (; save < 3; save += 1) {
    if (await page.evaluate(() => document.activeElement?.textContent.trim() === 'Anwesenheit speichern')) break;
    await page.keyboard.press('Tab');
  }
  await Promise.all([page.waitForEvent('domcontentloaded'), page.keyboard.press('Enter')]);
  await expectText(page, `${names.length} von ${names.length} erfasst`);
  console.log(`   key presses for ${names.length} people: ${way} Tab to the first, ${keys.length} letters, ${save} Tab and 1 Enter to save: ${way + keys.length + save + 1}`);

  await page.goto(shared.register);
  assert.deepEqual(await chosen(page), values);
  await press(page, 'Anwesenheit speichern');
  await expectText(page, 'Keine Änderung');
  await page.goto(shared.register);
  assert.ok(!(await page.getByRole('heading', { name: 'Berichtigungen' }).count()), 'saving the same again counts as a correction');

  // A correction needs a reason, and keeps what was there.
  const row = page.getByRole('group', { name: `Teilnahme von ${names[2]}` });
  await row.getByRole('radio', { name: 'entschuldigt', exact: true }).check();
  await page.getByLabel(`Grund, ${names[2]}`, { exact: true }).selectOption({ label: 'Krankheit' });
  await press(page, 'Anwesenheit speichern');
  await expectText(page, 'Bitte den Grund der Berichtigung angeben');
  assert.equal((await chosen(page))[2], 'excused', 'the choice is lost with the message');
  expectedComplaint(page, 422);
  await page.getByLabel(/^Grund der Berichtigung/).fill('Krankmeldung lag vor');
  await press(page, 'Anwesenheit speichern');
  await expectText(page, '1 berichtigt');
  await page.goto(shared.register);
  assert.equal((await chosen(page))[2], 'excused');
  const correction = page.getByRole('listitem').filter({ hasText: names[2] }).last();
  const said = await correction.innerText();
  for (const part of ['unentschuldigt', 'entschuldigt (Krankheit)', 'Krankmeldung lag vor', ctx.account('training').name, german(today())]) {
    assert.ok(said.includes(part), `the correction does not say "${part}": ${said}`);
  }
  assert.match(said, /\d\d:\d\d Uhr/);
  noConsoleErrors(page);
}

async function futureSession(ctx) {
  const page = await at(ctx, 'sozialdienst', 'Gruppen');
  await follow(page, shared.group);
  const rows = page.getByRole('table', { name: 'Termine', exact: true }).locator('tbody tr');
  assert.equal(await rows.getByRole('link', { name: /^Anwesenheit/ }).count(), 0, 'a session in the future offers its register');
  const cancel = await rows.first().getByRole('link', { name: /^Absagen/ }).getAttribute('href');
  const register = cancel.replace(/absagen$/, 'anwesenheit');
  const group = page.url();
  await page.goto(ctx.url + register);
  await expectText(page, 'Noch nicht so weit');
  assert.equal(await page.getByRole('radio').count(), 0);
  const status = await sendPast(page, register, { version: '1', status_1: 'present' });
  assert.ok([403, 409, 422].includes(status), `a register of the future was answered with ${status}`);
  await page.goto(group);
  expectedComplaint(page, status);
  assert.match((await rowsOf(page, 'Termine'))[0][2], /geplant/);
  noConsoleErrors(page);
}

async function logTalk(ctx) {
  const page = await at(ctx, 'bewaehrung', 'Personen');
  const name = await page.getByRole('table', { name: 'Personen' }).locator('tbody a').first().innerText();
  shared.person = name;
  await follow(page, name);
  await follow(page, 'Gespräch erfassen');
  const fields = await page.locator('main form').first().evaluate((form) => {
    const seen = [...form.elements].filter((element) => element.name && element.type !== 'hidden' && element.type !== 'submit' && element.checkVisibility());
    // The day and the time of the next talk are one question.
    return [...new Set(seen.map((element) => element.name.replace(/^next_.*/, 'next')))];
  });
  assert.ok(fields.length > 0 && fields.length <= MOST_FIELDS, `${fields.length} fields: ${fields}`);
  console.log(`   ${fields.length} fields to log a talk: ${fields.join(', ')}`);
  const day = await page.getByLabel(/^Tag/).inputValue();
  assert.equal(day, german(today()), 'the day is not filled in');
  await page.getByLabel(/^Dauer in Minuten/).fill('45');
  await page.getByLabel('in Büro oder Dienststelle', { exact: true }).check();
  await page.getByLabel('stattgefunden', { exact: true }).check();
  // Where one participation runs there is nothing to choose.
  const course = page.getByLabel(/^Teilnahme/);
  if ((await course.count()) > 0 && !(await course.inputValue())) await course.selectOption({ index: 1 });
  await press(page, 'Gespräch speichern');
  const rows = await rowsOf(page, 'Gespräche');
  const mine = rows.find((row) => row[0].includes(german(today())) && row.join(' ').includes('45 '));
  assert.ok(mine, `the talk is not in the list: ${JSON.stringify(rows.slice(0, 3))}`);
  assert.ok(mine.includes(ctx.account('bewaehrung').name), `who recorded it is not said: ${mine}`);
  noConsoleErrors(page);
}

async function prepareQuarter(ctx) {
  const page = await at(ctx, 'statistik', 'Statistik');
  const prepared = page.locator('tbody tr').filter({ hasText: 'vorbereitet' });
  if (await prepared.count()) {
    await follow(page, /./, prepared);
    await press(page, 'Verwerfen');
    await expectText(page, 'verworfen');
  }
  await page.goto(`${ctx.url}/statistik/berichte?bericht=quartal`);
  shared.quarter = (await choose(page, 'Quartal', /^\d\. Quartal \d{4}$/)).trim();
  await press(page, 'Bericht vorbereiten');
  await expectText(page, 'Freigeben muss eine zweite Person');
  shared.release = page.url();
  for (let wait = 0; wait < 60 && await page.getByText('wird berechnet').count(); wait += 1) {
    await page.waitForTimeout(1000);
    await page.goto(shared.release);
  }
  // Not the own one: there is no button, and sending the form past the page does not help.
  await expectText(page, 'Freigeben muss sie eine zweite Person');
  assert.equal(await page.getByRole('button', { name: 'Für KORA freigeben' }).count(), 0);
  const hash = await fact(page, 'Prüfsumme (SHA-256)');
  const version = await page.locator('main form input[name=version]').first().inputValue();
  const status = await sendPast(page, `${new URL(page.url()).pathname}/freigeben`, { version, hash });
  assert.ok([403, 409, 422].includes(status), `the own release was answered with ${status}`);
  await expectText(page, 'nichts veröffentlicht');
  await page.goto(shared.release);
  expectedComplaint(page, status);
  assert.match(await fact(page, 'Status'), /vorbereitet/);
  noConsoleErrors(page);
}

async function approveQuarter(ctx) {
  const page = await at(ctx, 'statistik.zwei', 'Statistik');
  await page.goto(shared.release);
  await press(page, 'Für KORA freigeben');
  await expectText(page, `${shared.quarter} ist veröffentlicht`);
  assert.match(await fact(page, 'Status'), /veröffentlicht/);
  assert.match(await fact(page, 'Freigegeben von'), new RegExp(ctx.account('statistik.zwei').name));
  noConsoleErrors(page);
}

async function fetchFigures(ctx) {
  const page = await at(ctx, 'kora', 'Zahlen');
  const link = new RegExp(`^CSV.*${shared.quarter.replace('.', '\\.')}`);
  const once = await download(page, link);
  const again = await download(page, link);
  assert.ok(once.bytes.equals(again.bytes), 'the same release gave different bytes');
  const [, number, year] = /(\d)\. Quartal (\d{4})/.exec(shared.quarter);
  assert.match(once.name, /\.csv$/);
  const [header, ...lines] = readCsv(once.bytes);
  const column = (name) => { const place = header.indexOf(name); assert.ok(place >= 0, `${name} in ${header}`); return place; };
  const [zeit, tabelle, kennzahl, wert, zeichen] = ['Zeit_Code', 'Tabelle_Code', 'Kennzahl_Code', 'Wert', 'Wert_Q'].map(column);
  let hidden = 0;
  const cells = new Map();
  for (const line of lines) {
    assert.equal(line.length, header.length, line.join(';'));
    assert.equal(line[zeit], `${year}-Q${number}`);
    if (line[wert] === '.') hidden += 1;
    else assert.match(line[wert], /^(-|\d+(,\d+)?)$/);
    assert.equal(line[zeichen] === 'g', line[wert] === '.', line.join(';'));
    // Small numbers of people are never told.
    if (line[kennzahl] === 'personen') assert.ok(line[wert] === '.' || line[wert] === '0' || Number(line[wert]) >= 5, line.join(';'));
    cells.set(header.map((name, place) => (/_Code$/.test(name) ? line[place] : '')).join('/'), line[wert]);
  }
  assert.equal(cells.size, lines.length, 'a cell stands there twice');
  assert.ok(hidden > 0 && hidden < lines.length, `${hidden} of ${lines.length} values are kept secret`);
  // The page says the same as the file.
  await follow(page, `Quartalsbericht, ${shared.quarter}`);
  const total = (await page.getByRole('row', { name: /^Sachsen insgesamt/ }).first().locator('td').allInnerTexts()).map((text) => text.replaceAll('.', '').trim());
  const inFile = lines.filter((line) => line[tabelle] === 'massnahmen' && line.filter((word) => word === 'gesamt').length === 1).map((line) => line[wert]);
  assert.deepEqual(total.map((text) => (/^\d+$/.test(text) ? text : '.')), inFile.slice(0, total.length));
  console.log(`   ${lines.length} values in ${once.name}, ${hidden} kept secret`);
  noConsoleErrors(page);
}

async function findEntries(ctx) {
  const page = await at(ctx, 'datenschutz', 'Protokoll');
  const search = async () => {
    await page.getByLabel(/^Name oder Nummer/).fill(shared.person.split(',')[0]);
    await press(page, 'Suchen');
  };
  await search();
  await follow(page, shared.person);
  await expectText(page, 'Protokoll zur Person');
  await expectText(page, 'Bewährungshilfe Dresden');
  const rows = (await page.locator('main table tbody tr').allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
  const own = rows.filter((text) => text.includes('Bewährungshilfe') && text.includes(german(today())));
  assert.ok(own.length >= 3, `page, form and talk should be there: ${JSON.stringify(rows)}`);
  assert.ok(own.some((text) => /Gespräch/.test(text)), `the talk is not there: ${JSON.stringify(own)}`);
  const name = ctx.account('bewaehrung').name;
  assert.ok(!rows.some((text) => text.includes(name)), 'the protocol names staff');
  noConsoleErrors(page);
}

export const tests = [
  { name: 'main job: the social service takes over a list, and the same list again changes nothing', run: importList },
  { name: 'main job: people are found by part of the name and by number', run: searchPeople },
  { name: 'main job: the social service plans and publishes 23 sessions without holidays', run: planGroup },
  { name: 'main job: people join the group, early release is confirmed', run: addMembers },
  { name: 'main job: the trainer keeps the register by keyboard and corrects it', run: keepRegister },
  { name: 'main job: a session in the future cannot be recorded', run: futureSession },
  { name: 'main job: the probation service logs a talk in one short form', run: logTalk },
  { name: 'main job: statistics prepares a quarter and cannot approve it alone', run: prepareQuarter },
  { name: 'main job: a second person publishes the quarter', run: approveQuarter },
  { name: 'main job: KORA fetches the figures as a sound file', run: fetchFigures },
  { name: 'main job: data protection finds who dealt with the person', run: findEntries },
];
