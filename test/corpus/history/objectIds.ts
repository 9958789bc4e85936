import { createHash } from 'node:crypto';
import { type SourceFile, type Tree, textOf } from '../world/lines';

/** Who did it and when, as git writes it: `Ada <ada@example.org> 1767603600 +0000`. */
export type Signature = string;

export interface CommitText {
  parents: readonly string[];
  author: Signature;
  committer: Signature;
  message: string;
}

/** The ids that git gives to objects: so a history is known before git has it, and logs can name its commits. */
export function commitIdOf(tree: Tree, { parents, author, committer, message }: CommitText): string {
  const head = [`tree ${treeIdOf(tree)}`, ...parents.map((parent) => `parent ${parent}`)];
  return idOf(
    'commit',
    Buffer.from(`${[...head, `author ${author}`, `committer ${committer}`].join('\n')}\n\n${message}`),
  );
}

const blobs = new WeakMap<SourceFile, Buffer>();

function blobIdOf(file: SourceFile): Buffer {
  const known = blobs.get(file);
  if (known !== undefined) return known;
  const id = Buffer.from(idOf('blob', Buffer.from(textOf(file))), 'hex');
  blobs.set(file, id);
  return id;
}

interface Folder {
  readonly files: Map<string, SourceFile>;
  readonly folders: Map<string, Folder>;
}

function treeIdOf(tree: Tree): string {
  const root: Folder = { files: new Map(), folders: new Map() };
  for (const [path, file] of tree) {
    const names = path.split('/');
    const name = names.pop() ?? '';
    let folder = root;
    for (const each of names) {
      const inner = folder.folders.get(each) ?? { files: new Map(), folders: new Map() };
      folder.folders.set(each, inner);
      folder = inner;
    }
    folder.files.set(name, file);
  }
  return folderId(root);
}

/** Entries in git's order, for names of ASCII: a folder sorts as if its name ended with a slash. */
function folderId({ files, folders }: Folder): string {
  const entries = [
    ...[...files].map(([name, file]) => ({ key: name, mode: '100644', name, id: blobIdOf(file) })),
    ...[...folders].map(([name, inner]) => {
      return { key: `${name}/`, mode: '40000', name, id: Buffer.from(folderId(inner), 'hex') };
    }),
  ].sort((left, right) => (left.key < right.key ? -1 : 1));
  const parts = entries.flatMap(({ mode, name, id }) => [Buffer.from(`${mode} ${name}\0`), id]);
  return idOf('tree', Buffer.concat(parts));
}

const idOf = (kind: string, content: Buffer): string =>
  createHash('sha1').update(`${kind} ${content.length}\0`).update(content).digest('hex');
