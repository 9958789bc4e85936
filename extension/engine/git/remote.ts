/** Hosts that offer a second name for those behind a firewall which passes port 443 only. */
const HOST_ALIASES: Readonly<Record<string, string>> = {
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org',
  'ssh.dev.azure.com': 'dev.azure.com',
};

interface Place {
  host: string;
  path: string;
}

/**
 * `host/owner/name` of a remote's address, equal for all ways to reach it: no scheme, user, password, token, port or
 * `.git`; the host in lower case (owner and name as written: not every host ignores their case).
 * Undefined for what names no host: paths, `file://`, bundles.
 * Forms: `git help clone`, section GIT URLS.
 */
export function remoteKeyOf(address: string): string | undefined {
  const place = placeOf(address.trim());
  if (!place) return undefined;
  const written = place.host.toLowerCase();
  const host = HOST_ALIASES[written] ?? written;
  const segments = place.path
    .replace(/\.git\/*$/, '')
    .split('/')
    .filter((segment) => segment !== '');
  const path = host === 'dev.azure.com' ? azurePath(segments) : segments;
  if (host === '' || path.length === 0 || path.includes('..')) return undefined;
  return [host, ...path].join('/');
}

function placeOf(address: string): Place | undefined {
  if (address.includes('://')) return placeOfUrl(address);
  // `C:\work` and `c:/work` look like the short form of ssh.
  if (/^[A-Za-z]:[\\/]/.test(address)) return undefined;
  // `[user@host:port]:path` is the short form with a port.
  const plain = address.replace(/^([^@/\\[]*@)?\[(?:[^@\]]*@)?([^:@\]]+):\d+\]:/, '$2:');
  const short = /^(?:[^@/\\[]*@)?(\[[^@\]]+\]|[^:/\\@[\]]+):(?!:)(.+)$/s.exec(plain);
  if (!short?.[1] || !short[2]) return undefined;
  const host = short[1];
  return { host, path: withoutHome(short[2]) };
}

function placeOfUrl(address: string): Place | undefined {
  if (!/^(?:git\+)?(?:ssh|https?|git|ftps?)(?:\+ssh|\+git)?:\/\//i.test(address)) return undefined;
  try {
    const url = new URL(address.replace(/^[^:]+/, 'ssh'));
    return { host: decodeURIComponent(url.hostname), path: withoutHome(decodeURIComponent(url.pathname)) };
  } catch {
    return undefined;
  }
}

/** `~`, `~user` at the start: a folder on that host, no part of the name. */
function withoutHome(path: string): string {
  return path.replace(/^\/?~[^/]*\//, '');
}

/** Azure says `v3/organisation/project/name` over ssh and `organisation/project/_git/name` over https. */
function azurePath(segments: string[]): string[] {
  const named = segments[0] === 'v3' ? segments.slice(1) : segments;
  return named.filter((segment) => segment !== '_git');
}
