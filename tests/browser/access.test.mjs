// The way to the gate through the pages, as a chain of people: coordination, access officers
// (two people), gate, trainer, social service. One test follows the other; what one of them
// made, the next one uses. So run them together: `run.mjs "access: "`. At the end the demo
// is as it was, but for one member of staff with new grants and the older stop, which is lifted.
import assert from 'node:assert/strict';
import { at, choose, cutOffTexts, expectedComplaint, expectText, fact, follow, german, navigate, noConsoleErrors, plusDays, press, rowsOf, sendPast, signIn, today } from './lib.mjs';

const HERE = 'JVA Dresden';
const ELSEWHERE = 'JVA Leipzig';
const GROUP = 'Antigewalt- und Kompetenztraining (AKT) in der Gruppe';
const SINGLE = 'Antigewalt- und Kompetenztraining (AKT) im Einzeltraining';
const COACHING = 'Elterncoaching';
const REASON = 'Verstoß gegen die Hausordnung, Browsertest';
/** Evening hours: no visit or session of the demo lies there. */
/** Late on the day, so that they are still to come whenever the checks run before; in the evening later still. */
const evening = Number(new Intl.DateTimeFormat('de-DE', { timeZone: 'Europe/Berlin', hour: 'numeric', hourCycle: 'h23' }).formatToParts(new Date()).find((part) => part.type === 'hour').value) >= 18;
const TIMES = evening ? { cover: ['23:20', '23:35'], trainer: ['23:40', '23:55'] } : { cover: ['19:00', '19:45'], trainer: ['20:00', '20:45'] };
const WIDTHS = [1366, 390];
/** A4 in points, upright or across. */
const A4 = [595, 842];

/** What the tests hand on to each other. */
const shared = {};

/** Town and programme of each row; the page of a request writes the facility out in full. */
const asked = (rows) => rows.map((row) => `${/Dresden|Leipzig/.exec(row[0])}, ${row[0].split(', ').at(-1)}`).sort();
const wanted = (...places) => places.flatMap((place) => [GROUP, SINGLE].map((programme) => `${place.split(' ')[1]}, ${programme}`)).sort();

const linesOf = (page, text) => page.locator('main tbody tr').filter({ hasText: text });
const gateLine = (page, who, [from]) => linesOf(page, who).filter({ hasText: from });

/** Fills the form that asks for grants; the facility is fixed where none is given. */
async function ask(page, { places = [], programmes }) {
  await follow(page, 'Freigabe beantragen');
  await choose(page, 'Externe Fachkraft', shared.cover);
  for (const label of [...places, ...programmes]) await page.getByLabel(label, { exact: true }).check();
  await page.getByLabel(/^Erster Tag/).fill(german(today()));
  await page.getByLabel(/^Letzter Tag/).fill(german(plusDays(today(), 300)));
  await press(page, 'Beantragen');
}

async function decideClearance(ctx) {
  const page = await at(ctx, 'zugang.zwei', 'Überprüfungen');
  const line = linesOf(page, 'beantragt').first();
  shared.cover = (await line.getByRole('link').first().innerText()).trim();
  await follow(page, shared.cover, line);
  await choose(page, 'Ergebnis', 'keine Bedenken');
  await choose(page, 'Gilt für', 'Gruppen und Einzelgespräche');
  await page.getByLabel(/^Ausstellende Stelle/).fill('Sicherheit und Ordnung');
  await page.getByLabel(/^Erster Tag/).fill(german(today()));
  await page.getByLabel(/^Letzter Tag/).fill(german(plusDays(today(), 700)));
  await press(page, 'Erteilen');
  assert.match(await fact(page, 'Stand'), /gültig/);
  noConsoleErrors(page);
}

