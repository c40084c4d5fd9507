// Counselling through the pages: a mother who stays unknown, the exit programme in a prison that
// learns of appointments only, and a probation officer who records a day of eight talks by keyboard.
import assert from 'node:assert/strict';
import { at, expectText, expectedComplaint, fact, follow, german, noConsoleErrors, plusDays, press, rowsOf, signIn, today } from './lib.mjs';

/** Eight talks of a day take less than four minutes, at two hundred presses of a key in a minute. */
const PRESSES_PER_MINUTE = 200;
const MOST_MINUTES = 4;
const TALKS = 8;

/** The next day from so many days on that is no Saturday or Sunday. */
function workday(days) {
  let day = plusDays(today(), days);
  while ([0, 6].includes(day.getUTCDay())) day = plusDays(day, 1);
  return day;
}

// --- A mother who calls without a name ---------------------------------------------

async function mother(ctx) {
  const page = await at(ctx, 'beratung', 'Anfragen');
  await follow(page, 'Anfrage stellen');
  const label = (name) => page.getByLabel(new RegExp(`^${name}`)).first();
  await label('Anfragende Stelle').selectOption({ label: await option(page, 'Anfragende Stelle', /Angehörige|Familie|Umfeld/) });
  await label('Zugangsweg').selectOption({ label: await option(page, 'Zugangsweg', /Angehörige|Umfeld|Familie/) });
  await label('Eingang am').fill(german(plusDays(today(), -40)));
  await page.getByLabel(/^Angehörige/).check();
  await label('Beziehung oder Beruf').selectOption({ label: await option(page, 'Beziehung oder Beruf', /Elternteil|Mutter/) });
  await label('Angebot').selectOption({ label: await option(page, 'Angebot', /Umfeld/) });
  await label('Phänomenbereich').selectOption({ label: 'in Klärung' });
  await page.getByRole('group', { name: /Weisung oder Auflage/ }).getByLabel('keine').check();
  await page.getByRole('group', { name: /Vollzugsplan/ }).getByLabel(/^entfällt/).check();
  assert.equal(await page.getByLabel(/^Nachname|^Vorname|^Familienname/).count(), 0, 'there is a field for a name');
  await press(page, /^Weiter|^Prüfen/);
  await expectText(page, 'Anfrage prüfen');
  await press(page, 'Anfrage absenden');
  const address = page.url();
  assert.match(address, /\/faelle\/[0-9a-f-]{36}/);
  const talkDays = [-38, -31, -24, -17, -10].map((days) => german(plusDays(today(), days)));
  for (const [index, day] of talkDays.entries()) {
    await follow(page, 'Gespräch erfassen');
    await page.getByLabel(/^Tag/).fill(day);
    await page.getByLabel('telefonisch', { exact: true }).check();
    await page.getByLabel('stattgefunden', { exact: true }).check();
    await page.getByLabel('Familie und Beziehungen').check();
    if (index === 4) {
      await page.getByLabel('Am', { exact: true }).fill(german(workday(3)));
      await page.getByLabel('Um', { exact: true }).fill('10:00');
    }
    await press(page, 'Gespräch speichern');
    await expectText(page, 'Das Gespräch ist gespeichert.');
  }
  assert.equal((await rowsOf(page, 'Gespräche')).length, talkDays.length);
  await expectText(page, 'Familie und Beziehungen');
  assert.match((await rowsOf(page, 'Termine'))[0].join(' '), /10:00 Uhr.*vereinbart/);
  // Agreed, counselled, closed; and never known by name.
  for (const [step, day] of [['Vereinbarung eintragen', -10], ['Begleitung beginnen', -10]]) {
    await follow(page, step);
    await page.getByLabel(/^Tag/).fill(german(plusDays(today(), day)));
    await press(page, step);
  }
  await follow(page, 'Abschließen');
  await page.getByLabel(/^Grund/).selectOption({ label: 'abgeschlossen, Anliegen geklärt' });
  await page.getByLabel(/^Tag/).fill(german(today()));
  await press(page, 'Abschließen');
  await expectText(page, 'abgeschlossen');
  assert.equal(await fact(page, 'Beraten wird'), 'Elternteil');
  assert.equal(await page.getByRole('link', { name: 'Termin vereinbaren' }).count(), 0, 'a closed case plans talks');
  noConsoleErrors(page);
}

/** The first option of a list, named by the beginning of its label, whose text fits. */
async function option(page, label, fits) {
  const options = await page.getByLabel(new RegExp(`^${label}`)).first().locator('option').allInnerTexts();
  const found = options.find((text) => fits.test(text));
  assert.ok(found, `"${label}" offers nothing like ${fits}: ${options.join(', ')}`);
  return found;
}

// --- The exit programme in a prison --------------------------------------------------

