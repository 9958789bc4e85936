import type { Database } from '../database/database';

/** Ids of texts that repeat: looked up once, made on first sight. Valid until the database is loaded anew. */
export interface Dictionary {
  path(path: string): number;
  tool(name: string): number;
  model(provider: string, name: string): number;
}

export function createDictionary(database: Database): Dictionary {
  const known = new Map<string, number>();
  const id = (key: string, insert: string, select: string, params: string[]): number => {
    const found = known.get(key);
    if (found !== undefined) {
      return found;
    }
    database.run(insert, params);
    const made = database.get<{ id: number }>(select, params)?.id;
    if (made === undefined) {
      throw new Error(`a dictionary entry vanished: ${insert}`);
    }
    known.set(key, made);
    return made;
  };
  return {
    path: (path) =>
      id(
        `path\0${path}`,
        'insert or ignore into metadata_path (path) values (?)',
        'select path_id as id from metadata_path where path = ?',
        [path],
      ),
    tool: (name) =>
      id(
        `tool\0${name}`,
        'insert or ignore into metadata_tool (name) values (?)',
        'select tool_id as id from metadata_tool where name = ?',
        [name],
      ),
    model: (provider, name) =>
      id(
        `model\0${provider}\0${name}`,
        'insert or ignore into metadata_model (provider, name) values (?, ?)',
        'select model_id as id from metadata_model where provider = ? and name = ?',
        [provider, name],
      ),
  };
}
