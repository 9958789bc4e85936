/** Calls of the tools that write files, as Claude Code logs them. Texts in, a call with its answer out. */

/** The call that replaces `old` by `fresh` in a file whose text is `before`. Throws where `old` stands not just once. */
export function editCall(file, before, old, fresh) {
  if (before.split(old).length !== 2) throw new Error(`${file}: not just once: ${old}`);
  const after = before.replace(old, () => fresh);
  return {
    tool: 'Edit',
    input: { file_path: file, old_string: old, new_string: fresh, replace_all: false },
    content: `The file ${file} has been updated successfully.`,
    structured: {
      filePath: file,
      oldString: old,
      newString: fresh,
      originalFile: before,
      structuredPatch: patchOf(before, after),
      userModified: false,
      replaceAll: false,
    },
    after,
  };
}

/** The call that makes a new file, or writes the whole of one anew. */
export function writeCall(file, before, content) {
  const isNew = before === undefined;
  return {
    tool: 'Write',
    input: { file_path: file, content },
    content: isNew ? `File created successfully at: ${file}` : `The file ${file} has been updated successfully.`,
    structured: {
      type: isNew ? 'create' : 'update',
      filePath: file,
      content,
      structuredPatch: isNew ? [] : patchOf(before, content),
      originalFile: before ?? null,
      userModified: false,
    },
    after: content,
  };
}

/** One hunk with three lines around it: all changes of the sample stand together. */
function patchOf(before, after) {
  const old = before.split('\n');
  const fresh = after.split('\n');
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start++;
  let end = 0;
  while (end < Math.min(old.length, fresh.length) - start && old.at(-1 - end) === fresh.at(-1 - end)) end++;
  const from = Math.max(0, start - 3);
  const below = old.slice(old.length - end, old.length - end + 3);
  const lines = [
    ...old.slice(from, start).map((line) => ` ${asDisplayed(line)}`),
    ...old.slice(start, old.length - end).map((line) => `-${asDisplayed(line)}`),
    ...fresh.slice(start, fresh.length - end).map((line) => `+${asDisplayed(line)}`),
    ...below.map((line) => ` ${asDisplayed(line)}`),
  ];
  const count = (sign) => lines.filter((line) => line[0] === ' ' || line[0] === sign).length;
  return [{ oldStart: from + 1, oldLines: count('-'), newStart: from + 1, newLines: count('+'), lines }];
}

/** Patches are made for the screen: each leading tab is two spaces in them. */
function asDisplayed(line) {
  return line.replace(/^\t+/, (tabs) => '  '.repeat(tabs.length));
}

export const rejection =
  "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was a file edit, the new_string was NOT written to the file). STOP what you are doing and wait for the user to tell you how to proceed.";

/** The same call, refused by the person. */
export function rejected(call) {
  return { ...call, content: rejection, isError: true, structured: 'User rejected tool use' };
}

/** The same call, not carried out by the tool. */
export function failed(call, reason) {
  const content = `<tool_use_error>${reason}</tool_use_error>`;
  return { ...call, content, isError: true, structured: `Error: ${reason}` };
}
