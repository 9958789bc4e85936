/** Reads and writes the memory of a WebAssembly module: 32-bit pointers, little-endian. */
export interface Heap {
  /** A window onto the memory itself; of no use after the module has run on. */
  bytes(pointer: number, length: number): Uint8Array;
  /** A C string. */
  text(pointer: number): string;
  setText(pointer: number, text: string): void;
  number(pointer: number): number;
  setNumber(pointer: number, value: number): void;
  setLongNumber(pointer: number, value: bigint): void;
}

export function createHeap(memory: WebAssembly.Memory): Heap {
  let all = new Uint8Array(memory.buffer);
  let view = new DataView(memory.buffer);
  /** Growing the memory detaches the buffer that views were made of. */
  const refresh = () => {
    if (all.buffer !== memory.buffer) {
      all = new Uint8Array(memory.buffer);
      view = new DataView(memory.buffer);
    }
  };
  return {
    bytes: (pointer, length) => {
      refresh();
      return all.subarray(pointer, pointer + length);
    },
    text: (pointer) => {
      refresh();
      return Buffer.from(all.subarray(pointer, all.indexOf(0, pointer))).toString('utf8');
    },
    setText: (pointer, text) => {
      refresh();
      all.set(Buffer.from(`${text}\0`), pointer);
    },
    number: (pointer) => {
      refresh();
      return view.getUint32(pointer, true);
    },
    setNumber: (pointer, value) => {
      refresh();
      view.setUint32(pointer, value, true);
    },
    setLongNumber: (pointer, value) => {
      refresh();
      view.setBigInt64(pointer, value, true);
    },
  };
}
