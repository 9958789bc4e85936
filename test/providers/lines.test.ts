import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hashLine,
  isTrivialLine,
  packedLineBytes,
  packLines,
  unpackLines,
} from '../../extension/engine/attribution/lines';

const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ''));

describe('hashLine', () => {
  it('keeps its values: they are stored', () => {
    const hex = (text: string) => Object.values(hashLine(text)).map((hash) => hash.toString(16));
    expect({ empty: hex(''), code: hex('  return total;'), umlaut: hex('größe') }).toMatchInlineSnapshot(`
      {
        "code": [
          "5115db1e24a0a2c0",
          "38b00b6fa6a6f7",
        ],
        "empty": [
          "8fbb2e98a320186",
          "0",
        ],
        "umlaut": [
          "21d4bfd89dac2a31",
          "ac50058b4a201a",
        ],
      }
    `);
  });

  it('does not see trailing white space, line ends or Unicode form', () => {
    fc.assert(
      fc.property(line, fc.constantFrom('\r', ' ', '\t', ' \r', '\r\n'), (text, end) => {
        expect(hashLine(text + end)).toEqual(hashLine(text));
        expect(hashLine(text.normalize('NFD'))).toEqual(hashLine(text.normalize('NFC')));
      }),
      { seed: 2 },
    );
  });

  it.each([
    ['\tif (a) {', 'if(a){'],
    ["const a = 'b';", 'const a = "b"'],
    ['  "key": 1,', "'key': 1"],
    ['say “hi”', 'say "hi"'],
  ])('sees %j and %j as loosely equal, not exactly', (one, other) => {
    expect(hashLine(one).loose).toBe(hashLine(other).loose);
    expect(hashLine(one).exact).not.toBe(hashLine(other).exact);
  });

  it.each([
    ['a, b', 'a b'],
    ['f(x);;', 'f(x)'],
    ['Total', 'total'],
    ['ab', 'ba'],
  ])('tells %j from %j', (one, other) => {
    expect(hashLine(one).loose).not.toBe(hashLine(other).loose);
  });

  it('does not collide on 200,000 lines that differ in little', () => {
    const exact = new Set<bigint>();
    const loose = new Set<bigint>();
    const low = new Set<number>();
    for (let index = 0; index < 200_000; index++) {
      const hash = hashLine(`item${index} = list[${index % 7}]`);
      exact.add(hash.exact);
      loose.add(hash.loose);
      low.add(Number(hash.exact & 0xffffn));
    }
    expect([exact.size, loose.size, low.size]).toEqual([200_000, 200_000, 65_536 - missingBuckets(low)]);
    expect(missingBuckets(low)).toBeLessThan(6500);
  });
});

/** Of 65,536 buckets 200,000 fair throws leave about 4.7 % empty. */
function missingBuckets(met: ReadonlySet<number>): number {
  return 65_536 - met.size;
}

describe('isTrivialLine', () => {
  it.each([
    '',
    '  ',
    '}',
    '});',
    'end',
    'a++',
    '→ é',
    'import fs from "fs";',
    'import java.util.List;',
    "import React, { useState } from 'react';",
    'from os import path',
    '#include <stdio.h>',
    'use std::io;',
    'pub(crate) use a::{b, c};',
    'using System.Linq;',
    'use GenServer',
    "require 'json'",
    'const x = require("x");',
    'export { a } from "./a";',
    '// SPDX-License-Identifier: MIT',
    ' * Copyright (c) 2026 Mia',
    '# Licensed under the Apache License, Version 2.0',
    '@import "a.css";',
  ])('%j is trivial', (text) => expect(isTrivialLine(text)).toBe(true));

  it.each([
    'else',
    'return',
    '字',
    '가',
    'x = 100',
    'importance = 3',
    'user.use(thing)',
    'import the list of customers, then sort it by age and name!',
    'await import("./x")',
    'using the cache saves time',
    'from here on it works',
    'copyright_year = now()',
    'naïf',
  ])('%j is not', (text) => expect(isTrivialLine(text)).toBe(false));
});

describe('isTrivialLine of blanks', () => {
  it.each([
    'import',
    'const',
    'let',
    'use',
    'pub use',
    'using',
    'using static',
    'require',
    'from a',
    'export *',
    '#',
    '@import',
  ])('%s, then half a million of them: tried once, not in every division', (start) => {
    expect(isTrivialLine(`${start}${' '.repeat(500_000)}tail!`)).toBe(false);
  });
});

describe('packLines', () => {
  it('gives back what was packed, 16 bytes a line, from any place in a buffer', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const packed = packLines(lines);
        expect(packed.length).toBe(lines.length * packedLineBytes);
        const shifted = new Uint8Array(packed.length + 3);
        shifted.set(packed, 3);
        const expected = lines.map((text) => ({
          ...hashLine(text),
          isTrivial: isTrivialLine(text),
          isLong: text.length > 1000,
        }));
        expect(unpackLines(shifted.subarray(3))).toEqual(expected);
      }),
      { seed: 3 },
    );
  });

  it('flags lines over 1,000 characters', () => {
    expect(unpackLines(packLines(['x'.repeat(1000), 'x'.repeat(1001)])).map((each) => each.isLong)).toEqual([
      false,
      true,
    ]);
  });

  it('refuses a damaged blob', () => {
    expect(() => unpackLines(new Uint8Array(17))).toThrow(RangeError);
  });
});
