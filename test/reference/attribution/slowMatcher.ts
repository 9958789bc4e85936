// The rules of attribution over plain texts, one after the other, with nothing indexed and nothing packed. Slow and
// obvious; shares no code with the program. Used on small histories only.

export interface SlowEdit {
  session: number;
  at: number;
  path: number;
  place: number;
  added: string[];
  removed: string[];
  proposed: string[] | undefined;
  isBeforeKnown: boolean;
}

export interface SlowHunk {
  removed: string[];
  added: string[];
}

export interface SlowCommit {
  change: number;
  committedAt: number;
  place: number;
  preferred: ReadonlySet<number>;
  isRestoring: boolean;
  files: { path: number; oldPaths: number[]; hunks: SlowHunk[] }[];
}

/** `edit evidence` per line, or nothing. */
export type SlowMatches = { added: string[]; removed: string[] }[][];

const minutes = 60_000;
const days = 86_400_000;

const exactOf = (text: string) => text.trimEnd();
const squeezed = (text: string) => text.replaceAll(/\s/g, '').replaceAll(/['`]/g, '"');
const looseOf = (text: string) => squeezed(text).replace(/[,;]$/, '');
const endingOf = (text: string) => /[,;]$/.exec(squeezed(text))?.[0] ?? '';
const isTelling = (text: string) => text.replaceAll(/[^a-z0-9]/gi, '').length >= 4 && !/^\s*import /.test(text);

/** A line that an edit added or removed. */
interface Written {
  edit: number;
  position: number;
  text: string;
  /** May explain a line by itself. */
  isOwn: boolean;
  takenBackBy?: number;
  takesBack?: Written;
  change?: number;
  commit?: number;
}

/** A line that a commit added or removed. */
interface Changed {
  file: { path: number; oldPaths: number[] };
  hunk: number;
  text: string;
  match?: Written;
  kind?: string;
  isCarried: boolean;
}

interface File {
  added: Changed[];
  removed: Changed[];
}

export function slowMatch(edits: readonly SlowEdit[], commits: readonly SlowCommit[]): SlowMatches {
  const { added, removed } = writtenLines(edits);
  const history: File[][] = commits.map((commit) =>
    commit.files.map((file) => {
      const side = (name: 'added' | 'removed') =>
        file.hunks.flatMap((hunk, number) =>
          hunk[name].map((text): Changed => ({ file, hunk: number, text, isCarried: false })),
        );
      return { added: side('added'), removed: side('removed') };
    }),
  );
  const committed = new Map<string, Written>();
  const copiesOf = (change: number) => commits.filter((commit) => commit.change === change);
  const untilOf = (commit: SlowCommit, line: Changed) => {
    const holders = copiesOf(commit.change).filter((copy) =>
      copy.files.some(
        ({ path, hunks }) =>
          path === line.file.path &&
          hunks.some((hunk) => [...hunk.added, ...hunk.removed].some((text) => exactOf(text) === exactOf(line.text))),
      ),
    );
    return Math.min(...holders.map(({ committedAt }) => committedAt));
  };
  const isFree = (written: Written, number: number, line: Changed, isBeforeKnown: boolean, isThere: boolean) => {
    const commit = commits[number];
    const edit = edits[written.edit];
    if (!commit || !edit || !isThere || edit.isBeforeKnown !== isBeforeKnown) return false;
    if (edit.at > untilOf(commit, line) + 2 * minutes) return false;
    return written.change === undefined || (written.change === commit.change && written.commit !== number);
  };
  const isAddedThere = (written: Written, number: number, line: Changed) => {
    const by = edits[written.takenBackBy ?? -1];
    const commit = commits[number];
    return by === undefined || (commit !== undefined && by.at > untilOf(commit, line) - 2 * minutes);
  };
  const isRemovedThere = ({ takesBack }: Written) => takesBack === undefined || takesBack.change !== undefined;
  const rankOf = (written: Written, number: number) => {
    const commit = commits[number];
    const edit = edits[written.edit];
    if (!commit || !edit) return 0;
    return (
      (commit.preferred.has(edit.session) ? 4 : 0) +
      (edit.place === commit.place ? 2 : 0) +
      (written.change === commit.change ? 1 : 0)
    );
  };
  const assign = (line: Changed, written: Written, kind: string, number: number) => {
    line.match = written;
    line.kind = kind;
    written.change = commits[number]?.change ?? -1;
    written.commit = number;
  };
  const isOpen = (line: Changed) => line.match === undefined && !line.isCarried && isTelling(line.text);

  const samePath = (
    lines: Changed[],
    pool: Written[],
    number: number,
    path: number,
    kind: string,
    isBeforeKnown: boolean,
    isThere: (written: Written, line: Changed) => boolean,
  ) => {
    const same = kind === 'loose' ? looseOf : exactOf;
    const fits = (written: Written, line: Changed) =>
      written.isOwn && edits[written.edit]?.path === path && same(written.text) === same(line.text);
    const candidates = (line: Changed) =>
      pool.filter(
        (written) => fits(written, line) && isFree(written, number, line, isBeforeKnown, isThere(written, line)),
      );
    const take = (line: Changed) => {
      const found = candidates(line);
      const best = Math.max(...found.map((written) => rankOf(written, number)));
      const chosen = found.findLast((written) => rankOf(written, number) === best);
      if (chosen) assign(line, chosen, kind, number);
    };
    const open = lines.filter((line) => isOpen(line) && pool.some((written) => fits(written, line)));
    const count = (line: Changed) => open.filter((other) => same(other.text) === same(line.text)).length;
    const waiting = open.filter((line) => count(line) > 1);
    for (const line of open) if (count(line) === 1) take(line);
    const beside = (line: Changed, step: 1 | -1) => {
      if (line.match) return;
      let neighbour = lines.indexOf(line) - step;
      while (lines[neighbour]?.hunk === line.hunk && !isTelling(lines[neighbour]?.text ?? '')) neighbour -= step;
      const anchor = lines[neighbour]?.hunk === line.hunk ? lines[neighbour]?.match : undefined;
      if (!anchor) return;
      let next = pool.indexOf(anchor) + step;
      while (pool[next]?.edit === anchor.edit && pool[next]?.isOwn === false) next += step;
      const written = pool[next];
      if (written && written.edit === anchor.edit && candidates(line).includes(written))
        assign(line, written, kind, number);
    };
    for (const line of waiting) beside(line, 1);
    for (const line of waiting.toReversed()) beside(line, -1);
    for (const line of waiting) if (!line.match) take(line);
  };

  const originOf = (line: Changed): Written | undefined =>
    [line.file.path, ...line.file.oldPaths]
      .map((path) => committed.get(`${path} ${exactOf(line.text)}`))
      .find((written) => written !== undefined);

  const carried = (files: File[]) => {
    const used = new Set<Changed>();
    for (const file of files) {
      for (const line of file.added.filter(isOpen)) {
        const old = file.removed.find(
          (other) =>
            other.hunk === line.hunk &&
            !used.has(other) &&
            looseOf(other.text) === looseOf(line.text) &&
            originOf(other),
        );
        if (!old) continue;
        used.add(old);
        line.match = originOf(old) as Written;
        line.kind = 'loose';
      }
    }
    movedRuns(files, used, originOf);
    for (const file of files) {
      const isKnown = (line: Changed) => !used.has(line) && (!isTelling(line.text) || originOf(line) !== undefined);
      const pairs = rewraps(stretches(file.removed, isKnown), openStretches(file.added));
      for (const { source, target } of pairs) {
        if (source[0]?.hunk !== target[0]?.hunk) continue;
        for (const [line, from] of byOffset(source, target)) {
          const origin = originOf(from);
          if (!origin) continue;
          line.match = origin;
          line.kind = 'rewrapped';
        }
      }
    }
  };

  const openStretches = (lines: Changed[]) =>
    stretches(lines, (line) => line.match === undefined && !line.isCarried).filter((stretch) =>
      stretch.some(({ text }) => isTelling(text)),
    );

  const rewrapped = (lines: Changed[], number: number, path: number) => {
    const first = lines.find(isOpen);
    const commit = commits[number];
    if (!first || !commit) return;
    const until = untilOf(commit, first);
    const taken = new Set<Changed>();
    const targets = openStretches(lines);
    for (const [index, edit] of [...edits.entries()].toReversed()) {
      if (edit.path !== path || edit.at > until + 2 * minutes || edit.at < until - 30 * days) continue;
      const own = added.filter((written) => written.edit === index);
      const isUsable = (written: Written) =>
        !isTelling(written.text) ||
        (written.isOwn && isFree(written, number, first, true, isAddedThere(written, number, first)));
      const sources = stretches(
        own.map((written) => ({ ...written, hunk: 0, written })),
        ({ written }) => isUsable(written),
      );
      for (const { source, target } of rewraps(sources, targets, taken)) {
        for (const [line, from] of byOffset(source, target)) {
          line.match = from.written;
          line.kind = 'rewrapped';
        }
        for (const { written } of source) {
          written.change = commit.change;
          written.commit = number;
        }
      }
    }
  };

  for (const [number, files] of history.entries()) {
    const commit = commits[number];
    if (!commit) continue;
    if (commit.isRestoring) {
      for (const line of files.flatMap((file) => file.added).filter(isOpen)) {
        const origin = originOf(line);
        if (!origin) continue;
        line.match = origin;
        line.kind = 'exact';
      }
    }
    carried(files);
    for (const [index, { added: lines, removed: old }] of files.entries()) {
      const { path = 0, oldPaths = [] } = commit.files[index] ?? {};
      const isThere = (written: Written, line: Changed) => isAddedThere(written, number, line);
      samePath(lines, added, number, path, 'exact', true, isThere);
      for (const before of oldPaths) samePath(lines, added, number, before, 'renamed', true, isThere);
      samePath(lines, added, number, path, 'loose', true, isThere);
      for (const of of [path, ...oldPaths]) rewrapped(lines, number, of);
      for (const of of [path, ...oldPaths]) samePath(lines, added, number, of, 'overwrite', false, isThere);
      samePath(old, removed, number, path, 'exact', true, isRemovedThere);
      for (const before of oldPaths) samePath(old, removed, number, before, 'renamed', true, isRemovedThere);
      dropOld(lines, edits, (line) => untilOf(commit, line));
      neighbours(old, edits);
    }
    for (const line of files.flatMap((file) => file.added)) {
      if (line.match && isTelling(line.text)) committed.set(`${line.file.path} ${exactOf(line.text)}`, line.match);
    }
  }
  const left = new Set(added.filter((written) => written.isOwn && written.change === undefined));
  for (const [number, files] of history.entries()) {
    for (const { added: lines } of files) {
      moved(
        lines,
        edits,
        added,
        left,
        (written, line) =>
          isFree(
            written,
            number,
            line,
            edits[written.edit]?.isBeforeKnown ?? true,
            isAddedThere(written, number, line),
          ),
        (line, written) => assign(line, written, 'moved', number),
      );
      neighbours(lines, edits);
    }
  }
  const shown = ({ match, kind }: Changed) => (match ? `${match.edit} ${kind}` : '');
  return history.map((files) =>
    files.map((file) => ({ added: file.added.map(shown), removed: file.removed.map(shown) })),
  );
}

function writtenLines(edits: readonly SlowEdit[]): { added: Written[]; removed: Written[] } {
  const added: Written[] = [];
  const removed: Written[] = [];
  for (const [index, edit] of edits.entries()) {
    const carriedOld = new Set<number>();
    const carriedNew = new Set<number>();
    for (const [position, text] of edit.added.entries()) {
      const old = edit.removed.findIndex(
        (other, at) => isTelling(other) && !carriedOld.has(at) && looseOf(other) === looseOf(text),
      );
      if (!isTelling(text) || old < 0) continue;
      carriedOld.add(old);
      carriedNew.add(position);
    }
    for (const [position, text] of edit.removed.entries()) {
      const back = isTelling(text)
        ? added.findLast(
            (written) =>
              written.isOwn &&
              edits[written.edit]?.path === edit.path &&
              edits[written.edit]?.place === edit.place &&
              written.takenBackBy === undefined &&
              exactOf(written.text) === exactOf(text),
          )
        : undefined;
      removed.push({ edit: index, position, text, isOwn: isTelling(text), ...(back && { takesBack: back }) });
      if (back && !carriedOld.has(position)) back.takenBackBy = index;
    }
    const proposal = edit.proposed?.map(exactOf);
    for (const [position, text] of edit.added.entries()) {
      const place = proposal?.indexOf(exactOf(text)) ?? 0;
      if (proposal && place >= 0) proposal.splice(place, 1);
      added.push({ edit: index, position, text, isOwn: isTelling(text) && !carriedNew.has(position) && place >= 0 });
    }
  }
  return { added, removed };
}

function stretches<Line extends { hunk: number }>(lines: readonly Line[], isPart: (line: Line) => boolean): Line[][] {
  const found: Line[][] = [];
  let before: Line | undefined;
  for (const line of lines) {
    if (isPart(line)) {
      if (before && before.hunk === line.hunk) found.at(-1)?.push(line);
      else found.push([line]);
      before = line;
    } else {
      before = undefined;
    }
  }
  return found;
}

/** A stretch's parts of up to 16 lines that begin and end with text, with what their text may be. */
function* parts<Line extends { text: string }>(stretch: readonly Line[]): Generator<{ text: string; part: Line[] }> {
  for (let first = 0; first < stretch.length; first++) {
    for (let end = first + 1; end <= Math.min(stretch.length, first + 16); end++) {
      const part = stretch.slice(first, end);
      const [head, last] = [part[0], part.at(-1)];
      if (!head || !last || looseOf(head.text) === '' || looseOf(last.text) === '') continue;
      if (!part.some(({ text }) => isTelling(text))) continue;
      const before = part.slice(0, -1).map(({ text }) => looseOf(text) + endingOf(text));
      const whole = before.join('') + looseOf(last.text);
      if (whole.length >= 8) yield { text: whole, part };
      const ending = part.length > 1 ? endingOf(part.at(-2)?.text ?? '') : '';
      const bare = before.join('').slice(0, ending === '' ? undefined : -1) + looseOf(last.text);
      if (ending !== '' && bare.length >= 8) yield { text: bare, part };
    }
  }
}

function rewraps<Source extends { text: string }>(
  sources: readonly Source[][],
  targets: readonly Changed[][],
  taken = new Set<Changed>(),
): { source: Source[]; target: Changed[] }[] {
  const pairs: { source: Source[]; target: Changed[] }[] = [];
  const used = new Set<Source>();
  const targetParts = targets.flatMap((target) => [...parts(target)]);
  for (const stretch of sources) {
    let free = 0;
    for (const { text, part } of parts(stretch)) {
      const at = stretch.indexOf(part[0] as Source);
      if (at < free) continue;
      const target = targetParts.find(
        (candidate) =>
          candidate.text === text &&
          (part.length > 1 || candidate.part.length > 1) &&
          !candidate.part.some((line) => taken.has(line)),
      )?.part;
      if (!target) continue;
      pairs.push({ source: part, target });
      for (const line of target) taken.add(line);
      for (const line of part) used.add(line);
      free = at + part.length;
    }
  }
  return pairs;
}

function byOffset<Source extends { text: string }>(
  source: readonly Source[],
  target: readonly Changed[],
): [Changed, Source][] {
  const found: [Changed, Source][] = [];
  let offset = 0;
  for (const line of target) {
    let end = 0;
    const from = source.find((candidate) => {
      end += looseOf(candidate.text).length;
      return offset < end;
    });
    found.push([line, (from ?? source.at(-1)) as Source]);
    offset += looseOf(line.text).length;
  }
  return found;
}

function movedRuns(files: File[], used: Set<Changed>, originOf: (line: Changed) => Written | undefined): void {
  const olds = files.flatMap((file) =>
    stretches(file.removed, (line) => !used.has(line)).map((run) => run.filter(({ text }) => isTelling(text))),
  );
  for (const file of files) {
    for (const stretch of stretches(file.added, () => true)) {
      const telling = stretch.filter(({ text }) => isTelling(text));
      for (let first = 0; first + 3 <= telling.length; ) {
        let found: Changed[] = [];
        for (const old of olds) {
          for (let from = 0; from + 3 <= old.length && found.length === 0; from++) {
            const run: Changed[] = [];
            for (let step = 0; ; step++) {
              const [line, other] = [telling[first + step], old[from + step]];
              if (!line || !other || used.has(other) || looseOf(line.text) !== looseOf(other.text)) break;
              run.push(other);
            }
            if (run.length >= 3) found = run;
          }
          if (found.length > 0) break;
        }
        for (const [step, other] of found.entries()) {
          const line = telling[first + step];
          used.add(other);
          if (!line || line.match) continue;
          const origin = originOf(other);
          if (origin) {
            line.match = origin;
            line.kind = 'moved';
          } else {
            line.isCarried = true;
          }
        }
        first += Math.max(1, found.length);
      }
    }
  }
}

function moved(
  lines: Changed[],
  edits: readonly SlowEdit[],
  added: readonly Written[],
  left: ReadonlySet<Written>,
  isFree: (written: Written, line: Changed) => boolean,
  assign: (line: Changed, written: Written) => void,
): void {
  const isOpen = (line: Changed) => line.match === undefined && !line.isCarried;
  const texts = edits.map((_, index) => added.filter((written) => written.edit === index && isTelling(written.text)));
  for (const stretch of stretches(lines, () => true)) {
    const telling = stretch.filter(({ text }) => isTelling(text));
    for (let first = 0; first + 3 <= telling.length; ) {
      let found: Written[] = [];
      for (const source of texts.toReversed()) {
        for (let from = source.length - 3; from >= 0 && found.length === 0; from--) {
          if (!source.slice(from, from + 3).every((written) => left.has(written))) continue;
          const run: Written[] = [];
          for (let step = 0; ; step++) {
            const [line, written] = [telling[first + step], source[from + step]];
            if (!line || !written || !isOpen(line) || exactOf(line.text) !== exactOf(written.text)) break;
            if (!written.isOwn || !isFree(written, line)) break;
            run.push(written);
          }
          if (run.length >= 3) found = run;
        }
        if (found.length > 0) break;
      }
      for (const [step, written] of found.entries()) assign(telling[first + step] as Changed, written);
      first += Math.max(1, found.length);
    }
  }
}

function dropOld(lines: Changed[], edits: readonly SlowEdit[], untilOf: (line: Changed) => number): void {
  const sessionOf = (line: Changed) => edits[line.match?.edit ?? -1]?.session;
  for (const stretch of stretches(lines, () => true)) {
    const telling = stretch.filter((line) => isTelling(line.text) || line.match);
    const runs: Changed[][] = [];
    for (const line of telling) {
      const last = runs.at(-1)?.at(-1);
      const continues = last?.match && line.match && isTelling(line.text) && sessionOf(last) === sessionOf(line);
      if (continues) runs.at(-1)?.push(line);
      else if (isTelling(line.text) || !last?.match) runs.push([line]);
    }
    for (const run of runs.filter(({ length }) => length < 3)) {
      for (const line of run) {
        if (!line.match || untilOf(line) - (edits[line.match.edit]?.at ?? 0) <= 30 * days) continue;
        delete line.match.change;
        delete line.match.commit;
        delete line.match;
        delete line.kind;
      }
    }
  }
}

function neighbours(lines: Changed[], edits: readonly SlowEdit[]): void {
  const before = lines.map(({ match }) => match);
  const isFollower = (at: number) => before[at] === undefined && !isTelling(lines[at]?.text ?? 'telling');
  for (const [at, line] of lines.entries()) {
    if (!isFollower(at)) continue;
    let [above, below] = [at - 1, at + 1];
    while (lines[above]?.hunk === line.hunk && isFollower(above)) above--;
    while (lines[below]?.hunk === line.hunk && isFollower(below)) below++;
    const sides = [above, below].filter((side) => lines[side]?.hunk === line.hunk).map((side) => before[side]);
    const sessions = sides.map((match) => edits[match?.edit ?? -1]?.session);
    const [first] = sides;
    if (!first || sides.some((match) => !match) || new Set(sessions).size > 1) continue;
    line.match = first;
    line.kind = 'neighbour';
  }
}
