// The way of one person through the offers: asks for individual training in prison, is moved to another prison, released,
// taken over by the probation service with stabilisation coaching, and completes it. Every step by the pages, each by whom
// it belongs to; who is not meant to know anything yet sees nothing yet.
import assert from 'node:assert/strict';
import { expectAccessible, expectNoOverflow, expectText, german, noConsoleErrors, plusDays, press, rowsOf, signIn, today } from './lib.mjs';

const LAST = 'Wegstrecke';
const NAME = `${LAST}, Timo`;
const TRAINING = 'Einzeltraining';

/** Chooses the option of a select, by the name of the field, whose label contains a text. */
async function pick(page, name, text) {
  const list = page.locator(`select[name="${name}"]`);
  const label = (await list.locator('option').allInnerTexts()).find((one) => one.includes(text));
  assert.ok(label, `no option "${text}" in ${name} at ${page.url()}`);
  await list.selectOption({ label });
}

/** The form whose button says so, sent. */
async function send(page, button) {
  await Promise.all([page.waitForEvent('domcontentloaded'), page.getByRole('button', { name: button, exact: true }).first().click()]);
}

async function openPerson(page, ctx) {
  await page.goto(`${ctx.url}/personen?q=${LAST}`);
  await Promise.all([page.waitForEvent('domcontentloaded'), page.getByRole('link', { name: NAME }).first().click()]);
  return page.url();
}

/** Fills and sends the offer of a hand-over. */
async function offer(page, person, to, day, more = async () => {}) {
  await page.goto(`${person}/uebergabe`);
  await pick(page, 'an', to);
  await page.fill('[name=tag]', german(day));
  await more();
  await page.getByLabel('Person ist informiert und einverstanden').check();
  await expectAccessible(page);
  await send(page, 'Übergabe anbieten');
  await expectText(page, 'Die Übergabe ist angeboten');
  return page.url();
}

/** Signs and records the consent that the probation service is told. */
async function consent(page, person) {
  await page.goto(`${person}/einwilligungen`);
  await page.getByLabel('Weitergabe an die Bewährungshilfe', { exact: true }).check();
  await page.fill('[name=ort]', 'Gefangenenpersonalakte');
  await expectAccessible(page);
  await send(page, 'Einwilligung erfassen');
  await expectText(page, 'Die Einwilligung ist erfasst');
}

const shared = {};
const moved = plusDays(today(), -5);

export const tests = [
  { name: 'casework: a person in prison asks for individual training', run: async (ctx) => {
    const page = await signIn(ctx, 'sozialdienst');
    await page.goto(`${ctx.url}/personen/neu`);
    await page.fill('[name=family_name]', LAST);
    await page.fill('[name=given_name]', 'Timo');
    await page.fill('[name=birth_date]', '12.03.2001');
    await page.selectOption('[name=sex]', 'male');
    await page.selectOption('[name=setting]', { index: 1 });
    await page.fill('[name=number]', '8811-26');
    await page.fill('[name=from_day]', german(plusDays(today(), -120)));
    await send(page, 'Person anlegen');
    shared.person = await openPerson(page, ctx);
    await page.goto(`${shared.person}/teilnahme/neu`);
    await pick(page, 'programme', TRAINING);
    await pick(page, 'provider', 'VPN').catch(() => {});
    await pick(page, 'access_route', 'eigener Wunsch');
    await page.fill('[name=enrolled_on]', german(plusDays(today(), -90)));
    await send(page, 'Teilnahme eintragen');
    await page.goto(shared.person);
    await expectText(page, TRAINING);
    noConsoleErrors(page);
  } },
  { name: 'casework: a transfer asks what happens, and nothing ends by itself', run: async (ctx) => {
    const page = await signIn(ctx, 'sozialdienst');
    const person = shared.person ?? (await openPerson(page, ctx));
    await page.goto(`${person}/unterbringung`);
    await pick(page, 'target', 'JVA Leipzig');
    await page.fill('[name=transfer_day]', german(moved));
    await send(page, 'Verlegung eintragen');
    await page.goto(`${ctx.url}/pruefung`);
    await expectText(page, `Verlegung am ${german(moved)}`);
    await expectText(page, 'noch 9 Tage');
    await expectAccessible(page);
    await expectNoOverflow(page);
    const part = page.locator('section', { has: page.getByRole('heading', { name: 'Einzeltermine klären' }) }).filter({ hasText: NAME });
    await part.getByLabel('Teilnahme läuft weiter').check();
    await part.getByLabel('Begründung').fill('wird in Leipzig fortgesetzt');
    await Promise.all([page.waitForEvent('domcontentloaded'), part.getByRole('button', { name: 'Erledigen' }).click()]);
    await expectText(page, 'Erledigt: Teilnahme läuft weiter');
    shared.first = await offer(page, person, 'JVA Leipzig', moved);
  } },
  { name: 'casework: the next prison sees facts after acceptance only', run: async (ctx) => {
    const page = await signIn(ctx, 'sozialdienst.leipzig');
    await page.goto(`${ctx.url}/uebergaben`);
    await expectText(page, 'Übergabe annehmen oder ablehnen');
    await page.goto(shared.first);
    const before = await page.locator('main').innerText();
    assert.ok(before.includes(LAST) && !before.includes(TRAINING), before);
    await expectAccessible(page);
    await press(page, 'Übergabe annehmen');
    await expectText(page, TRAINING);
    await expectAccessible(page);
    await expectNoOverflow(page);
    const rows = await rowsOf(page, 'Teilnahmen');
    assert.equal(rows.length, 1);
    const person = await openPerson(page, ctx);
    await consent(page, person);
    shared.second = await offer(page, person, ctx.account('bewaehrung').name, today(), () => page.selectOption('[name=coaching]', '6'));
    await page.goto(`${person}/unterbringung`);
    await page.fill('[name=release_day]', german(today()));
    await page.selectOption('[name=release_reason]', { index: 1 });
    await send(page, 'Entlassung eintragen');
    await expectText(page, 'Die Entlassung ist eingetragen');
  } },
  { name: 'casework: the probation officer takes over, coaches and completes', run: async (ctx) => {
    const page = await signIn(ctx, 'bewaehrung');
    await page.goto(shared.second);
    assert.ok(!(await page.locator('main').innerText()).includes(TRAINING));
    await press(page, 'Übergabe annehmen');
    await expectText(page, TRAINING);
    await expectText(page, 'Erster Kontakt in den ersten fünf Tagen nach der Entlassung');
    await press(page, 'Ersten Kontakt eintragen');
    await expectText(page, 'das Stabilisierungscoaching hat begonnen');
    const person = await openPerson(page, ctx);
    const rows = (await rowsOf(page, 'Teilnahmen')).map((row) => row[0]);
    assert.equal(rows.length, 2, rows.join('; '));
    await page.goto(`${person}/gespraech`);
    await pick(page, 'enrolment', 'Stabilisierung');
    await send(page, 'Gespräch speichern');
    await page.goto(`${person}/gespraeche`);
    await Promise.all([page.waitForEvent('domcontentloaded'), page.getByRole('link', { name: /^Beenden Stabilisierung/ }).click()]);
    await pick(page, 'reason', 'abgeschlossen, ohne Bescheinigung');
    await send(page, 'Teilnahme beenden');
    await page.goto(person);
    await expectText(page, 'abgeschlossen');
    await page.goto(`${ctx.url}/faelle`);
    await expectText(page, LAST);
    noConsoleErrors(page);
  } },
];
