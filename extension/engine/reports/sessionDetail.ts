import * as z from 'zod';
import { commitRowSchema, type SessionDetail, sessionRowSchema } from '../../../shared/report';
import type { Catalogue } from '../database/catalogue';
import type { Database } from '../database/database';
import type { Provider } from '../providers/provider';
import { lineNumberAt, readFirstPrompt } from './firstPrompt';
import { runQuery } from './parameters';

/** One root session with its commits and the place of its log; null where it is unknown. */
export async function sessionDetail(
  database: Database,
  catalogue: Catalogue,
  providers: readonly Provider[],
  sessionKey: string,
): Promise<SessionDetail | null> {
  const [session] = runQuery(
    database,
    catalogue,
    'session.session',
    { $session: sessionKey },
    sessionRowSchema.extend({ unpriced_tokens: z.number(), subagents: z.number() }),
  );
  if (!session) {
    return null;
  }
  const place = database.get<{ real_path: string; record_offset: number; status: string }>(
    `select real_path, record_offset, metadata_source.status
     from fact_session_message
     inner join metadata_session using (session_id)
     inner join metadata_source on metadata_source.log_id = fact_session_message.log_id
     where session_key = ?
     order by is_human_prompt desc, at
     limit 1`,
    [sessionKey],
  );
  const commits = runQuery(database, catalogue, 'session.commits', { $session: sessionKey }, commitRowSchema);
  // The database is asked for all before the first wait: another process may replace it meanwhile.
  const [firstPrompt, line] = await Promise.all([
    readFirstPrompt(database, providers, sessionKey),
    place ? lineNumberAt(place.real_path, place.record_offset) : null,
  ]);
  return {
    session: {
      ...session,
      provider_name: providers.find((provider) => provider.id === session.provider)?.name ?? session.provider,
    },
    first_prompt: firstPrompt,
    commits,
    log: place && line !== null ? { path: place.real_path, line } : null,
  };
}
