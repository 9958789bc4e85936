import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText, renderTable } from '../../extension/engine/terminal/table';

const columns = [
  { title: 'name', align: 'left' },
  { title: 'n', align: 'right' },
] as const;

describe('a table', () => {
  it('aligns numbers right and text left, without trailing blanks', () => {
    expect(
      renderTable(columns, [
        ['a', '1'],
        ['longer', '1,000'],
        ['', ''],
      ]).split('\n'),
    ).toEqual([
      // prettier-ignore
      'name        n',
      '─────────────',
      'a           1',
      'longer  1,000',
      '',
      '─────────────',
    ]);
  });

  it.each([
    ['wide East Asian characters take two columns', '漢字', 4],
    ['Hangul takes two', '한글', 4],
    ['full-width forms take two', 'Ａ１', 4],
    ['an emoji takes two', '🛒', 2],
    ['a combining mark takes none', 'e\u0301\u0323', 1],
    ['a composed letter takes one', 'é', 1],
    ['Latin, Greek and Cyrillic take one', 'aλж', 3],
  ])('%s', (_, text, width) => {
    const [head = '', rule = '', row = ''] = renderTable(columns, [
      [text, '1'],
      ['123456', '2'],
    ]).split('\n');
    expect(row).toBe(`${text}${' '.repeat(6 - width)}  1`);
    expect([head, rule.length]).toEqual(['name    n', 9]);
  });

  it('takes a short row and no rows', () => {
    expect(renderTable(columns, [['only']]).split('\n')[2]).toBe('only');
    expect(renderTable(columns, []).split('\n')).toEqual(['name  n', '───────', '───────']);
  });
});

describe('plain text', () => {
  it('takes out what moves the cursor, colours, rings or reorders', () => {
    expect(plainText('a\u001b[31mred\u001b[0m\u0007b\r\nc\u009b2Jd')).toBe('a [31mred [0m b  c 2Jd');
    expect(plainText('safe\u202etxt.exe\u2066x\u2069\u200b\u2028y\ufeff')).toBe('safe txt.exe x   y ');
    expect(plainText('größe 漢字 🛒 – “quoted”')).toBe('größe 漢字 🛒 – “quoted”');
  });

  it('leaves no control or bidirectional character in, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plainText(text)).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
      }),
      { seed: 20260403, numRuns: 2000 },
    );
  });
});
