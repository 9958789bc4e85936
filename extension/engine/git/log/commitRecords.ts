import { readTrailers, subjectOf, type Trailers } from '../declarations/trailers';
import { classifyPath } from '../fileClass';
import { createLogScanner } from './logScanner';
import {
  type ChangedLines,
  createFingerprint,
  createPatchReader,
  type Fingerprint,
  type PackedChange,
  type PatchReader,
} from './patchLines';
import type { Token } from './piece';

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
  /** Undefined: no lines here (binary, lock file, partial clone), or more text than is kept: see `isLarge`. */
  lines?: PackedChange;
  /** Over 1 MB of text was changed: the file is or was that large. */
  isLarge: boolean;
}

/**
 * What `files` tells: `lines` all · `paths` no counts (partial clone: contents are not here) · `merge` its own lines:
 * those that no parent has and those that every parent had · `boundary` nothing, its parents are not here (shallow
 * clone).
 */
export type CommitDetail = 'lines' | 'paths' | 'merge' | 'boundary';

export type CommitProblem =
  | 'text is not UTF-8'
  | 'path is not UTF-8'
  | 'message was cut'
  | 'date is unreadable'
  | 'patch is unreadable'
  | 'too many lines';

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
  /**
   * 16 hex digits over the patch with its context: equal for copies of one change. Undefined where nothing can be
   * compared: a merge, no patch.
   */
  patchId?: string;
  problems: CommitProblem[];
}

/**
 * The format that `commitRecords` reads: a NUL, which ends the patch before it, a C, then fields that each end with a
 * NUL, which no field of git's can hold.
 */
export const COMMIT_FORMAT = ['', 'C%H', '%P', '%an', '%ae', '%cn', '%ce', '%at', '%ct', '%B', ''].join('%x00');

const FIELD_COUNT = 9;
/** Bytes of a message that are kept: the subject is at its start, the trailers at its end. */
const TOKEN_LIMIT = 256 * 1024;
const SUBMODULE = '160000';

/** Lines of one commit that are kept at most: more is an import, and no session's work. */
const LINES_LIMIT = 1_000_000;

/**
 * Reads `git log -z --format=COMMIT_FORMAT --raw --full-index -p --cc`: per commit the fields, an empty token, its raw
 * lines (`:modes blobs status`, path, and the new path of a rename), an empty token, its patch.
 * Format: `git help diff-format`, "RAW OUTPUT FORMAT", "GENERATING PATCH TEXT WITH -P", "COMBINED DIFF FORMAT".
 */
export async function* commitRecords(
  chunks: AsyncIterable<Uint8Array>,
  boundary: ReadonlySet<string>,
  hasLines: boolean,
): AsyncGenerator<CommitFacts, void, undefined> {
  let done: CommitFacts[] = [];
  let record: RecordReader | undefined;
  const finish = () => record && done.push(record.finish(boundary, hasLines));
  const scanner = createLogScanner(
    {
      token(token) {
        if (record?.accept(token) || (record === undefined && token.bytes.length === 0)) return;
        finish();
        record = newRecord();
        record.accept(token);
      },
      beginsPatch: (first) => first === SMALL_D && record?.expectsPatch() === true,
      line: (bytes) => record?.line(bytes),
    },
    TOKEN_LIMIT,
  );
  for await (const chunk of chunks) {
    scanner.push(chunk);
    yield* done;
    done = [];
  }
  scanner.end();
  finish();
  yield* done;
}

const SMALL_D = 0x64;
const AT = 0x40;

interface RecordReader {
  /** False: the token begins the next record. */
  accept(token: Token): boolean;
  /** Whether the patch may follow. */
  expectsPatch(): boolean;
  line(bytes: Buffer): void;
  finish(boundary: ReadonlySet<string>, hasLines: boolean): CommitFacts;
}

/** A path as bytes, one character each: two paths that decode alike stay two. */
type RawPath = string;

