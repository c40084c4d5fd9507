// The sign-in page: the one page that everybody sees and that needs no account.
import { expectAccessible, expectNoOverflow, keyboardOnly, noConsoleErrors } from './lib.mjs';

export const tests = [
  {
    name: 'sign-in page: no accessibility violation, light and dark',
    run: async (ctx) => {
      const page = await ctx.newPage({ bypassCSP: true });
      await page.goto(`${ctx.url}/anmelden`);
      await expectAccessible(page);
    },
  },
  {
    name: 'sign-in page: no error in the console and no outside request',
    run: async (ctx) => {
      const page = await ctx.newPage();
      await page.goto(`${ctx.url}/anmelden`, { waitUntil: 'networkidle' });
      noConsoleErrors(page);
    },
  },
  {
    name: 'sign-in page: no sideways scrolling at 320 pixels',
    run: async (ctx) => {
      const page = await ctx.newPage();
      await page.goto(`${ctx.url}/anmelden`);
      await expectNoOverflow(page, 320);
    },
  },
  {
    name: 'sign-in page: every control by keyboard, with visible focus',
    run: async (ctx) => {
      const page = await ctx.newPage();
      await page.goto(`${ctx.url}/anmelden`);
      await keyboardOnly(page);
    },
  },
];
