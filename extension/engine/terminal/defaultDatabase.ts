import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from '../providers/provider';

const products = ['Code', 'Code - Insiders', 'VSCodium', 'Cursor', 'Windsurf', 'Kiro', 'Antigravity'];
const servers = ['.vscode-server', '.vscode-server-insiders', '.vscodium-server', '.cursor-server', '.windsurf-server'];
const place = ['globalStorage', 'paceflow.paceflow', 'paceflow.db'];

/**
 * The database that an editor used last; where no editor has one, a place of the terminal program's own.
 * Editors keep theirs in `globalStorage`, a folder per product.
 */
export async function defaultDatabase({ home, platform, variables }: Environment): Promise<string> {
  const settings =
    platform === 'darwin'
      ? path.join(home, 'Library', 'Application Support')
      : platform === 'win32'
        ? (variables['APPDATA'] ?? path.join(home, 'AppData', 'Roaming'))
        : (variables['XDG_CONFIG_HOME'] ?? path.join(home, '.config'));
  const data =
    platform === 'win32'
      ? (variables['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'))
      : platform === 'darwin'
        ? settings
        : (variables['XDG_DATA_HOME'] ?? path.join(home, '.local', 'share'));
  const candidates = [
    ...products.map((product) => path.join(settings, product, 'User', ...place)),
    ...servers.map((server) => path.join(home, server, 'data', 'User', ...place)),
    path.join(data, 'code-server', 'User', ...place),
  ];
  const found = await Promise.all(
    candidates.map(async (file) => ({
      file,
      usedAt: await stat(file).then(
        (status) => status.mtimeMs,
        () => -1,
      ),
    })),
  );
  const newest = found.filter((candidate) => candidate.usedAt >= 0).sort((a, b) => b.usedAt - a.usedAt)[0];
  return newest?.file ?? path.join(data, 'paceflow', 'paceflow.db');
}
