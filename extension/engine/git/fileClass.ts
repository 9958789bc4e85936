/**
 * What a file is, by its path. Written after the facts of github-linguist's `vendor.yml`, `generated.rb` and
 * `documentation.yml` (https://github.com/github-linguist/linguist), without those that need a file's content.
 */
export type FileClass = 'source' | 'test' | 'docs' | 'lock' | 'generated' | 'vendored';
export type Exclusion = 'lock' | 'generated' | 'vendored';

/** What `.gitattributes` says of a file; undefined: nothing. False takes back what the path's name suggests. */
export interface PathAttributes {
  isGenerated?: boolean;
  isVendored?: boolean;
  isDocumentation?: boolean;
}

export interface PathClass {
  class: FileClass;
  /** Why its lines count nowhere. */
  excluded?: Exclusion;
}

/** Written by a package manager, by name. */
const LOCK_NAMES: ReadonlySet<string> = new Set([
  '.pnp.cjs',
  '.pnp.js',
  '.pnp.loader.mjs',
  '.terraform.lock.hcl',
  'bun.lock',
  'bun.lockb',
  'cargo.lock',
  'cargo.toml.orig',
  'cartfile.resolved',
  'chart.lock',
  'composer.lock',
  'conan.lock',
  'cpanfile.snapshot',
  'deno.lock',
  'flake.lock',
  'gemfile.lock',
  'gems.locked',
  'glide.lock',
  'go.sum',
  'go.work.sum',
  'gopkg.lock',
  'gradle.lockfile',
  'mix.lock',
  'module.bazel.lock',
  'nimble.lock',
  'npm-shrinkwrap.json',
  'package-lock.json',
  'package.resolved',
  'packages.lock.json',
  'paket.lock',
  'pdm.lock',
  'pipfile.lock',
  'pixi.lock',
  'pnpm-lock.yaml',
  'podfile.lock',
  'poetry.lock',
  'project.assets.json',
  'pubspec.lock',
  'pylock.toml',
  'rebar.lock',
  'renv.lock',
  'requirements.lock',
  'shard.lock',
  'shrinkwrap.yaml',
  'stack.yaml.lock',
  'uv.lock',
  'yarn.lock',
]);
const LOCK_PATTERNS: readonly RegExp[] = [
  /^cabal\.project\.freeze$/,
  /^pylock\.[^/]+\.toml$/,
  /^buildscript-gradle\.lockfile$/,
];

/** Folders of other people's work, anywhere in the path. */
const VENDORED_FOLDERS: ReadonlySet<string> = new Set([
  '.bundle',
  '.terraform',
  '.venv',
  '.yarn',
  '3rdparty',
  '3rd-party',
  '3rd_party',
  'bower_components',
  'carthage',
  'dist',
  'elm-stuff',
  'extern',
  'godeps',
  'jspm_packages',
  'node_modules',
  'pods',
  'site-packages',
  'third-party',
  'third_party',
  'thirdparty',
  'vendor',
  'vendored',
  'vendors',
  'venv',
  'virtualenv',
  'web_modules',
]);
/** Single files that come from elsewhere. */
const VENDORED_PATTERNS: readonly RegExp[] = [
  /(?:^|\/)gradlew(?:\.bat)?$/,
  /(?:^|\/)mvnw(?:\.cmd)?$/,
  /(?:^|\/)gradle\/wrapper\//,
  /(?:^|\/)\.mvn\/wrapper\//,
  /(?:^|\/)(?:jquery|bootstrap|angular|d3|backbone|underscore|lodash|modernizr|prototype|ember)(?:[-.](?:\d[\d.]*|core|ui|bundle|min|slim|migrate))*\.(?:js|css)$/,
  /(?:^|\/)config\.(?:guess|sub)$/,
  /(?:^|\/)aclocal\.m4$/,
  /(?:^|\/)ltmain\.sh$/,
];

