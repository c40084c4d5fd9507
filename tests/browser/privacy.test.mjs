// Why somebody opens a person who is not assigned; emergency access and its review; four eyes for the log of an account.
import assert from 'node:assert/strict';
import { at, expectAccessible, expectNoOverflow, expectText, expectedComplaint, follow, german, noConsoleErrors, plusDays, press, signIn, today } from './lib.mjs';

/** Fills a code that the device has not shown before; waits for the next one where the first is used up. */
async function emergency(page, ctx, fill) {
  for (let turn = 0; turn < 45; turn += 1) {
    await page.goto(`${ctx.url}/notfallzugriff/neu`);
    await fill();
    await page.fill('[name=code]', (await page.locator('[data-demo-code]').first().textContent()).trim());
    await press(page, 'Notfallzugriff öffnen');
    if (!page.url().endsWith('/neu')) return;
    expectedComplaint(page, 422);
    const said = await page.locator('[role=alert]').first().innerText();
    assert.ok(/Der Code stimmt nicht/.test(said), said);
    await page.waitForTimeout(1000);
  }
  throw new Error('no code was accepted');
}

const shared = {};

async function statePurpose(ctx) {
  const page = await signIn(ctx, 'koordination');
  await page.goto(`${ctx.url}/faelle`);
  const links = await page.locator('main table a[href^="/faelle/"]').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
  let asked = null;
  for (const href of links) {
    await page.goto(`${ctx.url}${href}`);
    if (await page.getByRole('heading', { name: 'Warum öffnen Sie diese Person?' }).count()) {
      asked = href;
      break;
    }
  }
  assert.ok(asked, `none of ${links.length} cases asks`);
  expectedComplaint(page, 403);
  await expectAccessible(page);
  await expectNoOverflow(page);
  // Nothing chosen: the same page says what is missing, what was typed stays.
  await page.getByLabel(/^Erläuterung/).fill('Einsatzplanung für die nächste Woche');
  await press(page, 'Grund angeben und öffnen');
  expectedComplaint(page, 422);
  await expectText(page, 'Bitte bei „Grund“ eine Möglichkeit auswählen.');
  assert.equal(await page.getByLabel(/^Erläuterung/).inputValue(), 'Einsatzplanung für die nächste Woche');
  await expectAccessible(page);
  await page.getByLabel('Einsatz planen, Fachaufsicht oder Beschwerde').check();
  await press(page, 'Grund angeben und öffnen');
  assert.equal(new URL(page.url()).pathname, asked, 'on where one wanted to go');
  await expectText(page, 'Grund festgehalten');
  await page.reload();
  assert.equal(await page.getByRole('heading', { name: 'Warum öffnen Sie diese Person?' }).count(), 0);
  noConsoleErrors(page);
  const protection = await at(ctx, 'datenschutz', 'Protokoll');
  await follow(protection, 'Auffälligkeiten');
  await expectText(protection, 'Einsatzplanung für die nächste Woche');
  const name = ctx.account('koordination').name;
  assert.ok(!(await protection.locator('main').innerText()).includes(name), 'the page names staff');
  await expectAccessible(protection);
  noConsoleErrors(protection);
}

async function openEmergency(ctx) {
  // The number of somebody in Leipzig, as its own social service knows it.
  const there = await signIn(ctx, 'sozialdienst.leipzig');
  await there.goto(`${ctx.url}/personen`);
  await Promise.all([there.waitForEvent('domcontentloaded'), there.locator('main table a[href^="/personen/"]').first().click()]);
  shared.name = await there.locator('h1').innerText();
  shared.person = there.url();
  const number = (await there.locator('dl.summary > div', { hasText: 'Nummer' }).first().locator('dd').innerText()).trim();
  const page = await at(ctx, 'sozialdienst', 'Personen und Fälle');
  await follow(page, 'Notfallzugriff');
  await expectAccessible(page);
  await follow(page, 'Notfallzugriff öffnen');
  await expectAccessible(page);
  await expectNoOverflow(page);
  await emergency(page, ctx, async () => {
    await page.getByLabel(/^Nummer/).fill(number);
    const label = (await page.locator('[name=einrichtung] option').allInnerTexts()).find((text) => /Leipzig/.test(text) && /JVA/.test(text));
    await page.locator('[name=einrichtung]').selectOption({ label });
    await page.getByLabel(/^Begründung/).fill('Anruf der Familie mit Suizidankündigung, in Leipzig nimmt niemand ab.');
  });
  await expectText(page, 'Notfallzugriff, nur lesen');
  assert.equal(await page.locator('h1').innerText(), shared.name);
  await expectAccessible(page);
  await expectNoOverflow(page);
  shared.path = new URL(page.url()).pathname;
  await page.goto(shared.person);
  expectedComplaint(page, 404);
  await expectText(page, 'Diese Seite gibt es hier nicht');
  await page.goto(`${ctx.url}${shared.path}`);
  await press(page, 'Zugriff beenden');
  await expectText(page, 'prüfen wird ihn eine andere Person');
  assert.ok(!(await page.locator('main').innerText()).includes(shared.name));
  noConsoleErrors(page);
}

async function reviewEmergency(ctx) {
  const page = await at(ctx, 'sozialdienst.zwei', 'Aufgaben');
  await expectText(page, /Notfallzugriffe? nachzuprüfen/);
  await page.goto(`${ctx.url}${shared.path}`);
  await expectAccessible(page);
  await page.getByLabel('Gerechtfertigt', { exact: true }).check();
  await page.getByLabel(/^Bemerkung/).fill('Anrufprotokoll liegt vor.');
  await press(page, 'Ergebnis festhalten');
  await expectText(page, 'Nachgeprüft: gerechtfertigt.');
  await expectAccessible(page);
  await expectNoOverflow(page);
  noConsoleErrors(page);
}

async function fourEyes(ctx) {
  const first = await at(ctx, 'datenschutz', 'Protokoll');
  await follow(first, 'Konto');
  await first.getByLabel(/^Anmeldename/).fill('koordination');
  await first.getByLabel(/^Von/).fill(german(plusDays(today(), -2)));
  await first.getByLabel(/^Bis/).fill(german(today()));
  await first.getByLabel(/^Anlass/).fill('Beschwerde einer betroffenen Person');
  await expectAccessible(first);
  await press(first, 'Auswertung beantragen');
  const path = new URL(first.url()).pathname;
  assert.match(path, /^\/vier-augen\//);
  assert.equal(await first.getByRole('button', { name: 'Genehmigen' }).count(), 0, 'nobody approves the own request');
  const second = await at(ctx, 'datenschutz.zwei', 'Vier Augen');
  await expectAccessible(second);
  await expectNoOverflow(second);
  await second.goto(`${ctx.url}${path}`);
  await expectAccessible(second);
  await press(second, 'Genehmigen');
  await expectText(second, 'genehmigt');
  await first.reload();
  await follow(first, 'Jetzt ausführen');
  await press(first, 'Jetzt auswerten');
  await expectText(first, 'Auswertung nach Konto');
  await expectText(first, 'Grund eines Zugriffs angegeben');
  await expectAccessible(first);
  noConsoleErrors(first);
  noConsoleErrors(second);
}

export const tests = [
  { name: 'privacy: a person who is not assigned opens for a reason, and goes on where one wanted to', run: statePurpose },
  { name: 'privacy: emergency access opens one person of another prison for half an hour', run: openEmergency },
  { name: 'privacy: somebody else reviews the emergency access', run: reviewEmergency },
  { name: 'privacy: the log of an account opens after a second person agreed', run: fourEyes },
];