async function askForGrants(ctx) {
  const page = await at(ctx, 'koordination', 'Freigaben');
  await ask(page, { places: [HERE, ELSEWHERE], programmes: [GROUP, SINGLE] });
  assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Antrag auf Zugangsfreigaben');
  shared.request = new URL(page.url()).pathname;
  const rows = await rowsOf(page, 'Freigaben dieses Antrags');
  assert.deepEqual(asked(rows), wanted(HERE, ELSEWHERE));
  for (const row of rows) assert.ok(row[1] === shared.cover && row[3].includes('beantragt'), row.join(' | '));
  // The facility decides, not who asks: there is no button, and no way past the page.
  assert.equal(await page.getByRole('button', { name: /genehmigen/i }).count(), 0);
  const status = await sendPast(page, `${shared.request}/genehmigen`, {});
  assert.ok([403, 404].includes(status), `the coordination's approval was answered with ${status}`);
  expectedComplaint(page, status);
  noConsoleErrors(page);
}

async function refuseOwn(ctx) {
  const page = await at(ctx, 'zugang', 'Freigaben');
  await ask(page, { programmes: [COACHING] });
  shared.own = new URL(page.url()).pathname;
  const version = await page.locator('main form input[name=version]').first().inputValue();
  await expectText(page, 'Wer beantragt, genehmigt nicht');
  await expectText(page, ctx.account('zugang.zwei').name);
  assert.equal(await page.getByRole('button', { name: /genehmigen/i }).count(), 0);
  // The seal that a second person gets: with it nothing is missing but the second person.
  const second = await signIn(ctx, 'zugang.zwei');
  await second.goto(ctx.url + shared.own);
  const hash = await second.locator('main form input[name=hash]').inputValue();
  const status = await sendPast(page, `${shared.own}/genehmigen`, { version, hash });
  assert.equal(status, 422);
  await expectText(page, 'vier Augen');
  assert.match(await fact(page, 'Stand'), /beantragt/);
  expectedComplaint(page, status);
  await second.goto(ctx.url + shared.own);
  await press(second, 'Genehmigen');
  assert.match(await fact(second, 'Stand'), /gültig/);
  assert.match(await fact(second, 'Zuletzt entschieden'), new RegExp(ctx.account('zugang.zwei').name));
  noConsoleErrors(page);
  noConsoleErrors(second);
}

async function approve(ctx) {
  const page = await at(ctx, 'zugang', 'Freigaben');
  await follow(page, shared.cover, linesOf(page, shared.cover).filter({ hasText: 'beantragt' }).first());
  await follow(page, 'alles aus diesem Antrag');
  const rows = await rowsOf(page, 'Freigaben dieses Antrags');
  assert.deepEqual(asked(rows), wanted(HERE), 'the rows of another facility are shown, or own ones are missing');
  await press(page, 'Angekreuzte genehmigen');
  for (const row of await rowsOf(page, 'Freigaben dieses Antrags')) assert.match(row[3], /gültig/);
  noConsoleErrors(page);
  const provider = await signIn(ctx, 'koordination');
  await provider.goto(ctx.url + shared.request);
  for (const row of await rowsOf(provider, 'Freigaben dieses Antrags')) assert.match(row[3], row[0].includes('Dresden') ? /gültig/ : /beantragt/);
  noConsoleErrors(provider);
}

/** Announces a visit of today. */
async function announce(page, who, [from, to]) {
  await navigate(page, 'Termine');
  await follow(page, 'Termin ankündigen');
  await choose(page, 'Externe Fachkraft', who);
  await page.getByLabel(/^Tag/).fill(german(today()));
  await page.getByLabel(/^Von/).fill(from);
  await page.getByLabel(/^Bis/).fill(to);
  await page.getByLabel(/^Ziel/).fill('Besprechungsraum 1');
  await press(page, 'Ankündigen');
  assert.match(page.url(), /\/einzeltermine/);
  assert.equal(await page.locator('#fehler').count(), 0, 'the visit was not taken');
}

