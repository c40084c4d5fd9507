// Erasure by two people: somebody restricts a record, it is gone from the lists; what is due is proposed, a second person
// approves exactly that list, the first erases, and what stays is a proof without names. Through the pages alone.
import assert from 'node:assert/strict';
import { expectAccessible, expectNoOverflow, expectText, expectedComplaint, fact, follow, german, noConsoleErrors, plusDays, press, rowsOf, signIn, today } from './lib.mjs';

const LAST = 'Löschfall';
const NAME = `${LAST}, Timo`;
const WHY = 'Antrag der Person vom 3. Mai liegt vor';
const shared = {};

async function search(page, ctx) {
  await page.goto(`${ctx.url}/personen?q=${LAST}`);
  return page.getByRole('link', { name: NAME }).count();
}

export const tests = [
  { name: 'erasure: a record that must not be processed is restricted', run: async (ctx) => {
    const page = await signIn(ctx, 'sozialdienst');
    await page.goto(`${ctx.url}/personen/neu`);
    await page.fill('[name=family_name]', LAST);
    await page.fill('[name=given_name]', 'Timo');
    await page.fill('[name=birth_date]', '04.05.1991');
    await page.selectOption('[name=sex]', 'male');
    await page.fill('[name=number]', '9119-26');
    await page.selectOption('[name=setting]', { index: 1 });
    await page.fill('[name=from_day]', german(plusDays(today(), -40)));
    await press(page, 'Person anlegen');
    assert.equal(await search(page, ctx), 1);

    const officer = await signIn(ctx, 'datenschutz');
    await officer.goto(`${ctx.url}/einschraenkungen`);
    await officer.getByLabel('Name oder Nummer').fill('9119-26');
    await press(officer, 'Person suchen');
    await follow(officer, NAME);
    await expectAccessible(officer);
    await expectNoOverflow(officer);
    await officer.getByLabel('unrechtmäßig verarbeitet oder Löschung verlangt').check();
    await officer.locator('#f-begruendung').fill(WHY);
    await press(officer, 'Datensatz einschränken');
    await expectText(officer, 'steht in keiner Liste mehr');
    await expectAccessible(officer);
    await officer.locator('#f-einsicht').fill('Prüfung des Antrags durch den Datenschutz');
    await press(officer, 'Angaben zeigen');
    await expectText(officer, 'Diese Einsicht ist protokolliert');
    await expectText(officer, 'JVA Dresden');
    await expectAccessible(officer);
    assert.equal(await search(page, ctx), 0, 'a restricted record is found by nobody');
    noConsoleErrors(officer);
  } },
  { name: 'erasure: what is due is proposed by one person', run: async (ctx) => {
    const page = await signIn(ctx, 'datenschutz');
    await page.goto(`${ctx.url}/loeschungen`);
    await follow(page, 'Heute zu löschen');
    await expectAccessible(page);
    await expectNoOverflow(page);
    const due = await rowsOf(page, 'Fällige Datensätze');
    const names = due.map((row) => row[0]).join(' ');
    for (const name of [LAST, 'Altmann', 'Birnbaum']) assert.ok(names.includes(name), `${name} is due: ${names}`);
    assert.ok(!names.includes('Cordes'), 'a hold keeps a record off the list');
    assert.ok(!names.includes('Dorn'), 'restricted is not yet due');
    // All but one are left for another day.
    for (const row of due) if (!row[0].includes(LAST)) await page.getByLabel(row[0].split(' geboren')[0]).uncheck();
    await press(page, 'Löschung vorschlagen');
    expectedComplaint(page, 422);
    await page.locator('#f-begruendung').fill('Löschung auf Antrag, geprüft');
    await press(page, 'Löschung vorschlagen');
    await expectText(page, 'Eine zweite Person entscheidet');
    assert.equal(await fact(page, 'Umfang'), '1 Datensatz');
    await expectAccessible(page);
    assert.equal(await page.getByRole('button', { name: 'Jetzt endgültig löschen' }).count(), 0, 'not without a second person');
    shared.list = page.url();
  } },
  { name: 'erasure: a second person approves, the first erases, the proof names nobody', run: async (ctx) => {
    const second = await signIn(ctx, 'datenschutz.zwei');
    await second.goto(`${ctx.url}/vier-augen`);
    await follow(second, /./, second.locator('main tbody tr').filter({ hasText: '1 Datensatz' }).first());
    await press(second, 'Genehmigen');
    await expectText(second, 'genehmigt');

    const page = await signIn(ctx, 'datenschutz');
    await page.goto(shared.list);
    await expectText(page, 'Genau diese Liste ist genehmigt');
    await expectAccessible(page);
    await press(page, 'Jetzt endgültig löschen');
    await expectText(page, 'Gelöscht: 1 Datensatz');
    await expectText(page, 'Nachweis einer Löschung');
    await expectAccessible(page);
    await expectNoOverflow(page);
    assert.ok(!(await page.locator('body').innerText()).includes(LAST), 'the proof names nobody');
    assert.equal(await fact(page, 'Genehmigt von'), 'Daniel Schirm');
    await page.goto(`${ctx.url}/einschraenkungen?suche=9119-26`);
    await expectText(page, 'Niemand mit diesem Namen');
    await page.goto(`${ctx.url}/loeschfristen`);
    await expectText(page, '§ 42 JVollzDSG NRW');
    await expectAccessible(page);
    await expectNoOverflow(page);
    noConsoleErrors(page);
  } },
];
