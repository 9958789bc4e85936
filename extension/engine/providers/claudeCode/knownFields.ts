const common = [
  'type',
  'uuid',
  'parentUuid',
  'logicalParentUuid',
  'sessionId',
  'session_id',
  'cwd',
  'gitBranch',
  'version',
  'timestamp',
  'isSidechain',
  'agentId',
  'userType',
  'slug',
  'entrypoint',
  'sessionKind',
  'isMeta',
  'forkedFrom',
  'teamName',
  'agentName',
] as const;

const fields: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    user: [
      ...common,
      'message',
      'toolUseResult',
      'sourceToolAssistantUUID',
      'sourceToolUseID',
      'planContent',
      'thinkingMetadata',
      'permissionMode',
      'isVisibleInTranscriptOnly',
      'isCompactSummary',
      'todos',
      'promptId',
      'origin',
      'promptSource',
      'classifierMetaLines',
      'imagePasteIds',
      'mcpMeta',
    ],
    assistant: [
      ...common,
      'message',
      'requestId',
      'isApiErrorMessage',
      'error',
      'apiError',
      'costUSD',
      'durationMs',
      'effort',
      'attributionMcpServer',
      'attributionMcpTool',
      'attributionSkill',
    ],
    system: [
      ...common,
      'subtype',
      'content',
      'level',
      'toolUseID',
      'durationMs',
      'hookCount',
      'hookInfos',
      'hookErrors',
      'hasOutput',
      'hookAdditionalContext',
      'preventedContinuation',
      'stopReason',
      'compactMetadata',
      'microcompactMetadata',
      'error',
      'cause',
      'retryAttempt',
      'maxRetries',
      'retryInMs',
      'messageCount',
    ],
    progress: [...common, 'data', 'parentToolUseID', 'toolUseID'],
    attachment: [...common, 'attachment'],
    'file-history-snapshot': [...common, 'messageId', 'snapshot', 'isSnapshotUpdate'],
    'file-history-delta': [...common, 'messageId', 'snapshot', 'delta', 'isSnapshotUpdate'],
    summary: [...common, 'summary', 'leafUuid'],
    'queue-operation': [...common, 'operation', 'content', 'reason'],
    'last-prompt': [...common, 'lastPrompt', 'leafUuid'],
    'custom-title': [...common, 'customTitle'],
    'ai-title': [...common, 'aiTitle', 'title'],
    title: [...common, 'title'],
    mode: [...common, 'mode'],
    'permission-mode': [...common, 'permissionMode', 'mode'],
    'pr-link': [...common, 'prNumber', 'prUrl', 'prRepository'],
    'atis-latch': [...common],
    // One of the shared logs names what its owner removed before publishing.
    sanitization_notice: [...common, 'source', 'project', 'sanitizedAt', 'removed'],
  }).map(([type, names]) => [type, new Set<string>(names)]),
);

/** Whether records of this type have been met before. */
export function isKnownType(type: string): boolean {
  return fields.has(type);
}

const longestName = 64;
const mostNames = 20;

/** Names of the members never met in records of this type; none for an unknown type, where all would be. */
export function unknownFields(type: string, names: Iterable<string>): string[] {
  const known = fields.get(type);
  if (known === undefined) return [];
  const unknown: string[] = [];
  for (const name of names) {
    if (!known.has(name) && unknown.length < mostNames) unknown.push(name.slice(0, longestName));
  }
  return unknown;
}
