// Runs in a process of its own: what JSON.parse alone takes for all lines below a home, in one thread, with nothing
// looked at and nothing stored. `node floor.mjs HOME`, prints the seconds.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const projects = join(process.argv[2], '.claude', 'projects');
const files = readdirSync(projects, { recursive: true }).filter((name) => name.endsWith('.jsonl'));
const startedAt = performance.now();
for (const name of files) {
  const bytes = readFileSync(join(projects, name));
  for (let start = 0, end = bytes.indexOf(10); end >= 0; start = end + 1, end = bytes.indexOf(10, start)) {
    JSON.parse(bytes.toString('utf8', start, end));
  }
}
console.log((performance.now() - startedAt) / 1000);
