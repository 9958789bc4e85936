import { readSync } from 'node:fs';
import { sha256 } from '../keys';

/** What is remembered of the bytes that were read of a log, to know it again. */
export interface Fingerprints {
  head_fingerprint: string | null;
  head_length: number;
  tail_fingerprint: string | null;
  resume_offset: number;
}

const headBytes = 1024;
const tailBytes = 256;
const compareBytes = 1 << 18;

/** Fingerprints of the first `offset` bytes of an open file. */
export function fingerprintsOf(fd: number, offset: number): Fingerprints {
  const length = Math.min(headBytes, offset);
  return {
    head_fingerprint: fingerprint(fd, 0, length),
    head_length: length,
    tail_fingerprint: fingerprint(fd, Math.max(0, offset - tailBytes), offset),
    resume_offset: offset,
  };
}

/** Whether what was read stands unchanged at the start of an open file, so that only what follows is new. */
export function isSameGrown(fd: number, known: Fingerprints, size: number): boolean {
  const { resume_offset } = known;
  return (
    size >= resume_offset &&
    isSameHead(fd, known) &&
    known.tail_fingerprint === fingerprint(fd, Math.max(0, resume_offset - tailBytes), resume_offset)
  );
}

/** Whether an open file begins as what was read did. */
export function isSameHead(fd: number, known: Fingerprints): boolean {
  return known.head_fingerprint === fingerprint(fd, 0, known.head_length);
}

/** Whether the first `size` bytes of two open files are the same; ends at the first difference. */
export function isSameStart(fd: number, otherFd: number, size: number): boolean {
  const [one, other] = [Buffer.allocUnsafe(compareBytes), Buffer.allocUnsafe(compareBytes)];
  for (let at = 0; at < size; ) {
    const length = Math.min(compareBytes, size - at);
    const read = readSync(fd, one, 0, length, at);
    if (read === 0 || readSync(otherFd, other, 0, read, at) < read || one.compare(other, 0, read, 0, read) !== 0) {
      return false;
    }
    at += read;
  }
  return true;
}

/** The first half of SHA-256 of [from, to). */
function fingerprint(fd: number, from: number, to: number): string {
  const bytes = Buffer.alloc(to - from);
  const bytesRead = bytes.length === 0 ? 0 : readSync(fd, bytes, 0, bytes.length, from);
  return sha256(bytes.subarray(0, bytesRead)).slice(0, 32);
}
