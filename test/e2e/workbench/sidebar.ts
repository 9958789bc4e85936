import type { Scenario } from '../scenario';

/** The smallest proof that the extension is there for a person to see. */
export const scenarios: Scenario[] = [
  {
    name: 'the sidebar draws its page',
    async run(window) {
      await window.openWorkbench();
      const page = await window.openSidebar();
      await page.locator('body', { hasText: /\S/ }).waitFor();
    },
  },
];
