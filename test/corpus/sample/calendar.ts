import type { Random } from '../../support/random';
import { day, hour, minute } from '../world/world';
import type { Task } from './content/tasks';

/** When the story's tasks happen: working days of so many before today, with one quiet week. */
const length = 100;
/** Days before today. */
const quietWeek = { from: 53, to: 46 };

const isQuiet = (task: Task) => task.kind === 'hand' && task.isQuiet === true;
const isSession = (task: Task) => task.kind !== 'hand';

/**
 * A start for each task, milliseconds UTC, in order. Sessions share out the working days; commits without a session
 * have none: they come after what is before them. `today`: its midnight, UTC.
 */
export function planDays(tasks: readonly Task[], today: number, random: Random): (number | undefined)[] {
  const before = tasks.slice(0, tasks.findIndex(isQuiet)).filter(isSession).length;
  const slots = [
    ...slotsBetween(today, length, quietWeek.from + 1, before, random),
    ...slotsBetween(today, quietWeek.to - 1, 1, tasks.filter(isSession).length - before, random),
  ];
  let quietDays = 0;
  return tasks.map((task) => {
    if (isQuiet(task)) return today - (quietWeek.from - 1 - 2 * quietDays++) * day + 10 * hour;
    return isSession(task) ? slots.shift() : undefined;
  });
}

/** `count` starts from so many days ago to so many: at most two a day, fewer on weekends. */
function slotsBetween(today: number, from: number, to: number, count: number, random: Random): number[] {
  const free: number[] = [];
  for (let ago = from; ago >= to; ago--) {
    const midnight = today - ago * day;
    const weekday = new Date(midnight).getUTCDay();
    const isWeekend = weekday === 0 || weekday === 6;
    if (isWeekend && !random.chance(0.2)) continue;
    free.push(midnight + (8 * 60 + random.between(10, 100)) * minute);
    if (!isWeekend) free.push(midnight + (13 * 60 + random.between(0, 120)) * minute);
  }
  // Every n-th half day and a little beside it, the last one always: yesterday is on the first screen.
  const step = free.length / count;
  const chosen = Array.from({ length: count }, (_, index) => Math.floor((index + random.next()) * step));
  chosen[count - 1] = free.length - 1;
  return chosen.flatMap((index) => free[index] ?? []);
}

/** When a task may begin: at its slot, but not before the one before it has ended. */
export function startOf(slot: number | undefined, end: number, random: Random): number {
  const soonest = end + random.between(12, 45) * minute;
  return slot === undefined ? soonest : Math.max(slot, soonest);
}
