import type { Part } from '../../dev/bundle.ts';
import type { StandIns } from './stand-ins.ts';

/** A Worker to run: its modules, and for ours the world it works in. */
export interface Script {
  /** The first is what starts. */
  parts: Part[];
  compatibilityDate: string;
  bindings: Record<string, string>;
  world?: World;
}

export interface World {
  standIns: StandIns;
  /** The names of the bindings that wrangler.toml asks for. */
  kvBindings: string[];
  queueBindings: string[];
  databasePort: number;
}

/** A Worker that listens. */
export interface Target {
  port: number;
  /** Of the workerd process, where it is known. */
  pid?: number | undefined;
  close(): Promise<void>;
}

/** Starts a Worker; `folder` is for whatever that needs on disk. */
export type Runtime = (script: Script, folder: string) => Promise<Target>;
