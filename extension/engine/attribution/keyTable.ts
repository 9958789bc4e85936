/** Numbers for 64-bit keys, from 0 on, in the order in which they came. Open addressing: 30 bytes a key. */
export interface KeyTable {
  readonly size: number;
  /** The key's number; made where there is none. */
  intern(high: number, low: number): number;
  /** The key's number; -1: never interned. */
  find(high: number, low: number): number;
}

export function createKeyTable(expected = 16): KeyTable {
  let capacity = 32;
  while (capacity < expected * 2) capacity *= 2;
  let slots = new Int32Array(capacity).fill(-1);
  let highs = new Int32Array(capacity >> 1);
  let lows = new Int32Array(capacity >> 1);
  let size = 0;

  const slotOf = (high: number, low: number): number => {
    const mask = slots.length - 1;
    let slot = (Math.imul(high ^ (low >>> 16), 0x9e3779b1) ^ low) & mask;
    for (;;) {
      const id = slots[slot] ?? -1;
      if (id < 0 || (lows[id] === low && highs[id] === high)) return slot;
      slot = (slot + 1) & mask;
    }
  };
  const grow = (): void => {
    slots = new Int32Array(slots.length * 2).fill(-1);
    highs = enlarged(highs);
    lows = enlarged(lows);
    for (let id = 0; id < size; id++) slots[slotOf(highs[id] ?? 0, lows[id] ?? 0)] = id;
  };

  return {
    get size() {
      return size;
    },
    intern(high, low) {
      const [signedHigh, signedLow] = [high | 0, low | 0];
      const slot = slotOf(signedHigh, signedLow);
      const known = slots[slot] ?? -1;
      if (known >= 0) return known;
      if (size === highs.length) {
        grow();
        return this.intern(high, low);
      }
      highs[size] = signedHigh;
      lows[size] = signedLow;
      slots[slot] = size;
      return size++;
    },
    find: (high, low) => slots[slotOf(high | 0, low | 0)] ?? -1,
  };
}

function enlarged(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
