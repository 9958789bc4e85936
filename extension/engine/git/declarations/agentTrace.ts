import * as z from 'zod';
import { type Declared, declaredOf, parseJson, sessionOf, sessionOfAddress } from './declared';

/**
 * Agent Trace records: cursor/agent-trace, README.md, "6. Core Specification". It leaves open where they are kept; its
 * reference implementation appends them to this file of a worktree, one JSON object a line (reference/trace-store.ts).
 */
export const TRACE_FILE = '.agent-trace/traces.jsonl';

/** Files that a record says an agent wrote. */
export interface Trace {
  revision: string;
  /**
   * Whether `revision` is the commit that holds the lines, or the one that HEAD stood on when they were written. The
   * specification says the first. The reference implementation does the second, under a version that is none of the
   * specification's: `1.0`.
   */
  revisionIs: 'commit' | 'parent';
  /** Undefined: no time that can be read. */
  writtenAt?: number;
  files: { path: string; declared: Declared[] }[];
}

const contributor = z.object({ type: z.string() });
const conversation = z.object({
  url: z.string().optional().catch(undefined),
  contributor: contributor.optional().catch(undefined),
  ranges: z.array(z.object({ contributor: contributor.optional().catch(undefined) })).catch([]),
  related: z.array(z.object({ type: z.string(), url: z.string() })).catch([]),
});
const record = z.object({
  version: z.string(),
  timestamp: z.string().optional().catch(undefined),
  vcs: z.object({ type: z.string(), revision: z.string() }).optional(),
  tool: z.object({ name: z.string() }).optional().catch(undefined),
  files: z.array(z.object({ path: z.string(), conversations: z.array(conversation) })),
  metadata: z
    .object({ session_id: z.string().optional(), conversation_id: z.string().optional() })
    .optional()
    .catch(undefined),
});

type TraceRecord = z.infer<typeof record>;

/** One line of the file; undefined: it is no record. A record of another version control system has no files. */
export function readTrace(line: string): Trace | undefined {
  const { data } = record.safeParse(parseJson(line));
  if (!data) return undefined;
  const { version, timestamp = '', vcs, files } = data;
  const isGit = vcs?.type === 'git' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(vcs.revision);
  const writtenAt = Date.parse(timestamp);
  return {
    revision: vcs?.revision ?? '',
    revisionIs: /^\d+\.\d+\.\d+$/.test(version) ? 'commit' : 'parent',
    ...(Number.isFinite(writtenAt) && { writtenAt }),
    files: isGit
      ? files
          .map(({ path, conversations }) => ({ path, declared: declaredIn(data, conversations) }))
          .filter(({ declared }) => declared.length > 0)
      : [],
  };
}

/** The conversations in which an agent took part. */
function declaredIn(
  { tool, metadata }: TraceRecord,
  conversations: TraceRecord['files'][number]['conversations'],
): Declared[] {
  const isByAgent = (type: string | undefined) => type === 'ai' || type === 'mixed';
  return conversations
    .filter((one) => isByAgent(one.contributor?.type) || one.ranges.some(({ contributor: by }) => isByAgent(by?.type)))
    .flatMap(({ url, related }) => {
      const named = metadata?.session_id ?? metadata?.conversation_id;
      const address = related.find(({ type }) => type === 'session')?.url ?? url;
      const session = named === undefined ? address && sessionOfAddress(address) : sessionOf(named);
      return declaredOf(tool?.name, session) ?? [];
    });
}