/** Surnames of the people in the facility, as its social service sees them. */
async function surnames(ctx) {
  const page = await at(ctx, 'sozialdienst', 'Personen');
  const names = (await rowsOf(page, 'Personen')).map((row) => row[0].split(',')[0]);
  assert.ok(names.length > 10);
  return [...new Set(names)];
}

async function gateList(ctx) {
  const officer = await at(ctx, 'zugang', 'Start');
  shared.trainer = ctx.account('training').name;
  await announce(officer, shared.cover, TIMES.cover);
  await announce(officer, shared.trainer, TIMES.trainer);
  noConsoleErrors(officer);

  const page = await at(ctx, 'pforte', 'Pforte');
  for (const [who, times] of [[shared.cover, TIMES.cover], [shared.trainer, TIMES.trainer]]) {
    assert.match(await gateLine(page, who, times).innerText(), /gültig bis/);
  }
  const said = await page.locator('main').innerText();
  for (const word of [GROUP, SINGLE, COACHING, 'AKT', 'Distanzierung', 'Ausstieg']) assert.ok(!said.includes(word), `the gate reads "${word}"`);
  for (const name of await surnames(ctx)) assert.ok(!new RegExp(`(^|[^\\p{L}])${name}($|[^\\p{L}])`, 'u').test(said), `the gate reads the name ${name}`);

  const line = gateLine(page, shared.cover, TIMES.cover);
  await press(page, `Ein ${shared.cover}`);
  assert.match(await line.innerText(), /\d\d:\d\d Zurück/);
  await press(page, `Ein ${shared.cover} zurücknehmen`);
  assert.equal(await line.getByRole('button', { name: `Ein ${shared.cover}`, exact: true }).count(), 1);
  assert.equal(await page.getByRole('button', { name: /zurücknehmen$/ }).count(), 0);
  noConsoleErrors(page);
}

/** Texts of different cells that lie on each other, one line each. */
const overlaps = (page) =>
  page.locator('main tbody tr').evaluateAll((rows) => {
    const found = [];
    for (const row of rows) {
      const boxes = [...row.cells].map((cell) => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        const drawn = [...range.getClientRects()].filter((box) => box.width > 0);
        return { text: cell.innerText.replace(/\s+/g, ' ').trim().slice(0, 40), right: Math.max(...drawn.map((box) => box.right)), edge: cell.getBoundingClientRect().right };
      });
      for (const box of boxes) if (box.right > box.edge + 1) found.push(`"${box.text}" sticks out of its cell by ${Math.round(box.right - box.edge)} px`);
    }
    return found;
  });

async function gateSheet(ctx) {
  const page = await at(ctx, 'pforte', 'Pforte');
  const problems = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 768 });
    for (const text of [...(await overlaps(page)), ...(await cutOffTexts(page))]) problems.push(`${width} px: ${text}`);
  }
  await page.setViewportSize({ width: WIDTHS[0], height: 768 });
  const hidden = await page.locator('main tbody tr').first().evaluate((row) => row.lastElementChild.getBoundingClientRect().right - innerWidth);
  if (hidden > 0) problems.push(`the last column lies ${Math.round(hidden)} px outside a window of ${WIDTHS[0]} px`);
  await page.emulateMedia({ media: 'print' });
  for (const control of await page.locator('main').locator('a, button, input').all()) {
    if (await control.isVisible()) problems.push(`on paper: ${await control.evaluate((element) => element.outerHTML.slice(0, 80))}`);
  }
  await expectText(page, 'Spätere Änderungen stehen nicht auf diesem Blatt');
  await page.emulateMedia({ media: null });
  const paper = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  assert.equal(paper.match(/\/Type\s*\/Page\b/g)?.length, 1, 'the list of today needs more than one sheet');
  const [, width, height] = /\/MediaBox \[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/.exec(paper);
  assert.deepEqual([width, height].map((side) => Math.round(Number(side))).sort(), A4, 'the sheet is not A4');
  assert.ok(!problems.length, `${page.url()}:\n${problems.join('\n')}`);
  noConsoleErrors(page);
}

