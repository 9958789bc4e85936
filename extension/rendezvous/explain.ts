import type { EngineError } from './engineErrors';
import type { Hindrance } from './nextStep';

/** What a person reads who waits for the engine. */
export interface Explanation {
  message: string;
  next: string;
  /** It does not pass by itself soon: who asks gets an error. Else it is waited for. */
  isFinal: boolean;
}

export function explain(hindrance: Hindrance, why: EngineError | undefined): Explanation {
  switch (hindrance.kind) {
    case 'terminal':
      return {
        message: `Waiting for paceflow in a terminal (process ${hindrance.pid})`,
        next: 'It has the database open; this goes on when it is done.',
        isFinal: false,
      };
    case 'elsewhere':
      return {
        message: `The database is in use on ${hindrance.host} (process ${hindrance.pid}).`,
        next: 'Close VS Code and paceflow there; a minute later it can be opened here.',
        isFinal: true,
      };
    case 'foreign':
      return {
        message: `Paceflow's engine (process ${hindrance.pid}) is of version ${hindrance.version} and speaks another protocol.`,
        next: 'Reload the window, or update Paceflow.',
        isFinal: true,
      };
    case 'silent':
      return {
        message: `Paceflow's engine (process ${hindrance.pid}) does not answer`,
        next: 'It is ended after 30 seconds.',
        isFinal: false,
      };
    case 'notStarting':
      return {
        message: why?.message ?? "Paceflow's engine does not start.",
        next: why?.next ?? 'See Output, Paceflow; "paceflow doctor" shows its last errors.',
        isFinal: true,
      };
  }
}
