import { chances, edits, lengths } from './shape.mjs';

/**
 * A call of a tool: what the agent asks, and what the tool answers where the call goes well.
 * @param {{ random: import('./random.mjs').Random, texts: any, cwd: string, agentId: string }} context
 * @param {string} tool
 * @returns {{ input: object, content: unknown, structured: unknown, edit?: { added: number, removed: number } }}
 */
export function makeCall(context, tool) {
  return (makers[tool] ?? makers.Bash)(context);
}

const makers = {
  Bash: ({ random, texts, cwd }) => {
    const isCommit = random.chance(chances.commit);
    const output = isCommit ? commitOutput(random, texts) : texts.code(random, random.amount(lengths.bashOutput));
    const line = isCommit ? `git add -A && git commit -m "${texts.words()}"` : command(random, texts, cwd);
    return {
      input: { command: line, description: `${texts.words()} ${texts.words()}` },
      content: output,
      structured: { stdout: output, stderr: '', interrupted: false, isImage: false },
    };
  },
  Read: ({ random, texts, cwd }) => {
    const filePath = somePath(random, cwd);
    const content = texts.code(random, random.amount(lengths.readFile) / 2);
    const lines = content.split('\n');
    return {
      input: { file_path: filePath },
      content: lines.map((line, index) => `${String(index + 1).padStart(6)}→${line}`).join('\n'),
      structured: {
        type: 'text',
        file: { filePath, content, numLines: lines.length, startLine: 1, totalLines: lines.length },
      },
    };
  },
  Grep: ({ random, texts, cwd }) => {
    const content = texts.code(random, random.amount(lengths.search));
    const filenames = Array.from({ length: random.below(6) }, () => somePath(random, cwd));
    return {
      input: { pattern: texts.words(), path: cwd, output_mode: 'content' },
      content,
      structured: { mode: 'content', filenames, numFiles: filenames.length, content, numLines: 1 },
    };
  },
  Edit: (context) => {
    const { random, texts, cwd } = context;
    const filePath = somePath(random, cwd);
    const { patch, added, removed, oldString, newString } = makePatch(random, texts);
    const originalFile = texts.code(random, random.amount(lengths.originalFile));
    return {
      input: { file_path: filePath, old_string: oldString, new_string: newString },
      content: `The file ${filePath} has been updated successfully.`,
      structured: {
        ...{ filePath, oldString, newString, originalFile, structuredPatch: [patch] },
        ...{ userModified: false, replaceAll: false },
      },
      edit: { added, removed },
    };
  },
  Write: ({ random, texts, cwd }) => {
    const filePath = somePath(random, cwd);
    const lines = texts.lines(random, 1 + random.amount(edits.created));
    const content = `${lines.join('\n')}\n`;
    const input = { file_path: filePath, content };
    if (random.chance(0.85)) {
      return {
        input,
        content: `File created successfully at: ${filePath}`,
        structured: { type: 'create', filePath, content, structuredPatch: [], originalFile: null },
        edit: { added: createdLines(content), removed: 0 },
      };
    }
    const { patch, added, removed } = makePatch(random, texts);
    const originalFile = texts.code(random, random.amount(lengths.originalFile));
    return {
      input,
      content: `The file ${filePath} has been updated.`,
      structured: { type: 'update', filePath, content, structuredPatch: [patch], originalFile },
      edit: { added, removed },
    };
  },
  TodoWrite: ({ random, texts }) => {
    const todos = Array.from({ length: 3 + random.below(8) }, () => ({
      content: texts.prose(random, 60),
      status: random.chance(0.5) ? 'completed' : 'pending',
      activeForm: texts.prose(random, 50),
    }));
    return {
      input: { todos },
      content: 'Todos have been modified successfully.',
      structured: { oldTodos: todos.slice(1), newTodos: todos },
    };
  },
  mcp__browser__script: ({ random, texts }) => {
    const answer = [{ type: 'text', text: texts.code(random, 200 + random.below(2500)) }];
    return { input: { text: texts.code(random, 300 + random.below(900)) }, content: answer, structured: answer };
  },
  Agent: ({ random, texts, agentId }) => {
    const content = [{ type: 'text', text: texts.prose(random, random.amount(lengths.thinking)) }];
    const prompt = texts.prose(random, 900);
    return {
      input: { description: texts.words(), prompt, subagent_type: 'general-purpose' },
      content,
      structured: { agentId, status: 'completed', prompt, content, totalDurationMs: 61_000, totalToolUseCount: 9 },
    };
  },
};

/** Files are edited again and again: a session knows a few dozen. */
function somePath(random, cwd) {
  return `${cwd}/src/${'abcdef'[random.below(6)]}/file${random.below(12)}.ts`;
}

const createdLines = (content) => content.replace(/\n$/, '').split('\n').length;

function makePatch(random, texts) {
  const removedLines = texts.lines(random, random.amount(edits.removed));
  const addedLines = texts.lines(random, Math.max(removedLines.length === 0 ? 1 : 0, random.amount(edits.added)));
  const before = texts.lines(random, 3);
  const after = texts.lines(random, 3);
  const start = 1 + random.below(400);
  const text = (middle) => [...before, ...middle, ...after].join('\n');
  return {
    added: addedLines.length,
    removed: removedLines.length,
    oldString: text(removedLines),
    newString: text(addedLines),
    patch: {
      ...{ oldStart: start, oldLines: 6 + removedLines.length, newStart: start, newLines: 6 + addedLines.length },
      lines: [
        ...before.map((line) => ` ${line}`),
        ...removedLines.map((line) => `-${line}`),
        ...addedLines.map((line) => `+${line}`),
        ...after.map((line) => ` ${line}`),
      ],
    },
  };
}

/** Mostly what changes no file; now and then a stream editor, a here-document. */
function command(random, texts, cwd) {
  const kind = random.unit();
  if (kind < 0.02) return `sed -i 's/${texts.words()}/${texts.words()}/' ${somePath(random, cwd)}`;
  if (kind < 0.035) {
    const lines = texts.lines(random, 12).join('\n');
    return `cat > ${somePath(random, cwd)} <<'EOF'\n${lines}\nEOF`;
  }
  const words = Array.from({ length: Math.ceil(random.amount(lengths.command) / 8) }, texts.words).join(' ');
  return kind < 0.5 ? `cd ${cwd} && npm run ${words}` : `rg -n "${words}" src | head -20`;
}

/** What git prints after a commit, here one that stands in no repository of this machine. */
function commitOutput(random, texts) {
  const id = random.hex(1).slice(0, 7);
  return `[main ${id}] ${texts.prose(random, 40).split('\n')[0]}\n 2 files changed, 12 insertions(+), 3 deletions(-)\n`;
}
