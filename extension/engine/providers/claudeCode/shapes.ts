import type { SessionFact } from '../facts';
import { folder, identifier, isJsonObject, type JsonObject } from '../values';
import { reportBadValue } from './context';

/** `name`: a text that can serve as a key; `folder`: one that can be a path. */
type Kind = 'text' | 'name' | 'folder' | 'flag' | 'number' | 'object' | 'list';

/** What a member holds, where it is there: null says that it is not. */
interface Shape {
  kinds: readonly Kind[];
  isNeeded?: true;
  /** What an object holds. */
  members?(value: JsonObject): Members;
  /** What the objects of a list hold; nothing else may stand in it. */
  elements?(value: JsonObject): Members;
}
type Members = readonly (readonly [name: string, shape: Shape])[];

const text: Shape = { kinds: ['text'] };
const name: Shape = { kinds: ['name'] };
const flag: Shape = { kinds: ['flag'] };
const number: Shape = { kinds: ['number'] };
const list: Shape = { kinds: ['list'] };
const textOrList: Shape = { kinds: ['text', 'list'] };
const needed = (shape: Shape): Shape => ({ ...shape, isNeeded: true });
const object = (...members: Members): Shape => ({ kinds: ['object'], members: () => members });
const texts = (...names: string[]): Members => names.map((each) => [each, text]);

const command = object(['command', text]);
const inputs: ReadonlyMap<unknown, Shape> = new Map(
  Object.entries({
    Bash: command,
    PowerShell: command,
    pwsh: command,
    Edit: object(...texts('file_path', 'old_string', 'new_string')),
    MultiEdit: object(['file_path', text], ['edits', list]),
    Write: object(...texts('file_path', 'content')),
    NotebookEdit: object(...texts('notebook_path', 'new_source')),
    Batch: object(['invocations', { ...list, elements: innerCall }]),
  }),
);

const inputOf = (tool: unknown): Shape => inputs.get(tool) ?? object();

function innerCall(call: JsonObject): Members {
  return [
    ['tool_name', needed(name)],
    ['input', inputOf(call.tool_name)],
  ];
}

const answer: Members = [
  ['tool_use_id', needed(name)],
  ['is_error', flag],
  ['content', textOrList],
];
const otherBlock: Members = [['type', needed(text)]];

function blockMembers(block: JsonObject): Members {
  switch (block.type) {
    case 'tool_use':
      return [
        ['id', name],
        ['input', inputOf(block.name)],
      ];
    case 'tool_result':
      return answer;
    case 'text':
      return texts('text');
    case 'thinking':
      return texts('thinking');
    default:
      return otherBlock;
  }
}

const message = object(
  ['id', name],
  ['content', { ...needed(textOrList), elements: blockMembers }],
  ['stop_reason', text],
  ['usage', object(['cache_creation', object()], ['server_tool_use', object()], ['output_tokens_details', object()])],
);

const innerAnswers: Shape = { ...needed(list), elements: blockMembers };
const result: Members[0] = ['toolUseResult', { kinds: ['text', 'list', 'object'], members: resultMembers }];

const patch: Members = [
  ['filePath', needed(text)],
  ['structuredPatch', { ...list, elements: () => [['lines', list]] }],
  ['content', textOrList],
  ['userModified', flag],
];
const notebook = texts('notebook_path', 'original_file', 'updated_file');
const shell = texts('stdout');
const gitOperation: Members = [['gitOperation', object(['commit', object(['sha', text])])]];

const search: Members = [
  ['query', text],
  ['results', list],
  ['searchCount', number],
  ['durationSeconds', number],
];

/** What the calls of a batch gave, each as the record that it would have been. */
const batch: Members = [
  [
    'orderedToolResults',
    {
      ...list,
      elements: () => [['message', needed(object(['message', needed(object(['content', innerAnswers]))], result))]],
    },
  ],
];

/** Each tool has results of its own; these are those that facts are read from. */
function resultMembers(result: JsonObject): Members {
  if ('structuredPatch' in result) return patch;
  if ('updated_file' in result) return notebook;
  if ('orderedToolResults' in result) return batch;
  if ('durationSeconds' in result || 'searchCount' in result) return search;
  return 'gitOperation' in result ? [...shell, ...gitOperation] : 'stderr' in result ? shell : [];
}

const origin = object(['kind', text]);
const common: Members = [
  ...['uuid', 'parentUuid', 'sessionId', 'version', 'permissionMode'].map((each): Members[0] => [each, name]),
  ['cwd', { kinds: ['folder'] }],
  ...texts('gitBranch', 'entrypoint', 'promptSource', 'planContent'),
  ...['isSidechain', 'isMeta', 'isCompactSummary', 'isVisibleInTranscriptOnly'].map((each): Members[0] => [each, flag]),
  ['origin', origin],
];
const byType: ReadonlyMap<string, Members> = new Map(
  Object.entries({
    user: [...common, ['message', needed(message)], result],
    assistant: [...common, ['message', needed(message)], ['isApiErrorMessage', flag]],
    progress: [...common, ['data', object(['message', object(['type', text], ['message', message], result)])]],
    attachment: [
      ...common,
      [
        'attachment',
        object(['commandMode', text], ['origin', origin], ['prompt', { ...textOrList, elements: blockMembers }]),
      ],
    ],
    'queue-operation': texts('operation', 'timestamp'),
    'custom-title': texts('customTitle'),
    'ai-title': texts('aiTitle', 'title'),
    title: texts('title'),
    'permission-mode': texts('permissionMode', 'mode'),
  } satisfies Record<string, Members>),
);

/** A problem for each member from which a fact would be read if it were not something else. Names members, no values. */
export function reportWrongShapes(type: string, record: JsonObject, facts: SessionFact[]): void {
  checkMembers(record, byType.get(type) ?? [], '', facts);
}

/** `path` ends with a dot where it is not empty. */
function checkMembers(holder: JsonObject, members: Members, path: string, facts: SessionFact[]): void {
  for (const [member, shape] of members) {
    const value = holder[member];
    if ((value === undefined || value === null) && !shape.isNeeded) continue;
    if (!shape.kinds.some((kind) => isOfKind(value, kind))) {
      reportBadValue(facts, `${path}${member} is missing or no ${shape.kinds.join(' or ')}`);
    } else if (shape.members && isJsonObject(value)) {
      checkMembers(value, shape.members(value), `${path}${member}.`, facts);
    } else if (shape.elements && Array.isArray(value)) {
      checkElements(value, shape.elements, `${path}${member}.`, facts);
    }
  }
}

function checkElements(
  values: readonly unknown[],
  membersOf: (value: JsonObject) => Members,
  path: string,
  facts: SessionFact[],
): void {
  for (const value of values) {
    if (isJsonObject(value)) checkMembers(value, membersOf(value), path, facts);
    else reportBadValue(facts, `${path.slice(0, -1)} holds what is no object`);
  }
}

function isOfKind(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string';
    case 'name':
      // An empty one says that there is none.
      return value === '' || identifier(value) !== undefined;
    case 'folder':
      return value === '' || folder(value) !== undefined;
    case 'flag':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number';
    case 'object':
      return isJsonObject(value);
    case 'list':
      return Array.isArray(value);
  }
}
