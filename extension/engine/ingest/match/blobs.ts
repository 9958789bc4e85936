/** Keeps bytes for as long as it is used itself. */
export interface Blobs {
  keep(bytes: Uint8Array): Uint8Array;
}

const slabBytes = 1 << 20;
const empty = new Uint8Array();

/**
 * Small blobs, copied into few large ones: a buffer of its own for each of half a million costs more memory than what
 * is in it, and keeps the garbage collector busy.
 */
export function createBlobs(): Blobs {
  let slab = empty;
  let used = 0;
  return {
    keep(bytes) {
      if (bytes.byteLength === 0) return empty;
      if (bytes.byteLength > slabBytes / 4) return bytes;
      if (used + bytes.byteLength > slab.byteLength) {
        slab = new Uint8Array(slabBytes);
        used = 0;
      }
      slab.set(bytes, used);
      used += bytes.byteLength;
      return slab.subarray(used - bytes.byteLength, used);
    },
  };
}
