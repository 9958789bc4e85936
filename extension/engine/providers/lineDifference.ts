/** Lines that only one side has, in the order of that side. */
export interface LineDifference {
  added: string[];
  removed: string[];
}

/** Beyond this many edits the exact answer costs more memory (its square) than it is worth. */
const mostEdits = 1000;

/**
 * The written lines of a change: a shortest edit script (Myers, "An O(ND) Difference Algorithm", 1986) between the
 * lines before and after. Texts that differ in more than 1,000 lines are compared as bags of lines instead.
 */
export function lineDifference(before: readonly string[], after: readonly string[]): LineDifference {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let endBefore = before.length;
  let endAfter = after.length;
  while (endBefore > start && endAfter > start && before[endBefore - 1] === after[endAfter - 1]) {
    endBefore--;
    endAfter--;
  }
  const old = before.slice(start, endBefore);
  const young = after.slice(start, endAfter);
  if (old.length === 0 || young.length === 0) return { added: young, removed: old };
  return shortestScript(old, young) ?? bagDifference(old, young);
}

function shortestScript(before: readonly string[], after: readonly string[]): LineDifference | undefined {
  const [old, young] = intern(before, after);
  const most = Math.min(mostEdits, old.length + young.length);
  const furthest = new Int32Array(2 * most + 3);
  const middle = most + 1;
  const trace: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    // A copy of the part that the next round reads: diagonals -edits-1 to edits+1.
    trace.push(furthest.slice(middle - edits - 1, middle + edits + 2));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const left = at(furthest, middle + diagonal - 1);
      const above = at(furthest, middle + diagonal + 1);
      const isDown = diagonal === -edits || (diagonal !== edits && left < above);
      let x = isDown ? above : left + 1;
      while (x < old.length && x - diagonal < young.length && old[x] === young[x - diagonal]) x++;
      furthest[middle + diagonal] = x;
      if (x >= old.length && x - diagonal >= young.length) return walkBack(before, after, trace);
    }
  }
  return undefined;
}

function walkBack(before: readonly string[], after: readonly string[], trace: readonly Int32Array[]): LineDifference {
  const added: string[] = [];
  const removed: string[] = [];
  let x = before.length;
  let y = after.length;
  for (let edits = trace.length - 1; edits > 0; edits--) {
    const round = trace[edits] ?? new Int32Array();
    const middle = edits + 1;
    const diagonal = x - y;
    const left = at(round, middle + diagonal - 1);
    const above = at(round, middle + diagonal + 1);
    const isDown = diagonal === -edits || (diagonal !== edits && left < above);
    if (isDown) {
      y = above - (diagonal + 1);
      x = above;
      added.push(after[y] ?? '');
    } else {
      x = left;
      y = left - (diagonal - 1);
      removed.push(before[x] ?? '');
    }
  }
  return { added: added.reverse(), removed: removed.reverse() };
}

/** Equal lines get equal numbers: comparing numbers is what the inner loop does. */
function intern(before: readonly string[], after: readonly string[]): [Int32Array, Int32Array] {
  const numbers = new Map<string, number>();
  const numberOf = (line: string): number => {
    const known = numbers.get(line);
    if (known !== undefined) return known;
    numbers.set(line, numbers.size);
    return numbers.size - 1;
  };
  return [Int32Array.from(before, numberOf), Int32Array.from(after, numberOf)];
}

function bagDifference(before: readonly string[], after: readonly string[]): LineDifference {
  return { added: without(after, before), removed: without(before, after) };
}

function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const available = left.get(line) ?? 0;
    if (available > 0) left.set(line, available - 1);
    return available === 0;
  });
}

function at(numbers: Int32Array, index: number): number {
  return numbers[index] ?? 0;
}
