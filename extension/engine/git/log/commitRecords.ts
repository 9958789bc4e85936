import { readTrailers, subjectOf, type Trailers } from '../declarations';
import { nulTokens, type Token } from './nulTokens';

export type ChangeKind = 'added' | 'modified' | 'deleted' | 'renamed' | 'copied' | 'type';

export interface FileChange {
  /** As in the commit, with forward slashes, from the top of the repository. */
  path: string;
  /** Where it was before: renamed and copied files only. */
  oldPath?: string;
  change: ChangeKind;
  /** Lines; 0 where the file is binary or the commit's detail is `paths`. */
  added: number;
  removed: number;
  isBinary: boolean;
  /** Id of the new content, for `blobSizes`; undefined: deleted. */
  blob?: string;
}

/**
 * What `files` tells: `lines` all · `paths` no counts (partial clone: contents are not here) · `merge` nothing yet,
 * its own lines are found elsewhere · `boundary` nothing, its parents are not here (shallow clone).
 */
export type CommitDetail = 'lines' | 'paths' | 'merge' | 'boundary';

export type CommitProblem = 'text is not UTF-8' | 'path is not UTF-8' | 'message was cut' | 'date is unreadable';

export interface CommitFacts {
  commit: string;
  /** As this clone has them: none at a shallow boundary. */
  parents: string[];
  authorName: string;
  authorEmail: string;
  committerName: string;
  committerEmail: string;
  /** Milliseconds UTC; 0 where unreadable, which is a problem. */
  authoredAt: number;
  committedAt: number;
  /** One line, at most 1,000 characters. */
  subject: string;
  trailers: Trailers;
  detail: CommitDetail;
  files: FileChange[];
  problems: CommitProblem[];
}

/** The format that `commitRecords` reads; each field ends with a NUL, which no field of git's can hold. */
export const COMMIT_FORMAT = ['%H', '%P', '%an', '%ae', '%cn', '%ce', '%at', '%ct', '%B', ''].join('%x00');

const FIELD_COUNT = 9;
/** Bytes of a message that are kept: the subject is at its start, the trailers at its end. */
const TOKEN_LIMIT = 256 * 1024;
const SUBMODULE = '160000';

/**
 * Reads `git log -z --format=COMMIT_FORMAT --raw --numstat`: per commit the fields, an empty token, its raw lines
 * (`:modes blobs status`, path, and the new path of a rename), then its counts (`added TAB removed TAB path`, or
 * three tokens for a rename). Format: `git help diff-format`, "RAW OUTPUT FORMAT" and "OTHER DIFF FORMATS".
 */
export async function* commitRecords(
  chunks: AsyncIterable<Uint8Array>,
  boundary: ReadonlySet<string>,
  hasLines: boolean,
): AsyncGenerator<CommitFacts, void, undefined> {
  let record: RecordReader | undefined;
  for await (const token of nulTokens(chunks, TOKEN_LIMIT)) {
    if (record?.accept(token)) continue;
    if (record) yield record.finish(boundary, hasLines);
    record = newRecord();
    record.accept(token);
  }
  if (record) yield record.finish(boundary, hasLines);
}

interface RecordReader {
  /** False: the token begins the next record. */
  accept(token: Token): boolean;
  finish(boundary: ReadonlySet<string>, hasLines: boolean): CommitFacts;
}

/** A path as bytes, one character each: two paths that decode alike stay two. */
type RawPath = string;

interface RawChange {
  oldMode: string;
  newMode: string;
  blob: string;
  status: string;
  path: RawPath;
  oldPath?: RawPath;
}

interface Counts {
  added: number;
  removed: number;
  isBinary: boolean;
}

