import type { FrameLocator, Locator } from 'playwright-core';

/** Looks at everything: all repositories, all time. */
export async function showEverything(page: FrameLocator): Promise<void> {
  await page.locator('select[aria-label]').first().waitFor({ timeout: 60_000 });
  await page.locator('select').nth(0).selectOption('all');
  await page.locator('select').nth(1).selectOption('all');
  // The answer comes as a new state: what was drawn before still stands until then.
  await page.locator('[data-scope="all"][data-range="all"]').waitFor({ timeout: 60_000 });
}

/** The row of a metric, by its whole label. */
export const rowOf = (page: FrameLocator, label: string): Locator =>
  page.locator('.metric', { has: page.locator('.name').getByText(label, { exact: true }) }).first();

/** The value that the sidebar shows beside a label, without what only screen readers say. */
export async function shownValue(page: FrameLocator, label: string): Promise<string> {
  const row = rowOf(page, label);
  await row.waitFor();
  const text = await row.locator('.value').evaluate((element) => {
    const seen = element.cloneNode(true) as Element;
    for (const hidden of seen.querySelectorAll('.sr')) hidden.remove();
    return seen.textContent ?? '';
  });
  return text.trim();
}
