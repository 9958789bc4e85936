import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Home, makeHome } from '../ingest/ingestHarness';
import { copied, edit, lines, response, turns } from '../ingest/sampleLogs';
import { createRandom } from '../support/random';
import { damagedLog } from './damage';
import { mutated, records } from './mutation';

/** A home in which everything is wrong that can be at once, and some logs that are well. */
export function hostileHome(seed: number): Home {
  const random = createRandom(seed);
  const home = makeHome();
  for (let index = 0; index < 10; index++) {
    home.log(`-damaged/d${index}.jsonl`, damagedLog(`d${index}`, random).log.bytes);
    const strange = Array.from({ length: 60 }, () => `${mutated(random.pick(records), random)}\n`);
    home.log(`-mutated/m${index}.jsonl`, strange.join(''));
  }
  const shared = turns('first', 2);
  home.log('-shop/first.jsonl', lines([...shared, ...turns('first', 3, 60)]));
  home.log('-shop/fork.jsonl', lines([...copied(shared, 'fork'), ...turns('fork', 2, 600)]));
  home.log('-shop/first/subagents/agent-a.jsonl', lines(turns('first', 1, 15).slice(1)));
  const long = 'x'.repeat(6 << 20);
  home.log(
    '-long/text.jsonl',
    lines([response({ session: 'text', uuid: 't', minute: 1 }, [{ type: 'text', text: long }])]),
  );
  const [call = {}, result = {}] = edit({ session: 'write', uuid: 'w', minute: 1 });
  home.log(
    '-long/write.jsonl',
    lines([call, { ...result, toolUseResult: { filePath: '/a', content: long, structuredPatch: [] } }]),
  );
  home.log('-long/garbage.jsonl', `${'no log at all\n'.repeat(3000)}${long}\n`);
  const projects = join(home.path, '.claude', 'projects');
  mkdirSync(join(projects, '-shop', 'folder.jsonl'));
  symlinkSync(projects, join(projects, '-shop', 'loop'));
  symlinkSync(join(projects, '-shop'), join(projects, '-shop', 'linked.jsonl'));
  if (process.platform !== 'win32') execFileSync('mkfifo', [join(projects, '-shop', 'pipe.jsonl')]);
  return home;
}
