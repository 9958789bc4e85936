import { claudeCode } from './claudeCode/provider';
import type { Provider } from './provider';

/** All agents that Paceflow reads. */
export const providers: readonly Provider[] = [claudeCode];
