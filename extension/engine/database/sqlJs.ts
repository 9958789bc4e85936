import { readFileSync } from 'node:fs';
import initSqlJs, { type SqlJsStatic } from 'sql.js';

/** SQLite in WebAssembly: sql.js, and what a file system of one's own needs of the module below it. */
export interface SqlJs {
  Database: SqlJsStatic['Database'];
  memory: WebAssembly.Memory;
  /** Functions that C code holds pointers to. */
  functions: WebAssembly.Table;
  /** Makes a JavaScript function callable from C; `signature` in Emscripten's letters, the result first. */
  addFunction(work: (...args: never[]) => number, signature: string): number;
  allocate(bytes: number): number;
}

/** What stock sql.js exports besides its types: see Emscripten's documentation of `addFunction`. */
interface EmscriptenParts {
  addFunction(work: (...args: never[]) => number, signature: string): number;
  _malloc(bytes: number): number;
}

let loading: Promise<SqlJs> | undefined;

/** Loads sql.js; once per thread, whichever file was named first. */
export function loadSqlJs(wasmFile: string): Promise<SqlJs> {
  loading ??= load(wasmFile);
  return loading;
}

async function load(wasmFile: string): Promise<SqlJs> {
  const module = await WebAssembly.compile(new Uint8Array(readFileSync(wasmFile)));
  let exported: WebAssembly.Exports = {};
  const sqlJs = (await initSqlJs({
    // The old extension functions shadow SQLite's own, median by window functions among them. The types do not know it.
    ...{ useOldExtensionFunctions: false },
    // Emscripten's hook: the only way to the module's memory, which sql.js keeps to itself.
    instantiateWasm: (imports, receive) => {
      const instance = new WebAssembly.Instance(module, imports);
      exported = instance.exports;
      receive(instance);
      return exported;
    },
  })) as SqlJsStatic & EmscriptenParts;
  return {
    Database: sqlJs.Database,
    memory: only(exported, WebAssembly.Memory),
    functions: only(exported, WebAssembly.Table),
    addFunction: sqlJs.addFunction,
    allocate: sqlJs._malloc,
  };
}

/** The export of that class; names are minified, so they say nothing. */
function only<Kind>(exported: WebAssembly.Exports, kind: new (...args: never[]) => Kind): Kind {
  const isOne = (value: unknown): value is Kind => value instanceof kind;
  const [first, ...others] = Object.values(exported).filter(isOne);
  if (first === undefined || others.length > 0) {
    throw new Error(`sql.js exports ${first === undefined ? 'no' : 'more than one'} ${kind.name}`);
  }
  return first;
}