function newRecord(): RecordReader {
  const fields: Token[] = [];
  const changes: RawChange[] = [];
  const counts = new Map<RawPath, Counts>();
  /** Takes the paths that belong to the last header. */
  let wanting: ((path: RawPath) => void)[] = [];

  const acceptEntry = (entry: string): boolean => {
    if (entry === '') return true;
    if (entry.startsWith(':')) {
      const [oldMode = '', newMode = '', , blob = '', status = ''] = entry.slice(1).split(' ');
      const change: RawChange = { oldMode, newMode, blob, status: status.charAt(0), path: '' };
      changes.push(change);
      wanting = [(path) => (change.path = path)];
      if (/^[RC]/.test(status)) wanting.unshift((path) => (change.oldPath = path));
      return true;
    }
    const found = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(entry);
    if (!found) return false;
    const [, added = '-', removed = '-', path = ''] = found;
    const count = { added: Number(added) || 0, removed: Number(removed) || 0, isBinary: added === '-' };
    if (path === '') wanting = [() => undefined, (newPath) => counts.set(newPath, count)];
    else counts.set(path, count);
    return true;
  };

  return {
    accept(token) {
      if (fields.length < FIELD_COUNT) {
        fields.push(token);
        return true;
      }
      const take = wanting.shift();
      if (take) {
        take(token.bytes.toString('latin1'));
        return true;
      }
      // A newline stands between the message and the first raw line.
      return acceptEntry(token.bytes.toString('latin1').replace(/^\n/, ''));
    },
    finish(boundary, hasLines) {
      const problems = new Set<CommitProblem>();
      const [commit = '', parentIds = '', authorName = '', authorEmail = '', committerName = '', committerEmail = ''] =
        fields.slice(0, 6).map(({ bytes }) => decode(bytes, () => problems.add('text is not UTF-8')));
      const [authoredAt, committedAt] = fields.slice(6, 8).map(({ bytes }) => {
        const seconds = bytes.length === 0 ? Number.NaN : Number(bytes.toString('latin1'));
        if (Number.isSafeInteger(seconds * 1000)) return seconds * 1000;
        problems.add('date is unreadable');
        return 0;
      });
      const message = fields[8];
      if (message?.isCut) problems.add('message was cut');
      const text = decode(message?.bytes ?? Buffer.alloc(0), () => message?.isCut || problems.add('text is not UTF-8'));
      const parents = parentIds.split(' ').filter((id) => id !== '');
      const detail = detailOf(parents, boundary.has(commit), hasLines);
      const isTold = detail === 'lines' || detail === 'paths';
      const files = isTold ? changes.flatMap((change) => fileChange(change, counts.get(change.path), problems)) : [];
      return {
        commit,
        parents,
        authorName,
        authorEmail,
        committerName,
        committerEmail,
        authoredAt: authoredAt ?? 0,
        committedAt: committedAt ?? 0,
        subject: subjectOf(text),
        trailers: readTrailers(text),
        detail,
        files,
        problems: [...problems],
      };
    },
  };
}

function detailOf(parents: string[], isBoundary: boolean, hasLines: boolean): CommitDetail {
  if (isBoundary) return 'boundary';
  if (parents.length > 1) return 'merge';
  return hasLines ? 'lines' : 'paths';
}

const KINDS: Readonly<Record<string, ChangeKind>> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
  C: 'copied',
  T: 'type',
};

/** None for a submodule; a file that became one was deleted, one that was one is new. */
function fileChange(raw: RawChange, counts: Counts | undefined, problems: Set<CommitProblem>): FileChange[] {
  const wasSubmodule = raw.oldMode === SUBMODULE;
  const isSubmodule = raw.newMode === SUBMODULE;
  const change = kindOf(raw, wasSubmodule, isSubmodule);
  if (!change) return [];
  const note = () => problems.add('path is not UTF-8');
  return [
    {
      path: decode(Buffer.from(raw.path, 'latin1'), note),
      ...(raw.oldPath !== undefined && { oldPath: decode(Buffer.from(raw.oldPath, 'latin1'), note) }),
      change,
      // git counts a submodule as one line, "Subproject commit …".
      added: isSubmodule ? 0 : (counts?.added ?? 0),
      removed: wasSubmodule ? 0 : (counts?.removed ?? 0),
      isBinary: counts?.isBinary ?? false,
      ...(change !== 'deleted' && { blob: raw.blob }),
    },
  ];
}

function kindOf(raw: RawChange, wasSubmodule: boolean, isSubmodule: boolean): ChangeKind | undefined {
  if (!wasSubmodule && !isSubmodule) return KINDS[raw.status];
  if (raw.status !== 'T') return undefined;
  return isSubmodule ? 'deleted' : 'added';
}

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8; broken bytes become U+FFFD, and `onBroken` hears of it. */
function decode(bytes: Buffer, onBroken: () => unknown): string {
  try {
    return STRICT.decode(bytes);
  } catch {
    onBroken();
    return bytes.toString();
  }
}
