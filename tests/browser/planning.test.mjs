// Planning with the timetable: a proposal for a group, taken over and published; a trainer falls ill, the dates are
// repaired. `run.mjs "planning: "`.
import assert from 'node:assert/strict';
import { at, choose, expectAccessible, expectNoOverflow, expectText, follow, german, noConsoleErrors, plusDays, press, rowsOf, today } from './lib.mjs';

const NAME = 'Vorschlag Browsertest';

/** Asks for offers for a group that begins soon. */
async function offers(page, ctx) {
  await page.goto(`${ctx.url}/gruppen/terminvorschlag`);
  await choose(page, 'Vorlage', 'AKT Gruppe 23');
  await page.getByLabel(/^Name der Gruppe/).fill(NAME);
  await page.getByLabel(/^Frühester Beginn/).fill(german(plusDays(today(), 7)));
  await press(page, 'Vorschläge berechnen');
  await expectText(page, 'der beste zuerst');
}

async function proposeAndTake(ctx) {
  const page = await at(ctx, 'sozialdienst', 'Gruppen');
  await offers(page, ctx);
  const sections = page.locator('main section');
  assert.equal(await sections.count(), 5, 'five ways to hold the group');
  const words = await sections.allInnerTexts();
  assert.equal(new Set(words).size, 5, 'they differ');
  for (const text of words) for (const part of ['Weiter warten müssten', 'Versäumte Sitzungen', 'Fahrzeit']) assert.ok(text.includes(part), part);
  await expectAccessible(page);
  await expectNoOverflow(page);
  await press(page, /^Vorschlag 1 als Entwurf übernehmen/);
  await expectText(page, 'als Entwurf gespeichert');
  await expectText(page, NAME);
  // Meant for people who wait: they are ticked where the group is filled.
  const group = page.url();
  await page.goto(`${group}/zusammensetzung`);
  assert.ok(await page.locator('input[name=person]:checked').count() > 0, 'nobody is ticked');
  await page.goto(group);
  await press(page, 'Veröffentlichen');
  await expectText(page, 'Die Gruppe ist veröffentlicht.');
  noConsoleErrors(page);
}

async function disruptAndRepair(ctx) {
  const page = await at(ctx, 'sozialdienst', 'Gruppen');
  await page.goto(`${ctx.url}/plan`);
  await follow(page, 'Umplanung');
  await page.getByLabel('Das Haus ist geschlossen').check();
  const first = plusDays(today(), 30);
  await page.getByLabel(/^Erster Tag/).fill(german(first));
  await page.getByLabel(/^Letzter Tag/).fill(german(plusDays(first, 6)));
  await press(page, 'Umplanung berechnen');
  await expectText(page, 'Was sich ändern würde');
  const rows = await rowsOf(page, 'Alte und neue Termine');
  assert.ok(rows.length > 0, 'a closed week touches nobody');
  assert.ok(await page.getByLabel(/^Schließtage eintragen/).isChecked());
  await expectAccessible(page);
  await page.getByLabel(/^Bemerkung/).fill('Heizung ausgefallen');
  await page.getByRole('button', { name: /Änderung(en)? übernehmen/ }).click();
  await expectText(page, 'Übernommen:');
  await expectText(page, 'Die Schließtage sind eingetragen.');
  // Entered means: there for everybody, until it is lifted.
  await page.goto(`${ctx.url}/einrichtungen/schliesstage`);
  const closed = await rowsOf(page, 'Schließtage');
  assert.ok(closed.some((row) => row.join(' ').includes('Heizung ausgefallen')), closed.join('\n'));
  await expectAccessible(page);
  await page.locator('tr', { hasText: 'Heizung ausgefallen' }).getByRole('button', { name: 'Aufheben' }).click();
  await expectText(page, 'Die Schließung ist aufgehoben.');
  noConsoleErrors(page);
}

async function halfYear(ctx) {
  const page = await at(ctx, 'sozialdienst', 'Gruppen');
  for (const seed of ['1', '2']) {
    await page.goto(`${ctx.url}/plan/neu`);
    await page.getByLabel(/^kurz/).check();
    await page.getByLabel(/^Zufallszahl/).fill(seed);
    await press(page, 'Berechnung beginnen');
    // While it is computed the page comes anew, and is empty in between.
    await page.waitForFunction(() => document.body?.innerText.includes('Wartende mit Platz'), null, { timeout: 110_000 });
  }
  await expectAccessible(page);
  await expectNoOverflow(page);
  await page.goto(`${ctx.url}/plan/vergleich`);
  await expectText(page, 'Zwei Pläne nebeneinander');
  await expectAccessible(page);
  noConsoleErrors(page);
}

/** How often a client is talked with, times found for a half-year, offered by the house and arranged by the counsellor. */
async function talks(ctx) {
  const counsellor = await at(ctx, 'training', 'Fälle');
  await counsellor.goto(`${ctx.url}/faelle`);
  await counsellor.locator('main a[href^="/faelle/"]').first().click();
  await follow(counsellor, 'Gesprächsabstand');
  await expectAccessible(counsellor);
  await counsellor.getByLabel('alle 2 Wochen').check();
  await press(counsellor, 'Speichern');
  await expectText(counsellor, 'Der Gesprächsabstand ist gespeichert.');
  const house = await at(ctx, 'sozialdienst', 'Gruppen');
  await house.goto(`${ctx.url}/plan/neu`);
  await house.getByLabel(/^kurz/).check();
  for (const field of await house.locator('input[name^=anzahl_]').all()) await field.fill('0');
  assert.ok(await house.getByLabel(/^Auch Zeiten für Einzelgespräche/).isChecked());
  await press(house, 'Berechnung beginnen');
  await house.waitForFunction(() => document.body?.innerText.includes('freie Zeiten gefunden'), null, { timeout: 110_000 });
  await expectAccessible(house);
  await follow(house, 'Gesprächstermine den Fachkräften vorschlagen');
  await expectAccessible(house);
  await expectNoOverflow(house);
  for (let open = await house.getByRole('button', { name: /^Vorschlagen an/ }).count(); open > 0; open -= 1) {
    await press(house, /^Vorschlagen an/);
    await expectText(house, 'vorgeschlagen. Die Fachkraft findet');
  }
  await counsellor.goto(`${ctx.url}/aufgaben`);
  await counsellor.locator('main a[href="/gespraeche/vorschlaege"]').first().click();
  const boxes = counsellor.locator('input[name=termin]');
  const number = await boxes.count();
  assert.ok(number > 0, 'nothing is proposed');
  await expectAccessible(counsellor);
  await expectNoOverflow(counsellor);
  await boxes.first().uncheck();
  await press(counsellor, 'Angekreuzte vereinbaren');
  await expectText(counsellor, number === 2 ? '1 Termin ist vereinbart.' : `${number - 1} Termine sind vereinbart.`);
  noConsoleErrors(house);
  noConsoleErrors(counsellor);
}

export const tests = [
  { name: 'planning: a proposal becomes a published group', run: proposeAndTake },
  { name: 'planning: a closed week is repaired', run: disruptAndRepair },
  { name: 'planning: a half-year, computed twice and compared', run: halfYear },
  { name: 'planning: times for talks are found, proposed and arranged', run: talks },
];
