import type { Database, SqlValue } from '../database/database';

/** Ids of texts that repeat: looked up once, made on first sight. Valid until the database is loaded anew. */
export interface Dictionary {
  path(path: string): number;
  tool(name: string): number;
  model(provider: string, name: string): number;
}

export function createDictionary(database: Database): Dictionary {
  const known = new Map<string, number>();
  const id = (
    key: string,
    insert: string,
    select: string,
    params: string[],
    more: () => SqlValue[] = () => [],
  ): number => {
    const found = known.get(key);
    if (found !== undefined) {
      return found;
    }
    database.run(insert, [...params, ...more()]);
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
        'insert or ignore into metadata_model (provider, name, vendor, family) values (?1, ?2, ?3, ?4)',
        'select model_id as id from metadata_model where provider = ?1 and name = ?2',
        [provider, name],
        () => vendorAndFamily(name),
      ),
  };
}

/** Who made a model and what people call its kind, told from its name; null: not known. */
function vendorAndFamily(name: string): [vendor: string | null, family: string | null] {
  const family = /\b(opus|sonnet|haiku|fable)\b/i.exec(name.replaceAll(/[-_.]/g, ' '))?.[1]?.toLowerCase() ?? null;
  return [/claude/i.test(name) || family ? 'anthropic' : null, family];
}
