import type { Host } from './host';
import type { WorkbenchWindow } from './workbenchWindow';

/** What a scenario has at hand: the first window, already there but not opened, and the host behind it. */
interface ScenarioContext extends WorkbenchWindow {
  host: Host;
  /** How the extension came: from this folder, or as the installed package. */
  mode: 'development' | 'vsix';
  /** The home folder of sample logs, where the run has one. */
  sampleHome: string | undefined;
  /** Makes a second window, for what two windows share; closed after the scenario. */
  secondWindow(): Promise<WorkbenchWindow>;
}

/** One story a person could tell. Each file of workbench/ exports `scenarios`, an array of these. */
export interface Scenario {
  name: string;
  run(context: ScenarioContext): Promise<void>;
}