async function stop(ctx) {
  const trainer = await at(ctx, 'training', 'Gruppen');
  await follow(trainer, /./, linesOf(trainer, 'läuft'));
  shared.group = trainer.url();
  noConsoleErrors(trainer);

  const page = await at(ctx, 'zugang', 'Freigaben');
  await follow(page, shared.trainer, linesOf(page, shared.trainer).filter({ hasText: 'gültig' }).first());
  // Two clicks: to the page with the reason, and the button.
  await follow(page, 'Zugang sperren');
  await page.getByLabel('in dieser Einrichtung', { exact: true }).check();
  await page.getByLabel(/^Grund/).fill(REASON);
  await press(page, 'Jetzt sperren');
  shared.stop = page.url();
  assert.match(await fact(page, 'Stand'), /gesperrt/);
  await expectText(page, REASON);
  assert.ok((await rowsOf(page, 'Geschlossene Freigaben')).length > 0);
  shared.affected = await page.getByRole('link', { name: 'Betroffene Sitzungen und Vertretung' }).getAttribute('href');
  assert.match(shared.affected, /^\/vertretung\?fachkraft=/);
  noConsoleErrors(page);

  const answer = await trainer.reload();
  assert.equal(answer.status(), 404, 'the group is still shown to somebody who is stopped');
  const said = await trainer.locator('body').innerText();
  assert.ok(!said.includes('Teilnehmende') && !said.includes(REASON));
  expectedComplaint(trainer, 404);
  noConsoleErrors(trainer);

  const gate = await at(ctx, 'pforte', 'Pforte');
  const line = await gateLine(gate, shared.trainer, TIMES.trainer).innerText();
  assert.ok(line.includes('gesperrt') && !line.includes('gültig'), line);
  assert.ok(!(await gate.locator('body').innerText()).includes(REASON), 'the gate reads the reason');
  assert.match(await gateLine(gate, shared.cover, TIMES.cover).innerText(), /gültig bis/);
  noConsoleErrors(gate);

  const provider = await signIn(ctx, 'koordination');
  await provider.goto(shared.stop);
  await expectText(provider, 'Bitte bei der Zugangsstelle der Einrichtung erfragen');
  assert.ok(!(await provider.locator('body').innerText()).includes(REASON), 'the coordination reads the reason');
  noConsoleErrors(provider);
}

/** Lifts the stop as the one who signed in. */
async function liftStop(page) {
  await page.getByLabel(/^Grund/).fill('Geklärt');
  await press(page, 'Sperre aufheben');
}

/** The stop that the demo has from yesterday may hold the only one who could step in. */
async function liftOlderStop(ctx) {
  const page = await signIn(ctx, 'zugang.zwei');
  await page.goto(`${ctx.url}/sperren`);
  await follow(page, /./, linesOf(page, 'gesperrt').filter({ hasNotText: shared.trainer }));
  await liftStop(page);
  noConsoleErrors(page);
}