async function exitProgramme(ctx) {
  // The case that the BAMF handed over.
  const page = await at(ctx, 'beratung', 'Anfragen');
  const line = page.locator('main tbody tr').filter({ hasText: 'BAMF' }).filter({ hasText: 'JVA Dresden' }).first();
  const name = (await line.getByRole('link').first().innerText()).trim();
  await follow(page, name, line);
  const day = workday(4);
  await follow(page, 'Termin vereinbaren');
  await page.getByLabel(/^Tag/).fill(german(day));
  await page.getByLabel(/^Uhrzeit/).fill('10:30');
  await page.getByLabel('in der Anstalt', { exact: true }).check();
  await press(page, 'Termin vereinbaren');
  await expectText(page, 'Der Termin ist vereinbart');
  // The prison brings the person, and knows nothing else.
  const prison = await signIn(ctx, 'sozialdienst');
  await prison.goto(`${ctx.url}/personen?q=${encodeURIComponent(name.split(',')[0])}`);
  await follow(prison, name);
  const person = prison.url();
  await prison.goto(`${person}/gespraeche`);
  const mine = (await rowsOf(prison, 'Gespräche')).filter((row) => row[0].includes(`${german(day)}, 10:30`));
  assert.equal(mine.length, 1);
  assert.equal(mine[0][1], 'Beratungstermin');
  for (const cell of mine[0].slice(2)) assert.equal(cell, '–');
  const said = await prison.locator('main').innerText();
  for (const word of ['APro', 'Ausstieg', 'BAMF']) assert.ok(!said.includes(word), `the prison reads "${word}"`);
  await prison.goto(`${ctx.url}/kalender/zufuehrung?tag=${german(day)}`);
  await expectText(prison, name.split(',')[0]);
  assert.equal((await prison.goto(page.url())).status(), 404, 'the prison opens the case');
  expectedComplaint(prison, 404);
  await prison.goto(`${ctx.url}/kalender?woche=${isoWeek(day)}`);
  await expectText(prison, 'Beratungstermin');
  noConsoleErrors(page);
  noConsoleErrors(prison);
}

/** The ISO week of a day, as the calendar writes it. */
function isoWeek(day) {
  const thursday = plusDays(day, 4 - (day.getUTCDay() || 7));
  const first = new Date(Date.UTC(thursday.getUTCFullYear(), 0, 1));
  const week = Math.ceil(((thursday - first) / 86_400_000 + 1) / 7);
  return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
}

// --- Eight talks of a day, by keyboard -------------------------------------------------

async function eightTalks(ctx) {
  const page = await at(ctx, 'bewaehrung', 'Aufgaben');
  await expectText(page, /\d+ Gespräche zu erfassen/);
  let presses = 0;
  const key = async (name) => {
    presses += 1;
    await page.keyboard.press(name);
  };
  const type = async (text) => {
    for (const letter of text) await key(letter);
  };
  const focused = (test) => page.evaluate(test);
  const tab = async (test, most = 60) => {
    for (let count = 0; count < most; count += 1) {
      await key('Tab');
      if (await focused(test)) return;
    }
    throw new Error(`${most} presses of Tab did not lead there, at ${page.url()}`);
  };
  const go = async () => {
    await Promise.all([page.waitForEvent('domcontentloaded'), key('Enter')]);
  };
  await tab(() => document.activeElement?.getAttribute('href') === '/gespraeche/erfassen');
  await go();
  await tab(() => document.activeElement?.textContent === 'Mehrere auf einmal erfassen');
  await go();
  const next = german(workday(14));
  for (let row = 0; row < TALKS; row += 1) {
    await tab(() => document.activeElement?.name?.startsWith('result_'));
    // One did not come; the others did, and meet again.
    await key(row === 3 ? 'n' : 's');
    if (row === 3) continue;
    await tab(() => document.activeElement?.name?.startsWith('day_'), 3);
    await type(next);
    await key('Tab');
    await type(`${8 + row}:00`);
  }
  await tab(() => document.activeElement?.matches('main form[method=post] button[type=submit]'), 100);
  await go();
  await expectText(page, `${TALKS} Gespräche sind gespeichert.`);
  const minutes = presses / PRESSES_PER_MINUTE;
  console.log(`    ${presses} presses of a key for ${TALKS} talks: ${minutes.toFixed(1)} minutes`);
  assert.ok(minutes < MOST_MINUTES, `${presses} presses of a key`);
  await page.goto(`${ctx.url}/gespraeche/erfassen`);
  await expectText(page, 'Alles erfasst');
  noConsoleErrors(page);
}

// --- A time that is taken --------------------------------------------------------------

async function takenTime(ctx) {
  const page = await signIn(ctx, 'bewaehrung');
  await page.goto(`${ctx.url}/faelle?stand=running`);
  await follow(page, /./, page.locator('main tbody'));
  const place = page.url();
  const day = workday(21);
  const wish = async (time) => {
    await page.goto(place);
    await follow(page, 'Termin vereinbaren');
    await page.getByLabel(/^Tag/).fill(german(day));
    await page.getByLabel(/^Uhrzeit/).fill(time);
    await page.getByLabel('telefonisch', { exact: true }).check();
  };
  await wish('07:00');
  // The enter key saves, it neither asks nor takes another time.
  await page.getByLabel(/^Uhrzeit/).press('Enter');
  await expectText(page, 'Der Termin ist vereinbart');
  await wish('07:15');
  await press(page, 'Termin vereinbaren');
  await expectText(page, 'So kann nicht gespeichert werden');
  const offers = page.getByRole('group', { name: 'Nächste freie Zeiten' }).getByRole('button');
  assert.equal(await offers.count(), 3);
  const offered = (await offers.first().innerText()).match(/(\d\d:\d\d)–/)[1];
  await offers.first().click();
  await expectText(page, 'spricht nichts gegen den Termin');
  assert.equal(await page.getByLabel(/^Uhrzeit/).inputValue(), offered);
  await press(page, 'Termin vereinbaren');
  await expectText(page, 'Der Termin ist vereinbart');
  await expectText(page, offered);
  expectedComplaint(page, 422);
  noConsoleErrors(page);
}

export const tests = [
  { name: 'counselling: a mother calls without a name, five talks, the case is closed', run: mother },
  { name: 'counselling: of the exit programme the prison sees appointments only', run: exitProgramme },
  { name: 'counselling: a time that is taken, and the nearest free one', run: takenTime },
  { name: 'counselling: eight talks of a day by keyboard in less than four minutes', run: eightTalks },
];
