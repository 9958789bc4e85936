/** Seeds 1 to `count`; more for a night: `PACEFLOW_HOSTILE=20 npx vitest run test/hostile` has twenty times as many. */
export function seeds(count: number): number[] {
  const times = Number(process.env['PACEFLOW_HOSTILE'] ?? 1);
  return Array.from({ length: count * times }, (_, index) => index + 1);
}
