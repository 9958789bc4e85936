import type { Provider } from '../provider';
import { namedLog } from './namedLog';
import { recognise, roots } from './places';
import { promptText, readRecord } from './records';

/** Claude Code: command line, desktop app and editors, 0.2 to 2.1. */
export const claudeCode: Provider = {
  id: 'claude-code',
  name: 'Claude Code',
  parserVersion: 2,
  roots,
  recognise,
  namedLog,
  readRecord,
  promptText,
};