async function cover(ctx) {
  const page = await signIn(ctx, 'sozialdienst');
  await page.goto(ctx.url + shared.affected);
  const form = page.locator('main form[action="/vertretung"]').filter({ hasText: 'AKT-Gruppe' }).first();
  const proposals = form.locator('input[type=radio]');
  if (!(await proposals.count())) {
    await liftOlderStop(ctx);
    await page.reload();
  }
  assert.ok(await proposals.count(), 'nobody is proposed');
  shared.proposed = (await form.locator('tbody tr').first().locator('td').last().innerText()).split('\n')[0].replace(/Nur hier einsetzen.*/, '').trim();
  assert.ok(shared.proposed && !shared.proposed.startsWith('niemand') && shared.proposed !== shared.trainer, shared.proposed);
  await expectText(page, 'Sofort zu klären');
  const sessions = form.locator('input[name=sitzung]');
  const count = await sessions.count();
  assert.ok(count > 1, 'a stop leaves the sessions of the group without a trainer');
  for (let index = 1; index < count; index += 1) await sessions.nth(index).uncheck();
  const day = /\d\d\.\d\d\.\d{4}/.exec(await form.locator('tbody tr').first().innerText())[0];
  await form.getByRole('radio', { name: new RegExp(shared.proposed) }).check();
  await Promise.all([page.waitForEvent('domcontentloaded'), form.getByRole('button', { name: 'Vertretung einsetzen' }).click()]);
  await page.goto(`${ctx.url}/vertretung?ansicht=eingesetzt`);
  const set = (await rowsOf(page, 'Eingesetzte Vertretungen')).find((row) => row[0].includes(day));
  assert.ok(set?.[2].includes(shared.proposed) && set[3].includes(shared.trainer), `nobody is put in on ${day}: ${set}`);
  assert.ok(set[4].includes(ctx.account('sozialdienst').name), set[4]);
  await page.goto(ctx.url + shared.affected);
  assert.equal(await page.locator('main form').filter({ hasText: 'AKT-Gruppe' }).first().locator('input[name=sitzung]').count(), count - 1);
  assert.ok(!(await page.locator('main').innerText()).includes(day), 'a session with cover still asks for one');
  noConsoleErrors(page);
}

async function lift(ctx) {
  const own = await signIn(ctx, 'zugang');
  await own.goto(shared.stop);
  await expectText(own, 'Aufheben muss sie eine zweite Person');
  assert.equal(await own.getByRole('button', { name: 'Sperre aufheben' }).count(), 0);
  const status = await sendPast(own, `${new URL(shared.stop).pathname}/aufheben`, { version: '1', reason: 'Geklärt' });
  assert.equal(status, 409, 'lifting the own stop');
  await expectText(own, 'zweite Person');
  expectedComplaint(own, status);
  await own.goto(shared.stop);
  assert.match(await fact(own, 'Stand'), /gesperrt/);
  noConsoleErrors(own);

  const second = await signIn(ctx, 'zugang.zwei');
  await second.goto(shared.stop);
  await liftStop(second);
  await second.goto(shared.stop);
  assert.match(await fact(second, 'Stand'), new RegExp(`aufgehoben.*${ctx.account('zugang.zwei').name}`));
  noConsoleErrors(second);

  const trainer = await signIn(ctx, 'training');
  const answer = await trainer.goto(shared.group);
  assert.equal(answer.status(), 200);
  noConsoleErrors(trainer);
  const gate = await at(ctx, 'pforte', 'Pforte');
  assert.match(await gateLine(gate, shared.trainer, TIMES.trainer).innerText(), /gültig bis/);
  noConsoleErrors(gate);
  // The cover goes again, so that the group is held by its own people.
  const social = await signIn(ctx, 'sozialdienst');
  await social.goto(`${ctx.url}/vertretung?ansicht=eingesetzt`);
  await press(social, new RegExp(`^Aufheben\\s?: ${shared.proposed}`));
  await expectText(social, 'Keine Vertretung eingesetzt');
  noConsoleErrors(social);
}

export const tests = [
  { name: 'access: the facility decides about a clearance', run: decideClearance },
  { name: 'access: the coordination asks for several grants with one form and approves none', run: askForGrants },
  { name: 'access: nobody approves what they asked for, a second person does', run: refuseOwn },
  { name: 'access: the facility approves its own part of a request together', run: approve },
  { name: 'access: the gate reads who comes today, no inmate and no programme, and ticks and takes back', run: gateList },
  { name: 'access: the list of today is one sheet of A4, and nothing lies on anything', run: gateSheet },
  { name: 'access: a stop takes two clicks and closes gate and data at once', run: stop },
  { name: 'access: the social service puts in a proposed trainer', run: cover },
  { name: 'access: only another person lifts the stop', run: lift },
];
