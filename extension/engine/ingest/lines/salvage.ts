import { endOfValue, type Span } from '../../providers/jsonOutline';

const recordStart = Buffer.from('{"');
/** How often a damaged line may be gone over: half records are nested a few levels deep, and each level costs one look. */
const mostLooks = 32;

/**
 * What whole objects in a damaged line are records. A crash leaves half a record or zeros without a newline, and what
 * is appended next stands on the same line: one torn record must not cost its neighbours. `read` gives what an object
 * says, or undefined where it is no record. Its work is bounded by the line's length.
 */
export function findRecords<Found>(line: Buffer, read: (object: Span) => Found | undefined): Found[] {
  const found: Found[] = [];
  let bytesLeft = mostLooks * line.length;
  for (let start = line.indexOf(recordStart); start !== -1 && bytesLeft > 0; ) {
    const value = endOfValue(line, start, line.length);
    const end = typeof value === 'number' ? value : undefined;
    bytesLeft -= (end ?? line.length) - start;
    const record = end === undefined ? undefined : read({ start, end });
    if (record !== undefined) found.push(record);
    start = line.indexOf(recordStart, record === undefined ? start + 1 : end);
  }
  return found;
}
