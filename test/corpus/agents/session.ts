import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRandom } from '../../support/random';
import { asAuthor, commit as commitAll } from '../history/commits';
import type { AgentOperation, Author, SessionTruth } from '../truth';
import { type Checkout, type Commit, fileIn, linesIn, putFile, removeFile } from '../world/checkout';
import { applyChanges, type Change, type Hand, overwrite, reindent, replaceEverywhere } from '../world/edits';
import { type SourceFile, written } from '../world/lines';
import type { Person, World } from '../world/world';
import {
  agentType,
  type Call,
  commitCall,
  editCall,
  failed,
  notebookCall,
  pathIn,
  readCall,
  rejected,
  shellCall,
  taskCall,
  userModified,
  writeCall,
} from './calls';
import { changesIn, summaryOf } from './gitSays';
import {
  type Conversation,
  createConversation,
  logPrompt,
  logReply,
  logText,
  type PromptKind,
  type Reply,
  type Setup,
  uuid,
} from './log';

/** A coding agent at work in a folder. What it does is done to the folder and written to its log. */
export interface Session {
  readonly world: World;
  readonly checkout: Checkout;
  readonly truth: SessionTruth;
  readonly conversation: Conversation;
  /** Of its sub-agents. */
  readonly agents: Conversation[];
  readonly options: SessionOptions;
  /** What its log ends with: a line that was being written when the machine lost power. */
  tail: string;
}

/** How a call goes: what the model says before it, and how many milliseconds it thinks and the call takes. */
export interface Manner extends Omit<Reply, 'call'> {
  thinks: number;
  takes: number;
}

export interface SessionOptions {
  /** `other`: the log is written to another home, which is not read. */
  machine?: 'this' | 'other';
  /** Milliseconds by which the clock of the log is ahead of git's. */
  clockAhead?: number;
  setup?: Partial<Setup>;
  /** Of a call, where it is known before it is carried out; by default all calls are silent and quick. */
  manner?: (call: Call | undefined) => Manner;
}

const usualSetup: Setup = { model: 'claude-opus-5', permission: 'default', version: '2.1.200', isHeadless: false };
const usualManner: Manner = { thinks: 5_000, takes: 1_000 };

export function startSession(checkout: Checkout, options: SessionOptions = {}): Session {
  const { world, folder, branch } = checkout;
  const random = createRandom(world.random.between(0, 0x7fff_ffff));
  const id = uuid(random);
  const truth = { case: world.name, id, folder, logged: options.machine !== 'other' };
  const setup = { ...usualSetup, ...options.setup };
  const conversation = createConversation({ sessionId: id, folder, setup, branch, random });
  const session = { world, checkout, truth, conversation, agents: [], options, tail: '' };
  world.sessions.push(session);
  return session;
}

/** A session whose person has said what to do. */
export function ask(checkout: Checkout, text: string, options: SessionOptions = {}): Session {
  const session = startSession(checkout, options);
  prompt(session, text);
  return session;
}

/** Writes the logs of all sessions into their homes. */
export function writeLogs(world: World): void {
  for (const { conversation, agents, truth, tail } of world.sessions) {
    const slug = conversation.folder.replace(/[^A-Za-z0-9-]/g, '-');
    const home = truth.logged ? world.home : world.otherHome;
    const base = join(home, '.claude', 'projects', slug, truth.id);
    writeLog(`${base}.jsonl`, logText(conversation.records) + tail);
    for (const { agentId, records } of agents) {
      writeLog(join(base, 'subagents', `agent-${agentId}.jsonl`), logText(records));
      writeLog(join(base, 'subagents', `agent-${agentId}.meta.json`), logText([{ agentType }]));
    }
  }
}

