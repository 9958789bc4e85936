import type { SessionFact } from '../../providers/facts';
import type { LogFile, Provider } from '../../providers/provider';
import { type Line, mostLineBytes } from '../readLines';
import { findRecords } from './salvage';

/** The facts of one record, and where in its file it begins. */
export interface ReadRecord {
  offset: number;
  facts: SessionFact[];
}

/**
 * What a line says: one record, if all is well. Of a line that is no record the problem comes first, then the records
 * that stand whole in it.
 */
export function recordsOfLine(provider: Provider, file: LogFile, line: Line): ReadRecord[] {
  const { offset, bytes, cut } = line;
  const facts = line.isTooLong ? [tooLong(line)] : provider.readRecord(bytes, { offset, file, cut });
  const isDamaged = facts.length > 0 && !facts.some((fact) => fact.type === 'record');
  return isDamaged ? [{ offset, facts }, ...salvage(provider, file, line)] : [{ offset, facts }];
}

function tooLong({ length }: Line): SessionFact {
  const detail = `a line of ${length} bytes, of which more than ${mostLineBytes} are needed`;
  return { type: 'problem', reason: 'too_long', detail };
}

function salvage(provider: Provider, file: LogFile, line: Line): ReadRecord[] {
  // Places in a line that was slimmed are not those in the file.
  if (line.cut.length > 0) return [];
  const bytes = Buffer.from(line.bytes.buffer, line.bytes.byteOffset, line.bytes.byteLength);
  const first = line.offset + line.length - bytes.length;
  return findRecords(bytes, ({ start, end }) => {
    const offset = first + start;
    const facts = provider.readRecord(bytes.subarray(start, end), { offset, file });
    // An object that lost what stood around it may be any: a record has a type that the reader knows, and a time.
    const isRecord = facts.some((fact) => fact.type === 'record' && fact.isKnown && fact.at !== undefined);
    return isRecord ? { offset, facts } : undefined;
  });
}
