// Small logs as Claude Code writes them; every record on a line of its own.

export type Json = Record<string, unknown>;

export interface RecordOptions {
  session: string;
  uuid: string;
  /** Minutes after 2026-03-01T10:00Z. */
  minute: number;
}

const base = ({ session, uuid, minute }: RecordOptions): Json => ({
  parentUuid: null,
  isSidechain: false,
  userType: 'external',
  cwd: '/nowhere/shop',
  sessionId: session,
  version: '2.1.200',
  gitBranch: 'main',
  uuid,
  timestamp: new Date(Date.parse('2026-03-01T10:00:00Z') + minute * 60_000).toISOString(),
});

export const prompt = (options: RecordOptions, text = 'Please fix the cart'): Json => ({
  ...base(options),
  type: 'user',
  message: { role: 'user', content: text },
});

/** What old builds leave of a prompt that was typed while the agent was at work: a record without an id. */
export const queued = ({ session, minute }: Omit<RecordOptions, 'uuid'>): Json => {
  const { sessionId, timestamp } = base({ session, uuid: '', minute });
  return { type: 'queue-operation', operation: 'remove', timestamp, sessionId };
};

export const response = (options: RecordOptions, content: Json[] = [], outputTokens = 100): Json => ({
  ...base(options),
  type: 'assistant',
  requestId: `request-${options.uuid}`,
  message: {
    id: `message-${options.uuid}`,
    type: 'message',
    role: 'assistant',
    model: 'claude-opus-4-5-20251101',
    content: [{ type: 'text', text: 'Done: größer als 🛒' }, ...content],
    stop_reason: 'end_turn',
    usage: { input_tokens: 10, output_tokens: outputTokens },
  },
});

/** A response whose log has the output count of its start only; two lines, as many texts. */
export const firstCount = (options: RecordOptions): Json[] =>
  ['first', 'second'].map((part, index) => {
    const record = response({ ...options, uuid: `${options.uuid}-${part}` }, [], 1 + index);
    const message = { ...(record['message'] as Json), id: `message-${options.uuid}`, stop_reason: null };
    return {
      ...record,
      version: '2.1.29',
      message: { ...message, content: [{ type: 'text', text: part.repeat(20) }] },
    };
  });

/** An edit of one line into two, asked for and answered. */
export const edit = (options: RecordOptions): Json[] => [
  response(options, [
    {
      type: 'tool_use',
      id: `call-${options.uuid}`,
      name: 'Edit',
      input: { file_path: '/nowhere/shop/cart.ts', old_string: 'old', new_string: 'new one\nnew two' },
    },
  ]),
  {
    ...base({ ...options, uuid: `${options.uuid}-result`, minute: options.minute + 1 }),
    type: 'user',
    message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: `call-${options.uuid}`, content: 'ok' }] },
    toolUseResult: {
      filePath: '/nowhere/shop/cart.ts',
      oldString: 'old',
      newString: 'new one\nnew two',
      structuredPatch: [
        { oldStart: 1, oldLines: 1, newStart: 1, newLines: 2, lines: ['-old', '+new one', '+new two'] },
      ],
      userModified: false,
      replaceAll: false,
    },
  },
];

/** The same edit, of which the person changed the second line before accepting it, and added a third. */
export const changedEdit = (options: RecordOptions): Json[] => {
  const [call = {}, result = {}] = edit(options);
  const patch = ['-old', '+new one', '+mine two', '+mine three'];
  const structured = result['toolUseResult'] as Json;
  return [
    call,
    {
      ...result,
      toolUseResult: { ...structured, structuredPatch: [{ lines: patch }], userModified: true },
    },
  ];
};

/** A shell command that writes a file with a text, then changes one in place; it went well. */
const shellWrites = (options: RecordOptions): Json[] => [
  response(options, [
    {
      type: 'tool_use',
      id: `call-${options.uuid}`,
      name: 'Bash',
      input: { command: "cat > notes.md <<'EOF'\n# Notes\n\nEOF\nsed -i 's/old/new/' cart.ts" },
    },
  ]),
  {
    ...base({ ...options, uuid: `${options.uuid}-result` }),
    type: 'user',
    message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: `call-${options.uuid}`, content: '' }] },
    toolUseResult: { stdout: '', stderr: '', interrupted: false },
  },
];

/** A `git commit` in the shell whose output names the commit. */
export const declaredCommit = (options: RecordOptions, commit: string, cwd: string): Json[] => [
  {
    ...response(options, [
      { type: 'tool_use', id: `call-${options.uuid}`, name: 'Bash', input: { command: 'git commit -m change' } },
    ]),
    cwd,
  },
  {
    ...base({ ...options, uuid: `${options.uuid}-result` }),
    cwd,
    type: 'user',
    message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: `call-${options.uuid}`, content: 'ok' }] },
    toolUseResult: {
      stdout: `[main ${commit.slice(0, 7)}] change\n 1 file changed, 1 insertion(+)`,
      stderr: '',
      interrupted: false,
    },
  },
];

export const lines = (records: readonly Json[], end = '\n'): string =>
  records.map((record) => `${JSON.stringify(record)}${end}`).join('');

/** Records of another session's file as a fork copies them: same ids, the new session's name. */
export const copied = (records: readonly Json[], session: string): Json[] =>
  records.map((record) => ({ ...record, sessionId: session }));

/** A prompt, an edit and an answer per turn, from `from` minutes on. */
export const turns = (session: string, count: number, from = 0): Json[] =>
  Array.from({ length: count }, (_, turn) => {
    const at = (minute: number, name: string): RecordOptions => ({
      session,
      uuid: `${session}-${from}-${turn}-${name}`,
      minute: from + 10 * turn + minute,
    });
    return [prompt(at(0, 'p')), ...edit(at(1, 'e')), response(at(3, 'r'))];
  }).flat();

const answering = (parent: string, record: Json): Json => ({ ...record, parentUuid: parent });
const at = (uuid: string, minute: number): RecordOptions => ({ session: 'rewound', uuid, minute });
const left: Json[] = [answering('start', prompt(at('p2', 5))), ...edit(at('e2', 6)), ...shellWrites(at('s2', 8))];

/** By file below a project's folder: a session with two forks, of which one was forked again, and one with a rewind. */
export const forksAndRewinds: Readonly<Record<string, readonly Json[]>> = {
  first: turns('first', 3),
  fork: [...copied(turns('first', 3), 'fork'), ...turns('fork', 1, 500)],
  other: [...copied(turns('first', 2), 'other'), ...turns('other', 1, 30)],
  again: [...copied([...turns('first', 2), ...turns('other', 1, 30)], 'again'), ...turns('again', 1, 900)],
  rewound: [...left, answering('start', prompt(at('p3', 10), 'Do it otherwise')), ...edit(at('e3', 11))],
  'rewound/subagents/agent-1': edit(at('e4', 7)).map((record) => ({ ...record, isSidechain: true, agentId: '1' })),
};
