import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../extension/engine/providers/claudeCode/provider';
import type { Environment } from '../../extension/engine/providers/provider';
import { providers } from '../../extension/engine/providers/registry';

const roots = (variables: Environment['variables'], platform: Environment['platform'] = 'linux') =>
  claudeCode.roots({ home: platform === 'win32' ? 'C:\\Users\\mia' : '/home/mia', platform, variables });
const desktop = '/home/mia/.config/Claude/local-agent-mode-sessions';

describe('Claude Code: places', () => {
  it('is registered under a unique id', () => {
    expect(providers).toContain(claudeCode);
    expect(new Set(providers.map((provider) => provider.id)).size).toBe(providers.length);
  });

  it.each([
    [{}, ['/home/mia/.claude/projects', '/home/mia/.config/claude/projects', desktop]],
    [
      { XDG_CONFIG_HOME: '/x' },
      ['/home/mia/.claude/projects', '/x/claude/projects', '/x/Claude/local-agent-mode-sessions'],
    ],
    [{ XDG_CONFIG_HOME: '' }, ['/home/mia/.claude/projects', '/home/mia/.config/claude/projects', desktop]],
    [{ XDG_CONFIG_HOME: 'relative' }, ['/home/mia/.claude/projects', '/home/mia/.config/claude/projects', desktop]],
    [
      { CLAUDE_CONFIG_DIR: '/a, /b/projects ,~/c/,/a' },
      ['/a/projects', '/b/projects', '/home/mia/c/projects', desktop],
    ],
    [{ CLAUDE_CONFIG_DIR: '~', XDG_CONFIG_HOME: '/home/mia/.config' }, ['/home/mia/projects', desktop]],
    [{ CLAUDE_CONFIG_DIR: '/a/projects/,/b/../c' }, ['/a/projects', '/c/projects', desktop]],
    [{ CLAUDE_CONFIG_DIR: 'relative' }, ['/home/mia/.claude/projects', '/home/mia/.config/claude/projects', desktop]],
    [{ CLAUDE_CONFIG_DIR: ' , ' }, ['/home/mia/.claude/projects', '/home/mia/.config/claude/projects', desktop]],
  ])('%j names %j', (variables, expected) => expect(roots(variables)).toEqual(expected));

  it('finds the desktop app on macOS', () => {
    expect(roots({}, 'darwin')).toEqual([
      '/home/mia/.claude/projects',
      '/home/mia/.config/claude/projects',
      '/home/mia/Library/Application Support/Claude/local-agent-mode-sessions',
    ]);
  });

  it.each([{ APPDATA: 'D:\\Roaming', LOCALAPPDATA: 'D:\\Local' }, {}, { APPDATA: '', LOCALAPPDATA: 'relative' }])(
    'finds the desktop app on Windows, installed or from the store: %j',
    (variables) => {
      const [roaming, local] =
        variables.APPDATA === 'D:\\Roaming'
          ? ['D:\\Roaming', 'D:\\Local']
          : ['C:\\Users\\mia\\AppData\\Roaming', 'C:\\Users\\mia\\AppData\\Local'];
      expect(roots(variables, 'win32')).toEqual([
        'C:\\Users\\mia\\.claude\\projects',
        'C:\\Users\\mia\\.config\\claude\\projects',
        `${roaming}\\Claude\\local-agent-mode-sessions`,
        `${local}\\Packages\\Claude_pzs8sxrjxfjjc\\LocalCache\\Roaming\\Claude\\local-agent-mode-sessions`,
      ]);
    },
  );

  it('takes a list of folders on Windows, those of a WSL home among them', () => {
    const list = 'D:\\claude, ~\\other\\projects\\ ,\\\\wsl.localhost\\Ubuntu\\home\\mia\\.claude';
    expect(roots({ CLAUDE_CONFIG_DIR: list }, 'win32').slice(0, 3)).toEqual([
      'D:\\claude\\projects',
      'C:\\Users\\mia\\other\\projects',
      '\\\\wsl.localhost\\Ubuntu\\home\\mia\\.claude\\projects',
    ]);
  });

  it('looks on a remote where it looks everywhere: in the home of that machine, not in its editor server', () => {
    const remote = claudeCode.roots({
      home: '/home/vscode',
      platform: 'linux',
      variables: { VSCODE_AGENT_FOLDER: '/home/vscode/.vscode-server', REMOTE_CONTAINERS: 'true' },
    });
    expect(remote).toEqual([
      '/home/vscode/.claude/projects',
      '/home/vscode/.config/claude/projects',
      '/home/vscode/.config/Claude/local-agent-mode-sessions',
    ]);
  });

  it.each([
    ['-home-shop/1f.jsonl', { kind: 'session', nativeSessionId: '1f' }],
    ['-home-shop/agent-a1.jsonl', { kind: 'subagent', nativeSessionId: 'agent-a1' }],
    [
      '-home-shop/1f/subagents/agent-a1.jsonl',
      { kind: 'subagent', nativeSessionId: '1f/agent-a1', rootNativeSessionId: '1f' },
    ],
    [
      '-home-shop/1f/subagents/workflows/w/agent-a1.jsonl',
      { kind: 'subagent', nativeSessionId: '1f/agent-a1', rootNativeSessionId: '1f' },
    ],
    ['projects/1f.jsonl', { kind: 'session', nativeSessionId: '1f' }],
    [
      '-home-shop/1f/subagents/workflows/projects/agent-a1.jsonl',
      { kind: 'subagent', nativeSessionId: '1f/agent-a1', rootNativeSessionId: '1f' },
    ],
    [
      'u/o/local_1/.claude/projects/projects/1f/subagents/agent-a1.jsonl',
      { kind: 'subagent', nativeSessionId: '1f/agent-a1', rootNativeSessionId: '1f' },
    ],
    ['u/o/local_1/.claude/projects/-home-shop/1f.jsonl', { kind: 'session', nativeSessionId: '1f' }],
    [
      'u/projects/-s/1f/subagents/agent-a1.jsonl',
      { kind: 'subagent', nativeSessionId: '1f/agent-a1', rootNativeSessionId: '1f' },
    ],
  ])('%s is a log', (path, file) => expect(claudeCode.recognise(path)).toEqual(file));

  it.each([
    'history.jsonl',
    '-s/history.jsonl',
    '-s/1f/subagents/workflows/w/journal.jsonl',
    '-s/sessions-index.json',
    '-s/memory/MEMORY.md',
    '-s/memory/x.jsonl',
    '-s/1f/tool-results/x.txt',
    '-s/1f/tool-results/x.jsonl',
    '-s/1f/tool-results/agent-a1.jsonl',
    '-s/1f/subagents/agent-a1.meta.json',
    '-s/1f/subagents/notes.jsonl',
    '-s/.jsonl',
    '',
    '/',
    'x.jsonl',
  ])('%s is none', (path) => expect(claudeCode.recognise(path)).toBeUndefined());
});