/** Folders into which tools write. */
const GENERATED_FOLDERS: ReadonlySet<string> = new Set([
  '.docusaurus',
  '.next',
  '.nuxt',
  '.svelte-kit',
  '__generated__',
  '__pycache__',
  '__snapshots__',
  'deriveddata',
]);
const GENERATED_PATTERNS: readonly RegExp[] = [
  // Minified, bundled, maps.
  /[.-]min\.(?:c|m)?(?:js|css)$/,
  /\.(?:js|css|mjs|cjs)\.map$/,
  /\.(?:bundle|chunk)\.(?:js|css)$/,
  // Protocols.
  /\.pb(?:\.gw|\.validate)?\.(?:go|cc|h|c|dart|swift|ts|js|rb|py|php)$/,
  /\.pb(?:enum|grpc|json|server)\.dart$/,
  /_pb2?(?:_grpc)?\.(?:pyi?|js|ts|rb|d\.ts)$/,
  /_(?:grpc|connect)\.pb\.(?:go|js|ts|d\.ts)$/,
  /_(?:pb|grpc_pb|grpc_web_pb|connect)\.(?:d\.ts|js|ts)$/,
  /_pb2?\.rb$/,
  /\.pbobjc\.[hm]$/,
  /_(?:grpc|twirp)\.rb$/,
  /\.twirp\.go$/,
  /\.capnp\.(?:h|c\+\+|cpp|go)$/,
  /_generated\.(?:h|hpp|go|cs|ts|js|py|rs|swift|dart|kt|java|lua)$/,
  // By their own word.
  /[._-]generated\.[^/.]+(?:\.[^/.]+)?$/,
  /\.gen\.[^/.]+$/,
  /(?:^|\/)zz_generated[._][^/]*$/,
  /(?:^|\/)generated\.(?:go|ts|js|graphql|proto)$/,
  // Languages.
  /\.(?:g|freezed|gr|config|mocks|chopper|gql)\.dart$/,
  /\.(?:g|g\.i|designer|assemblyinfo|feature)\.(?:cs|vb)$/,
  /(?:^|\/)temporarygeneratedfile_[^/]*$/,
  /\.(?:nib|pbxproj|xcworkspacedata|xcuserstate)$/,
  /(?:^|\/)(?:bindata|wire_gen)\.go$|_(?:easyjson|enumer)\.go$/,
  /(?:^|\/)moc_[^/]+\.(?:cpp|cc)$|(?:^|\/)(?:ui|qrc)_[^/]+\.(?:h|cpp|py)$|_rc\.py$/,
  /(?:^|\/)db\/(?:schema\.rb|structure\.sql)$/,
  /\.snap$/,
  /(?:^|\/)(?:configure|makefile\.in)$/,
  /\.yy\.(?:c|cc|cpp|h)$|\.tab\.(?:c|cc|cpp|h)$|(?:^|\/)parsetab\.py$/,
  /(?:^|\/)(?:routetree|route-tree)\.gen\.[jt]sx?$|(?:^|\/)next-env\.d\.ts$/,
  /\.cassettes?\/|(?:^|\/)(?:vcr_cassettes|fixtures\/cassettes)\//,
];

const TEST_FOLDERS: ReadonlySet<string> = new Set([
  '__mocks__',
  '__tests__',
  'androidtest',
  'cypress',
  'e2e',
  'fixtures',
  'integration-tests',
  'integrationtest',
  'spec',
  'specs',
  'test',
  'testdata',
  'testing',
  'tests',
  'unittest',
  'unittests',
]);
const TEST_PATTERNS: readonly RegExp[] = [
  /[._-](?:test|tests|spec|specs|e2e|cy)\.[^/.]+$/i,
  /(?:^|\/)(?:test_[^/]+|conftest)\.py$/,
  // Names in camel case: `FooTest.java`, `FooTests.cs`; `latest.ts` is none, so the case counts.
  /[a-z0-9](?:Test|Tests|TestCase|Spec|Specs|IT)\.(?:java|kt|kts|scala|groovy|cs|fs|vb|swift|php|m|mm|cpp|cc)$/,
  /(?:^|\/)Test[A-Z][^/]*\.(?:java|kt|cs|php|m|mm)$/,
];

const DOCS_FOLDERS: ReadonlySet<string> = new Set(['doc', 'docs', 'documentation', 'javadoc', 'man']);
const DOCS_PATTERNS: readonly RegExp[] = [
  /\.(?:md|mdx|markdown|rst|adoc|asciidoc|textile|org|pod|rdoc)$/,
  /(?:^|\/)(?:authors|changelog|changes|code_of_conduct|contributing|contributors|copying|copyright|credits|history|install|installing|licen[cs]e|maintainers|news|notice|readme|security|todo|upgrading)(?:\.(?:txt|html?))?$/,
];

/**
 * The class of a path, with forward slashes, from the top of its repository. What `.gitattributes` says goes before
 * what the name suggests, but for lock files: their name leaves no doubt. By name alone we exclude too little rather
 * than too much: what is wrongly excluded is work that nobody sees.
 * Unlike linguist, fixtures and test data are `test`, not vendored: people and agents write them.
 */
export function classifyPath(path: string, attributes: PathAttributes = {}): PathClass {
  const lower = path.toLowerCase();
  const folders = lower.split('/');
  const name = folders.pop() ?? '';
  const isIn = (set: ReadonlySet<string>): boolean => folders.some((folder) => set.has(folder));

  if (LOCK_NAMES.has(name) || fits(LOCK_PATTERNS, name)) return excluded('lock');
  if (attributes.isVendored ?? (isIn(VENDORED_FOLDERS) || fits(VENDORED_PATTERNS, lower))) return excluded('vendored');
  if (attributes.isGenerated ?? (isIn(GENERATED_FOLDERS) || fits(GENERATED_PATTERNS, lower)))
    return excluded('generated');
  if (attributes.isDocumentation) return { class: 'docs' };
  if (isIn(TEST_FOLDERS) || fits(TEST_PATTERNS, path)) return { class: 'test' };
  if (attributes.isDocumentation ?? (isIn(DOCS_FOLDERS) || fits(DOCS_PATTERNS, lower))) return { class: 'docs' };
  return { class: 'source' };
}

function fits(patterns: readonly RegExp[], text: string): boolean {
  return patterns.some((pattern) => pattern.test(text));
}

function excluded(why: Exclusion): PathClass {
  return { class: why, excluded: why };
}
