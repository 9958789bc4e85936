import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** One test's end, as scripts/test.mjs counts it. */
export interface TestResult {
  name: string;
  state: 'passed' | 'failed' | 'skipped';
  /** What was wrong, or why it was skipped. */
  message?: string;
}

/** Writes results where scripts/test.mjs looks for them. */
export function writeResults(file: string, results: TestResult[]): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(results, null, 2));
}

/** The text of anything that was thrown. */
export function messageOf(problem: unknown): string {
  // Playwright colours its messages, wherever they go.
  return stripVTControlCharacters(problem instanceof Error ? (problem.stack ?? problem.message) : String(problem));
}
