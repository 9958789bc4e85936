import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { SessionFact } from '../../extension/engine/providers/facts';
import type { LogFile, Provider } from '../../extension/engine/providers/provider';

export interface FileFacts {
  path: string;
  file: LogFile;
  facts: SessionFact[];
}

/** Lines of a transcript with the offsets at which they stand. */
export function* linesWithOffsets(bytes: Buffer): Generator<{ line: Buffer; offset: number }> {
  let offset = 0;
  while (offset < bytes.length) {
    const end = bytes.indexOf(0x0a, offset);
    const stop = end < 0 ? bytes.length : end;
    yield { line: bytes.subarray(offset, stop), offset };
    offset = stop + 1;
  }
}

/** Facts of all logs below a root. */
export function readTree(provider: Provider, root: string): FileFacts[] {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return names.flatMap((name) => {
    const path = relative(root, join(root, name)).split(sep).join('/');
    const file = provider.recognise(path);
    return file === undefined ? [] : [{ path, file, facts: readBytes(provider, file, readFileSync(join(root, name))) }];
  });
}

export function readBytes(provider: Provider, file: LogFile, bytes: Buffer): SessionFact[] {
  return [...linesWithOffsets(bytes)].flatMap(({ line, offset }) => provider.readRecord(line, { file, offset }));
}

export function ofType<Type extends SessionFact['type']>(facts: readonly SessionFact[], type: Type) {
  return facts.filter((fact): fact is Extract<SessionFact, { type: Type }> => fact.type === type);
}