function writeLog(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Who a session is as the author of a line. */
export function agent(session: Session, via: AgentOperation, logged = session.truth.logged): Author {
  return { by: 'agent', session: session.truth.id, via, logged };
}

export function hand(session: Session, via: AgentOperation): Hand {
  return { truth: agent(session, via), author: agent(session, via) };
}

export function prompt(session: Session, text = 'Go on.', kind: PromptKind = 'typed'): void {
  session.world.now += 20_000;
  logPrompt(conversationOf(session), logTime(session), text, kind);
}

export function answer(session: Session, text: string): void {
  session.world.now += 5_000;
  logReply(conversationOf(session), logTime(session), logTime(session), { text });
}

/** Milliseconds UTC as this session's machine has them. */
const logTime = ({ world, options }: Session): number => world.now + (options.clockAhead ?? 0);

/** The conversation on the branch that the folder is on by now. */
function conversationOf({ checkout, conversation }: Session): Conversation {
  conversation.branch = checkout.branch;
  return conversation;
}

/** Calls a tool. Where the call does something that takes its time, it is a function that does it. */
export function use(session: Session, call: Call | (() => Call)): void {
  const { options, world } = session;
  const { thinks, takes, ...said } = options.manner?.(typeof call === 'function' ? undefined : call) ?? usualManner;
  world.now += thinks;
  const at = logTime(session);
  const done = typeof call === 'function' ? call() : call;
  world.now += takes;
  logReply(conversationOf(session), at, logTime(session), { ...said, call: done });
}

/** Sends a sub-agent. `work` gets a session that does what it does in a log of its own, and tells its last words. */
export function sendAgent(
  session: Session,
  sent: { description: string; task: string; setup: Partial<Setup> },
  work: (agent: Session) => string,
): void {
  const { agents, conversation, world } = session;
  use(session, () => {
    const agentId = conversation.random.hex(7);
    const own = createConversation({ ...conversation, setup: { ...conversation.setup, ...sent.setup } }, agentId);
    const inner = { ...session, conversation: own };
    const startedAt = world.now;
    prompt(inner, sent.task);
    const said = work(inner);
    answer(inner, said);
    agents.push(own);
    const calls = own.records.filter(({ toolUseResult }) => toolUseResult !== undefined).length;
    const milliseconds = world.now - startedAt;
    return taskCall({ agentId, ...sent, answer: said, milliseconds, tokens: own.usage.total(), calls });
  });
}

/** `Edit`. `loggedPath`: where the log spells the path otherwise. */
export function edit(session: Session, path: string, change: Change, loggedPath = path): void {
  const edited = applyChanges(session.checkout, path, [change], hand(session, 'edit'));
  use(session, editCall(pathIn(session.checkout.folder, loggedPath), [asReplacement(change)], edited));
}

/** `MultiEdit`: several changes of one file in one call. */
export function multiEdit(session: Session, path: string, changes: readonly Change[]): void {
  const edited = applyChanges(session.checkout, path, changes, hand(session, 'multi_edit'));
  use(session, editCall(pathIn(session.checkout.folder, path), changes.map(asReplacement), edited));
}

/** The call of an edit that is not carried out. */
export function proposal(session: Session, path: string, change: Change): Call {
  const empty: SourceFile = { lines: [], end: '\n' };
  const file = pathIn(session.checkout.folder, path);
  return editCall(file, [asReplacement(change)], { path, before: empty, after: empty });
}

export const asReplacement = ({ find, put }: Change) => ({ old_string: find.join('\n'), new_string: put.join('\n') });

/** `Write` that the person refuses. */
export function writeRejected(session: Session, path: string, texts: readonly string[]): void {
  const { checkout } = session;
  const after: SourceFile = { lines: texts.map((text) => written(text, agent(session, 'write'))), end: '\n' };
  use(session, rejected(writeCall(pathIn(checkout.folder, path), { path, before: checkout.files.get(path), after })));
}

export function editRejected(session: Session, path: string, change: Change): void {
  use(session, rejected(proposal(session, path, change)));
}

export function editFailed(session: Session, path: string, change: Change): void {
  use(session, failed(proposal(session, path, change), 'String to replace not found in file.'));
}

/** `Edit` with `replace_all`: every place of a text in the file. */
export function editEverywhere(session: Session, path: string, old: string, fresh: string): void {
  const edited = replaceEverywhere(session.checkout, path, old, fresh, hand(session, 'edit'));
  const replacement = { old_string: old, new_string: fresh, replace_all: true };
  use(session, editCall(pathIn(session.checkout.folder, path), [replacement], edited));
}

/** `Write`: the whole file. */
export function write(session: Session, path: string, texts: readonly string[], loggedPath = path): void {
  const edited = overwrite(session.checkout, path, texts, hand(session, 'write'));
  use(session, writeCall(pathIn(session.checkout.folder, loggedPath), edited));
}

/** `Edit` that gives other white space to lines of another author. */
export function editIndent(
  session: Session,
  path: string,
  texts: readonly string[],
  indented: (text: string) => string,
): void {
  const edited = reindent(session.checkout, path, texts, indented, agent(session, 'edit'));
  const replacement = asReplacement({ find: texts, put: texts.map(indented) });
  use(session, editCall(pathIn(session.checkout.folder, path), [replacement], edited));
}

/** `Edit` of which the person writes `change` instead of what was proposed; lines of both are the agent's. */
export function editModified(session: Session, path: string, proposed: Change, person: Person, change: Change): void {
  const { checkout } = session;
  const before = checkout.files.get(path);
  applyChanges(checkout, path, [change], { truth: asAuthor(person), author: agent(session, 'edit') });
  const own = new Set(proposed.put);
  const lines = linesIn(checkout, path).map((line) =>
    own.has(line.text) && before?.lines.includes(line) === false ? written(line.text, agent(session, 'edit')) : line,
  );
  const after = { lines, end: before?.end ?? '\n' } as const;
  checkout.files.set(path, after);
  use(session, userModified(proposal(session, path, proposed), { path, before, after }));
}

/** `NotebookEdit`: lines of the notebook's file, and what the agent names as the source of the cell. */
export function editNotebook(session: Session, path: string, change: Change, cell: string, source: string): void {
  const edited = applyChanges(session.checkout, path, [change], hand(session, 'notebook'));
  use(session, notebookCall(pathIn(session.checkout.folder, path), cell, source, edited));
}

/** `Read`: the whole file stands in the log. */
export function read(session: Session, path: string): void {
  use(session, readCall(pathIn(session.checkout.folder, path), fileIn(session.checkout, path)));
}

/** A here-document in the shell: the whole file. */
export function heredoc(session: Session, path: string, texts: readonly string[]): void {
  overwrite(session.checkout, path, texts, hand(session, 'shell'));
  use(session, shellCall(`cat > ${path} <<'EOF'\n${texts.join('\n')}\nEOF`));
}

/** A command that changes files in a way that no log shows: `work` does to the folder what the command does. */
export function shell(session: Session, command: string, work: (tool: Hand) => void, stdout = ''): void {
  const author: Author = { by: 'tool', tool: command.split(' ', 1)[0] ?? '', session: session.truth.id };
  work({ truth: author, author });
  use(session, shellCall(command, stdout));
}

/** The agent commits all that lies in the folder, as the person whose machine it is. */
export function commitByAgent(session: Session, person: Person, message: string): Commit {
  const made = commitAll(session.checkout, person, message);
  const call = shellCall(`git add -A && git commit -m "${message}"`, made.said?.trimEnd());
  use(session, call);
  return made;
}

/** The agent commits in a repository that lies in memory; `make` makes the commit. */
export function commitInMemoryByAgent(session: Session, message: string, make: () => Commit): void {
  const { checkout, conversation } = session;
  use(session, () => {
    const made = make();
    const changed = changesIn(made);
    const subject = message.split('\n', 1)[0];
    const said = `[${checkout.branch} ${made.id.slice(0, 7)}] ${subject}\n ${summaryOf(changed)}`;
    return commitCall([...changed.keys()], message, said, conversation.setup.version);
  });
}

/** A point in the conversation to which the person may go back, with the files as they are. */
export interface Point {
  parent: string | null;
  files: ReadonlyMap<string, SourceFile>;
}

/** To be called before a prompt, not the first one: the log tells a rewind by two prompts with one parent. */
export function pointOf({ conversation, checkout }: Session): Point {
  return { parent: conversation.parent, files: new Map(checkout.files) };
}

/** The person goes back there and takes the code along; the next prompt begins another branch of the conversation. */
export function rewind(session: Session, person: Person, point: Point): void {
  const { checkout, conversation } = session;
  for (const path of [...checkout.files.keys()]) {
    if (!point.files.has(path)) removeFile(checkout, path, { by: 'person', name: person.name });
  }
  for (const [path, file] of point.files) if (checkout.files.get(path) !== file) putFile(checkout, path, file);
  conversation.parent = point.parent;
}
