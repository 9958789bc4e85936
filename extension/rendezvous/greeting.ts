import type { Socket } from 'node:net';
import * as z from 'zod';

// One line each way before the language server's stream, so that both know whom they speak with.

/** What a client says first. */
export const helloSchema = z.object({
  paceflow: z.literal(1),
  protocol: z.number().int(),
  version: z.string(),
  role: z.enum(['window', 'terminal']),
  pid: z.number().int(),
  /** From the engine's note. */
  token: z.string(),
});
export type Hello = z.infer<typeof helloSchema>;

/** What the engine answers. Only where the protocol is the same and it is not leaving, the stream follows. */
export const welcomeSchema = z.object({
  paceflow: z.literal(1),
  protocol: z.number().int(),
  version: z.string(),
  pid: z.number().int(),
  database: z.string(),
  startedAt: z.number(),
  /** The engine makes room for the asker's newer one. */
  isLeaving: z.boolean(),
});
export type Welcome = z.infer<typeof welcomeSchema>;

/**
 * The version rule. Only a newer window makes an engine leave, so two versions never take turns; a terminal never does,
 * for it would leave the windows with a database that is newer than they are. Others are served where they speak the
 * same protocol.
 */
export function judge(
  hello: Pick<Hello, 'protocol' | 'version' | 'role'>,
  engine: { protocol: number; version: string },
): 'serve' | 'leave' | 'refuse' {
  const isNewer =
    hello.protocol > engine.protocol ||
    (hello.protocol === engine.protocol && compareVersions(hello.version, engine.version) > 0);
  if (hello.role === 'window' && isNewer) {
    return 'leave';
  }
  return hello.protocol === engine.protocol ? 'serve' : 'refuse';
}

/** By Semantic Versioning's order, as far as it goes here: a pre-release comes before its release. */
export function compareVersions(a: string, b: string): number {
  const [numbers, others] = [a, b].map((version) => {
    const [release = '', ...rest] = (version.split('+')[0] ?? '').split('-');
    const parts = release.split('.').map((part) => Number.parseInt(part, 10) || 0);
    return { parts, preRelease: rest.join('-') };
  }) as [Ordered, Ordered];
  for (let index = 0; index < 3; index++) {
    const difference = (numbers.parts[index] ?? 0) - (others.parts[index] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  if (numbers.preRelease === others.preRelease) {
    return 0;
  }
  if (numbers.preRelease === '' || others.preRelease === '') {
    return numbers.preRelease === '' ? 1 : -1;
  }
  return numbers.preRelease < others.preRelease ? -1 : 1;
}
interface Ordered {
  parts: number[];
  preRelease: string;
}

export const lineOf = (message: Hello | Welcome): string => `${JSON.stringify(message)}\n`;

/** Longer than any greeting: whoever sends more without a line's end is no one of us. */
const longestLine = 4_096;

/**
 * The first line of a stream, checked. The rest stays for the next reader, and the socket is left paused: whoever reads
 * on has to resume it. Rejects when it ends, errs, says something else, or says nothing within `patienceMs`.
 */
export function readGreeting<Schema extends z.ZodType>(
  socket: Socket,
  schema: Schema,
  patienceMs: number,
): Promise<z.infer<Schema>> {
  return new Promise((resolve, reject) => {
    let seen = Buffer.alloc(0);
    const settle = (act: () => void) => {
      clearTimeout(timer);
      socket.off('data', onData).off('error', fail).off('close', onClose);
      act();
    };
    const fail = (error: unknown) => settle(() => reject(error));
    const onClose = () => fail(new Error('closed before the greeting'));
    const onData = (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
      const end = seen.indexOf('\n');
      if (end < 0 && seen.length < longestLine) {
        return;
      }
      settle(() => {
        socket.pause();
        try {
          const line = seen.subarray(0, Math.max(0, end)).toString('utf8');
          const greeting = schema.parse(JSON.parse(line));
          if (seen.length > end + 1) {
            socket.unshift(seen.subarray(end + 1));
          }
          resolve(greeting);
        } catch (error) {
          reject(new Error('no greeting but something else', { cause: error }));
        }
      });
    };
    const timer = setTimeout(() => fail(new GreetingTimeout()), patienceMs);
    socket.on('data', onData).once('error', fail).once('close', onClose).resume();
  });
}

/** The other side took the connection and said nothing. */
export class GreetingTimeout extends Error {
  override readonly name = 'GreetingTimeout';
}
