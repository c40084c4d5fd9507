// A data subject asks what is stored about it: data protection finds the person, looks at the preview, withholds a section
// with a ground, hands the answer out as PDF and as file; somebody unknown gets the answer that there is nothing.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { expectAccessible, expectNoOverflow, expectText, expectedComplaint, fact, german, noConsoleErrors, plusDays, press, rowsOf, signIn, today } from './lib.mjs';

const SECTION = 'Unterbringung und Zuständigkeit';
const GROUND = 'Schutz der öffentlichen Sicherheit';

/** A number and the name of somebody in the prison, as the social service reads them. */
async function somebody(ctx) {
  const page = await signIn(ctx, 'sozialdienst');
  await page.goto(`${ctx.url}/personen`);
  await Promise.all([page.waitForEvent('domcontentloaded'), page.locator('main tbody a').first().click()]);
  const name = (await page.locator('h1').innerText()).trim();
  const number = await fact(page, 'Nummer');
  return { name, number };
}

/** Fills the form of a new request up to whom it is about. */
async function request(page, ctx, reference) {
  await page.goto(`${ctx.url}/auskunft`);
  await page.getByRole('link', { name: 'Neues Ersuchen' }).click();
  await page.fill('[name=aktenzeichen]', reference);
  await page.fill('[name=eingang]', german(plusDays(today(), -3)));
  await page.getByLabel('betroffene Person', { exact: true }).check();
  await page.getByLabel('Bestätigung der Anstalt oder Dienststelle').check();
}

async function download(page, name) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name, exact: true }).click()]);
  return readFile(await file.path());
}

const report = {};

export const tests = [
  { name: 'report: a request is recorded and its last day is shown', run: async (ctx) => {
    report.who = await somebody(ctx);
    const page = await signIn(ctx, 'datenschutz');
    await request(page, ctx, 'DSB 901/26');
    await expectAccessible(page);
    await press(page, 'Ersuchen erfassen');
    await expectText(page, 'Bitte eine Nummer eingeben');
    expectedComplaint(page, 422);
    await expectAccessible(page);
    await page.fill('[name=nummer]', report.who.number);
    await press(page, 'Ersuchen erfassen');
    await expectText(page, 'Das Ersuchen ist erfasst');
    await expectText(page, report.who.name);
    await expectAccessible(page);
    await expectNoOverflow(page);
    report.page = page.url();
    await page.goto(`${ctx.url}/auskunft`);
    const rows = await rowsOf(page, 'Auskunftsersuchen');
    assert.ok(rows.some((row) => row.join(' ').includes('DSB 901/26')), 'in the register');
    noConsoleErrors(page);
  } },
  { name: 'report: a section is withheld with a ground', run: async (ctx) => {
    const page = await signIn(ctx, 'datenschutz');
    await page.goto(report.page);
    await Promise.all([page.waitForEvent('domcontentloaded'), page.getByRole('link', { name: SECTION }).click()]);
    await expectText(page, 'Vollzugsart');
    await expectAccessible(page);
    await expectNoOverflow(page);
    const list = page.locator('select[name=grund]');
    const label = (await list.locator('option').allInnerTexts()).find((one) => one.includes(GROUND));
    await list.selectOption({ label });
    await press(page, 'Speichern');
    await expectText(page, `„${SECTION}“ wird nicht mitgeteilt`);
    await expectText(page, 'nicht mitgeteilt');
    noConsoleErrors(page);
  } },
  { name: 'report: the answer is handed out as PDF and as file', run: async (ctx) => {
    const page = await signIn(ctx, 'datenschutz');
    await page.goto(report.page);
    const draft = await download(page, 'Entwurf als PDF');
    assert.equal(draft.subarray(0, 8).toString(), '%PDF-1.7');
    await press(page, 'Auskunft erteilen');
    await expectText(page, 'eine Möglichkeit auswählen');
    expectedComplaint(page, 422);
    await expectAccessible(page);
    await page.getByLabel('persönlich, verschlossen').check();
    await press(page, 'Auskunft erteilen');
    await expectText(page, 'Die Auskunft ist als erteilt eingetragen');
    await expectAccessible(page);
    assert.equal((await download(page, 'PDF')).subarray(0, 8).toString(), '%PDF-1.7');
    const told = JSON.parse((await download(page, 'Datei (JSON)')).toString());
    assert.equal(told.auskunft.entwurf, false);
    const sections = Object.fromEntries(told.abschnitte.map((one) => [one.titel, one.inhalt]));
    assert.ok(sections[SECTION].nicht_mitgeteilt.includes(GROUND));
    const [family] = report.who.name.split(',');
    assert.equal(sections['Angaben zur Person'].eintraege[0].family_name.text, family);
    const text = JSON.stringify(told);
    for (const account of ['sozialdienst', 'datenschutz', 'training']) {
      assert.ok(!text.includes(ctx.account(account).name), `${account} is named`);
    }
    // The protocol of the person tells of it.
    await page.goto(`${ctx.url}/protokoll?suche=${encodeURIComponent(report.who.number)}`);
    await Promise.all([page.waitForEvent('domcontentloaded'), page.locator('main tbody a').first().click()]);
    await expectText(page, 'Auskunft erteilt');
    noConsoleErrors(page);
  } },
  { name: 'report: somebody unknown gets the answer that there is nothing', run: async (ctx) => {
    const page = await signIn(ctx, 'datenschutz');
    await request(page, ctx, 'DSB 902/26');
    await page.fill('[name=familienname]', 'Niemand');
    await page.fill('[name=vorname]', 'Nele');
    await page.fill('[name=geburtsdatum]', '01.02.1990');
    await press(page, 'Ersuchen erfassen');
    await expectText(page, 'Keine Person gefunden');
    expectedComplaint(page, 422);
    await expectAccessible(page);
    await page.getByLabel('Ohne Treffer erfassen').check();
    await press(page, 'Ersuchen erfassen');
    await expectText(page, 'Keine Daten');
    await expectAccessible(page);
    assert.ok(!(await page.content()).includes('Niemand'), 'the name is kept');
    noConsoleErrors(page);
  } },
  { name: 'report: days of the protocol are kept and a sheet of a week is printed', run: async (ctx) => {
    const page = await signIn(ctx, 'datenschutz');
    await page.goto(`${ctx.url}/protokollpflege`);
    await expectAccessible(page);
    await expectNoOverflow(page);
    await page.fill('[name=von]', german(plusDays(today(), -30)));
    await page.fill('[name=aktenzeichen]', '200 Js 99/26');
    await page.getByLabel('Strafverfahren').check();
    await press(page, 'Löschung aussetzen');
    await expectText(page, 'Diese Tage werden nicht gelöscht');
    await expectText(page, '200 Js 99/26');
    const [file] = await Promise.all([page.waitForEvent('download'), page.locator('a[href*="wochenblatt.pdf"]').first().click()]);
    assert.equal((await readFile(await file.path())).subarray(0, 8).toString(), '%PDF-1.7');
    noConsoleErrors(page);
  } },
];
