import type { Page } from 'playwright-core';

export const visibleText = (page: Page): Promise<string> => page.evaluate(() => document.body.innerText);

/** What a screen reader says of each metric. */
export async function metricTexts(page: Page): Promise<string[]> {
  const rows = await page.locator('.metric').allInnerTexts();
  return rows.map((row) => row.replace(/\s*\n\s*/g, ' ').replace(/(\s*,\s*)+/g, ', '));
}

/** Texts whose colour against what lies under them is under 4.5 : 1, with the ratio. */
export function lowContrast(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    type Colour = [red: number, green: number, blue: number, alpha: number];
    const parse = (text: string): Colour => {
      const numbers = (text.match(/-?[\d.]+(e-?\d+)?/g) ?? []).map(Number);
      const scale = text.startsWith('color(') ? 255 : 1;
      return [(numbers[0] ?? 0) * scale, (numbers[1] ?? 0) * scale, (numbers[2] ?? 0) * scale, numbers[3] ?? 1];
    };
    const over = (top: Colour, under: Colour): Colour => {
      const mix = (index: 0 | 1 | 2) => top[index] * top[3] + under[index] * (1 - top[3]);
      return [mix(0), mix(1), mix(2), 1];
    };
    const luminance = (colour: Colour): number => {
      const linear = (channel: number) =>
        channel / 255 <= 0.03928 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4;
      return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
    };
    const backgroundOf = (element: Element | null): Colour => {
      if (element === null) {
        return [255, 255, 255, 1];
      }
      const own = parse(getComputedStyle(element).backgroundColor);
      return own[3] === 1 ? own : over(own, backgroundOf(element.parentElement));
    };
    const isHidden = (element: Element): boolean =>
      !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) ||
      element.closest('.sr, option, script') !== null;

    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim();
      if (!element || !text || isHidden(element) || element.id === 'recharts_measurement_span') {
        continue;
      }
      const style = getComputedStyle(element);
      const background = backgroundOf(element);
      const colour = over(parse(element instanceof SVGElement ? style.fill : style.color), background);
      const [light, dark] = [luminance(colour), luminance(background)].sort((one, other) => other - one);
      const ratio = ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
      if (ratio < 4.5) {
        found.push(`${text.slice(0, 40)}: ${ratio.toFixed(2)}`);
      }
    }
    return found;
  });
}
