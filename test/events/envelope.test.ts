import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sealEvent } from '../../extension/engine/events/envelope';

const content = { session_key: 's', model: 'a', responses: 1, branch: null };
const seal = (changed: Record<string, string | number | null> = {}, source = 'here', table = 'event_usage') =>
  sealEvent(source, table, ['session_key', 'model'], { ...content, ...changed });

describe('identity of an event', () => {
  it('is the same on every machine and in every version', () => {
    // SHA-256 of "4:here11:event_usage1:s1:a": a change of it would make every synced event a new one.
    expect(seal().event_id).toBe('bffe57e4c89c8d520eb3065467f7ed60');
  });

  it('is that of its source, table and key, not of what it says', () => {
    expect(seal({ responses: 2, branch: 'main' }).event_id).toBe(seal().event_id);
    const others = [seal({ model: 'b' }), seal({ session_key: 't' }), seal({}, 'there'), seal({}, 'here', 'event_x')];
    expect(new Set([seal(), ...others].map((sealed) => sealed.event_id)).size).toBe(5);
  });

  it('two keys never share one by where their parts end', () => {
    expect(seal({ session_key: 'ab', model: 'c' }).event_id).not.toBe(seal({ session_key: 'a', model: 'bc' }).event_id);
    const key = fc.tuple(fc.string(), fc.string());
    fc.assert(
      fc.property(key, key, ([a, b], [c, d]) => {
        const same = seal({ session_key: a, model: b }).event_id === seal({ session_key: c, model: d }).event_id;
        expect(same).toBe(a === c && b === d);
      }),
      {
        seed: 53,
        numRuns: 300,
        examples: [
          [
            ['1:a', ''],
            ['', '1:a'],
          ],
          [
            ['', '1:1:'],
            ['1:', '1:'],
          ],
        ],
      },
    );
  });
});

describe('content hash of an event', () => {
  it('changes with any value', () => {
    const all = [seal(), seal({ responses: 2 }), seal({ branch: 'main' }), seal({ branch: '' }), seal({ extra: 1 })];
    expect(new Set(all.map((sealed) => sealed.content_hash)).size).toBe(5);
  });

  it('does not change with the order of columns, or with who says it', () => {
    const turned = Object.fromEntries(Object.entries(content).reverse());
    expect(sealEvent('here', 'event_usage', ['session_key', 'model'], turned)).toEqual(seal());
    expect(seal({}, 'there').content_hash).toBe(seal().content_hash);
  });

  it('a value does not pass for another column, nor null for a text', () => {
    expect(seal({ branch: 'model' }).content_hash).not.toBe(seal({ branch: 'mode', l: '' }).content_hash);
    expect(seal({ branch: 'null' }).content_hash).not.toBe(seal({ branch: null }).content_hash);
  });
});
