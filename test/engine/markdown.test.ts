import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeMarkdown, oneLine } from '../../shared/markdown';
import { kindsOf, linksOf, visibleText } from './renderMarkdown';

const hostile = [
  '[click](command:evil)',
  '![x](https://evil.example/x.png)',
  '<img src=x onerror=alert(1)>',
  '<https://evil.example>',
  'www.evil.example and https://evil.example and mia@evil.example',
  '# heading',
  '- list',
  '1. list',
  '1) list',
  '> quote',
  '    code',
  '```js',
  '~~~',
  '---',
  '***',
  'a | b |',
  '|:--|:--|',
  '*a* _b_ **c** `d` ~~e~~',
  '&lt;b&gt; &amp;#36; &copy;',
  '$(zap) \\$(zap) \\\\$(zap~spin)',
  'back\\slash\\',
  'a\nb\r\nc\u2028d',
  'x\u202egnp.exe',
  '[ref]: https://evil.example',
  '==', // a heading's underline
  '+ a',
  '\ttab',
];

describe('escaped text', () => {
  it.each(hostile)('shows just this: %j', (text) => {
    const escaped = escapeMarkdown(text);
    expect(visibleText(escaped)).toBe(oneLine(text, 300));
    expect(kindsOf(escaped)).toEqual(['inline', 'paragraph_close', 'paragraph_open', 'text']);
    expect(linksOf(escaped)).toEqual([]);
  });

  it('shows just this, whatever the text is, alone, in a table and in a link', () => {
    const text = fc
      .array(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary' }), fc.string()), { maxLength: 4 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (raw) => {
        const expected = oneLine(raw, 100);
        const escaped = escapeMarkdown(raw, 100);
        expect(visibleText(escaped)).toBe(expected);
        expect(visibleText(`| ${escaped} | x |\n|:--|:--|\n| a | ${escaped} |`)).toBe(`${expected}|x|\na|${expected}|`);
        const link = `[a${escaped}](command:ours)`;
        expect([visibleText(link), linksOf(link)]).toEqual([`a${expected}`.trim(), ['command:ours']]);
      }),
      { seed: 20260404, numRuns: 1500 },
    );
  });

  it('has no dollar sign of its own: VS Code looks for icons after Markdown took the backslashes', () => {
    fc.assert(
      fc.property(fc.string(), (text) => !escapeMarkdown(`${text}$(zap)`).includes('$')),
      { seed: 1 },
    );
  });
});

describe('one line', () => {
  it('is cut at a whole character, with an ellipsis', () => {
    expect(oneLine('🛒🛒🛒🛒', 3)).toBe('🛒🛒…');
    expect(oneLine('abc', 3)).toBe('abc');
    expect(oneLine('  a \n\n b\t', 10)).toBe('a b');
  });
});
