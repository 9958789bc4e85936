import type * as vscode from 'vscode';
import type { EngineMethod, EngineParams, EngineResult } from '../../shared/contract';

/** A request that the engine could not answer, as a person may read it. */
export class EngineFailure extends Error {
  override readonly name = 'EngineFailure';
  constructor(
    message: string,
    /** What to do about it. */
    readonly next: string,
    /** For a report: stack, cause. */
    readonly detail: string,
  ) {
    super(message);
  }
}

export interface EngineProgress {
  text: string;
  done: number;
  total: number;
}

/**
 * The engine as the rest of the extension host sees it. All windows share one; over what it is reached, and that it may
 * be another one than a moment ago, is known in `engineClient.ts` alone.
 */
export interface Engine extends vscode.Disposable {
  /** Rejects with EngineFailure. */
  request<M extends EngineMethod>(
    method: M,
    params: EngineParams<M>,
    token?: vscode.CancellationToken,
  ): Promise<EngineResult<M>>;
  /** Whether a person may be looking: only then does the engine read by itself. */
  setVisible(isVisible: boolean): void;
  onDataChanged: vscode.Event<void>;
  /** null: nothing is being read. */
  onProgress: vscode.Event<EngineProgress | null>;
}
