/** When the story's tasks happen: working days of the hundred before today, with one quiet week. */

export const dayMs = 86_400_000;
export const hourMs = 3_600_000;
const minuteMs = 60_000;
const length = 100;
/** Days before today. */
const quietWeek = { from: 53, to: 46 };

/**
 * A start for each task, milliseconds UTC, in order. Sessions share out the working days; commits without a session
 * come after what is before them.
 * @param {object[]} tasks
 * @param {number} today midnight UTC
 */
export function planDays(tasks, today, random) {
  const sessions = tasks.filter((task) => task.kind !== 'hand');
  const before = tasks
    .slice(
      0,
      tasks.findIndex((task) => task.isQuiet),
    )
    .filter((task) => task.kind !== 'hand').length;
  const slots = [
    ...slotsBetween(today, length, quietWeek.from + 1, before, random),
    ...slotsBetween(today, quietWeek.to - 1, 1, sessions.length - before, random),
  ];
  let quietDays = 0;
  return tasks.map((task) => {
    if (task.isQuiet) return today - (quietWeek.from - 1 - 2 * quietDays++) * dayMs + 10 * hourMs;
    return task.kind === 'hand' ? undefined : slots.shift();
  });
}

/** `count` starts from so many days ago to so many: at most three a day, fewer on weekends. */
function slotsBetween(today, from, to, count, random) {
  const free = [];
  for (let ago = from; ago >= to; ago--) {
    const weekday = new Date(today - ago * dayMs).getUTCDay();
    const isWeekend = weekday === 0 || weekday === 6;
    if (isWeekend && !random.chance(0.2)) continue;
    const day = today - ago * dayMs;
    free.push(day + (8 * 60 + random.whole(10, 100)) * minuteMs);
    if (!isWeekend) free.push(day + (13 * 60 + random.whole(0, 120)) * minuteMs);
  }
  // Every n-th half day and a little beside it, the last one always: yesterday is on the first screen.
  const step = free.length / count;
  const chosen = Array.from({ length: count }, (_, index) => Math.floor((index + random.next()) * step));
  chosen[count - 1] = free.length - 1;
  return chosen.map((index) => free[index]);
}

/** When a task may begin: at its slot, but not before the one before it has ended. */
export function startOf(slot, end, random) {
  const soonest = end + random.whole(12, 45) * minuteMs;
  return slot === undefined ? soonest : Math.max(slot, soonest);
}