interface RawChange {
  /** Of the parents, and the new one. */
  modes: string[];
  blobs: string[];
  status: string;
  path: RawPath;
  oldPath?: RawPath;
}

/** What the patch says of one file. A file that changed its type has two: deleted, and new. */
interface Patch {
  blobs?: string;
  isBinary: boolean;
  reader?: PatchReader;
}

function newRecord(): RecordReader {
  const fields: Token[] = [];
  const changes: RawChange[] = [];
  const patches: Patch[] = [];
  const fingerprint = createFingerprint();
  /** Takes the paths that belong to the last header. */
  let wanting: ((path: RawPath) => void)[] = [];

  const acceptEntry = (entry: string): boolean => {
    if (entry === '') return true;
    const [, colons = '', rest = ''] = /^(:+)(.*)$/s.exec(entry) ?? [];
    if (colons === '') return false;
    const words = rest.split(' ');
    const sides = colons.length + 1;
    const status = words[2 * sides] ?? '';
    const change: RawChange = {
      ...{ modes: words.slice(0, sides), blobs: words.slice(sides, 2 * sides) },
      ...{ status: status.charAt(0), path: '' },
    };
    changes.push(change);
    wanting = [(path) => (change.path = path)];
    if (sides === 2 && /^[RC]/.test(status)) wanting.unshift((path) => (change.oldPath = path));
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
    expectsPatch: () => fields.length === FIELD_COUNT && wanting.length === 0,
    line(bytes) {
      const patch = patches.at(-1);
      if (bytes.toString('latin1', 0, 5) === 'diff ') patches.push({ isBinary: false });
      else if (patch?.reader) patch.reader.line(bytes);
      else if (patch && bytes[0] === AT) {
        patch.reader = createPatchReader(fingerprint);
        patch.reader.line(bytes);
      } else if (patch) readHeader(patch, bytes, fingerprint);
    },
    finish(boundary, hasLines) {
      const problems = new Set<CommitProblem>();
      const [name = '', parentIds = '', authorName = '', authorEmail = '', committerName = '', committerEmail = ''] =
        fields.slice(0, 6).map(({ bytes }) => decode(bytes, () => problems.add('text is not UTF-8')));
      const commit = name.slice(1);
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
      const files = detail === 'boundary' ? [] : filesOf(changes, hasLines ? patches : undefined, problems);
      const isCopyable = detail === 'lines' && files.length > 0 && !problems.has('patch is unreadable');
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
        ...(isCopyable && { patchId: patchIdOf(changes, fingerprint) }),
        problems: [...problems],
      };
    },
  };
}

/** Lines between `diff --git` and the first hunk; names and modes stand in the raw entry, too. */
function readHeader(patch: Patch, bytes: Buffer, fingerprint: Fingerprint): void {
  const text = bytes.toString('latin1');
  const [, blobs] = /^index (\S+)/.exec(text) ?? [];
  if (blobs !== undefined) patch.blobs = blobs;
  if (text.startsWith('Binary files ')) patch.isBinary = true;
  if (text.startsWith('--- ') || text.startsWith('+++ ')) fingerprint.header(text);
}

/** Files without hunks count, too: renames, modes, binary content. */
function patchIdOf(changes: readonly RawChange[], fingerprint: Fingerprint): string {
  for (const { path, oldPath = '', modes, status, blobs } of changes) {
    fingerprint.header([path, oldPath, ...modes, status].join(' '));
    // Of text the hunks say it; the blob would tell apart copies on different bases.
    if (modes.includes(SUBMODULE)) fingerprint.header(blobs.join(' '));
  }
  return fingerprint.finish();
}

/**
 * The patches come in the order of the raw entries; the blobs' ids show that no two were mixed up. Of a merge's files
 * only those with lines of its own have one.
 */
