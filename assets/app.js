'use strict';
// Comfort only: every page works without this file. No inline code, no HTML from strings (Trusted Types).
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);

// Buttons that can do nothing without a script.
for (const button of all('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}

// Register: letters choose only while a radio of it has the focus (WCAG 2.1.4).
for (const register of all('[data-register]')) {
  const rows = all('[data-row]', register);
  const scope = register.closest('form') || document;
  const radios = row => all('input[type=radio]', row);
  const chosen = row => one('input[type=radio]:checked', row);
  const { register: letters, reasons, minutes } = register.dataset;
  const show = (part, row, whose) => {
    // With a message it stays in sight: the error summary leads there.
    if (part) part.hidden = !one('.error', part) && !whose.includes(letters[radios(row).indexOf(chosen(row))] || ' ');
  };
  const refresh = () => {
    const done = rows.filter(chosen).length;
    for (const place of all('[data-count]', scope)) place.textContent = `${done} von ${rows.length} erfasst`;
    for (const row of rows) {
      show(one('[data-reason]', row), row, reasons);
      show(one('[data-missed]', row), row, minutes);
    }
  };
  const choose = radio => {
    radio.checked = true;
    radio.dispatchEvent(new Event('change', { bubbles: true }));
  };
  register.addEventListener('change', refresh);
  register.addEventListener('keydown', event => {
    if (event.target.type !== 'radio' || event.ctrlKey || event.altKey || event.metaKey) return;
    const row = event.target.closest('[data-row]');
    if (event.key === 'Delete' || event.key === 'Backspace') {
      const radio = chosen(row);
      if (radio) radio.checked = false;
      event.preventDefault();
      refresh();
      return;
    }
    const key = event.key.toLowerCase();
    const radio = key.length === 1 && radios(row)[letters.indexOf(key)];
    if (!radio) return;
    event.preventDefault();
    choose(radio);
    const next = rows[rows.indexOf(row) + 1];
    const target = next ? chosen(next) || one('input[type=radio]', next) : one('button[type=submit]', scope);
    target?.focus();
  });
  for (const button of all('[data-fill-rest]', scope)) {
    button.hidden = false;
    button.addEventListener('click', event => {
      event.preventDefault();
      for (const row of rows.filter(row => !chosen(row) && !row.hasAttribute('data-away'))) {
        const radio = all('input[type=radio]', row).find(input => input.value === button.dataset.fillRest);
        if (radio) choose(radio);
      }
    });
  }
  refresh();
}

// Ask before unsaved input is lost; a form that came back with errors counts as unsaved.
const unsaved = new Set(all('form[data-guard]').filter(form => one('[aria-invalid], .error', form)));
document.addEventListener('input', event => {
  const form = event.target.form;
  if (form?.hasAttribute('data-guard')) unsaved.add(form);
});
document.addEventListener('change', event => {
  const form = event.target.form;
  if (form?.hasAttribute('data-guard')) unsaved.add(form);
});
window.addEventListener('beforeunload', event => {
  if (unsaved.size) event.preventDefault();
});

// Send once: buttons rest after sending and come back with the page, or after a while if it stays (a download).
const sent = new WeakSet();
const rest = (form, still) => {
  if (still) sent.add(form); else sent.delete(form);
  for (const button of form.elements) if (button.type === 'submit') button.disabled = still;
};
document.addEventListener('submit', event => {
  const form = event.target;
  if (form.method !== 'post') return;
  if (sent.has(form)) { event.preventDefault(); return; }
  sent.add(form);
  unsaved.clear();
  // Later, because a disabled button would not send its own value.
  setTimeout(() => rest(form, true));
  setTimeout(() => rest(form, false), 15000);
});
window.addEventListener('pageshow', event => {
  if (event.persisted) for (const form of document.forms) if (sent.has(form)) rest(form, false);
});

// The session warns before it ends (WCAG 2.2.1); extending it leaves the page as it is.
const dialog = document.getElementById('session-dialog');
if (dialog) {
  const wait = Number(dialog.dataset.warnAfter) * 1000;
  const failed = one('[data-session-failed]', dialog);
  const start = () => setTimeout(() => dialog.open || dialog.showModal(), wait);
  one('[data-session-extend]', dialog).addEventListener('click', async () => {
    const body = new URLSearchParams({ csrf: one('meta[name=csrf]').content });
    const answer = await fetch('/sitzung/verlaengern', { method: 'POST', body, redirect: 'error' }).catch(() => null);
    failed.hidden = Boolean(answer?.ok);
    if (answer?.ok) { dialog.close(); start(); }
  });
  start();
}

document.getElementById('fehler')?.focus();