function filesOf(
  changes: readonly RawChange[],
  patches: readonly Patch[] | undefined,
  problems: Set<CommitProblem>,
): FileChange[] {
  const files: FileChange[] = [];
  let next = 0;
  let lines = 0;
  for (const raw of changes) {
    // A file that became a link, or the other way round, is told as deleted and new; a merge tells it as one.
    const count = raw.status === 'T' && raw.modes.length === 2 ? 2 : 1;
    const own = patches?.slice(next, next + count) ?? [];
    if (patches && !fits(raw, own)) {
      const isMerge = raw.modes.length > 2;
      if (!isMerge) {
        problems.add('patch is unreadable');
        next += count;
      }
      files.push(...fileChange(raw, [], problems));
      continue;
    }
    next += count;
    for (const file of fileChange(raw, own, problems)) {
      lines += file.lines ? file.added + file.removed : 0;
      if (file.lines && lines > LINES_LIMIT) {
        problems.add('too many lines');
        const { lines: _, ...counted } = file;
        files.push(counted);
      } else {
        files.push(file);
      }
    }
  }
  if (patches && next < patches.length) {
    problems.add('patch is unreadable');
  }
  return files;
}

function fits(raw: RawChange, patches: readonly Patch[]): boolean {
  const blobs = patches.flatMap((patch) => patch.blobs ?? []);
  if (blobs.length === 0) return patches.length > 0;
  const [first = ''] = blobs[0]?.split('..') ?? [];
  const last = blobs.at(-1)?.split('..').at(-1);
  return first === raw.blobs.slice(0, -1).join(',') && last === raw.blobs.at(-1);
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
function fileChange(raw: RawChange, patches: readonly Patch[], problems: Set<CommitProblem>): FileChange[] {
  const newMode = raw.modes.at(-1);
  const wasSubmodule = raw.modes.slice(0, -1).includes(SUBMODULE);
  const isSubmodule = newMode === SUBMODULE;
  const change = kindOf(raw, wasSubmodule, isSubmodule);
  if (!change) return [];
  const note = () => problems.add('path is not UTF-8');
  const path = decode(Buffer.from(raw.path, 'latin1'), note);
  // git tells a submodule as one line, "Subproject commit …".
  const told = patches.filter((_, index) => !(index === 0 ? wasSubmodule : isSubmodule));
  const parts = told.flatMap(({ reader }) => reader?.finish() ?? []);
  const packed = parts.every((part) => part.packed) ? parts.flatMap((part) => part.packed ?? []) : [];
  const keeps = packed.length > 0 && classifyPath(path).excluded !== 'lock';
  return [
    {
      path,
      ...(raw.oldPath !== undefined && { oldPath: decode(Buffer.from(raw.oldPath, 'latin1'), note) }),
      change,
      added: sum(parts, 'added'),
      removed: sum(parts, 'removed'),
      isBinary: told.some(({ isBinary }) => isBinary),
      ...(change !== 'deleted' && { blob: raw.blobs.at(-1) ?? '' }),
      ...(keeps && { lines: joined(packed) }),
      isLarge: parts.some((part) => !part.packed),
    },
  ];
}

function sum(parts: readonly ChangedLines[], key: 'added' | 'removed'): number {
  return parts.reduce((total, part) => total + part[key], 0);
}

function joined(parts: readonly PackedChange[]): PackedChange {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const join = (key: keyof PackedChange) => new Uint8Array(Buffer.concat(parts.map((part) => part[key])));
  return { hunks: join('hunks'), addedLines: join('addedLines'), removedLines: join('removedLines') };
}

function kindOf(raw: RawChange, wasSubmodule: boolean, isSubmodule: boolean): ChangeKind | undefined {
  if (!wasSubmodule && !isSubmodule) return raw.modes.length > 2 ? mergeKind(raw) : KINDS[raw.status];
  if (raw.status !== 'T' || raw.modes.length > 2) return undefined;
  return isSubmodule ? 'deleted' : 'added';
}

function mergeKind({ modes }: RawChange): ChangeKind {
  if (/^0+$/.test(modes.at(-1) ?? '')) return 'deleted';
  return modes.slice(0, -1).every((mode) => /^0+$/.test(mode)) ? 'added' : 'modified';
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
