import { goText, type RepositoryName } from './shapes';

/** The projects as they were before any agent came: path → text. */
export const beginnings: Readonly<Record<RepositoryName, Readonly<Record<string, string>>>> = {
  relay: {
    'README.md':
      '# relay\n\nDelivers events to the webhooks of our customers: at least once, in order per key.\n\n    go run ./cmd/relay\n',
    'CHANGELOG.md': '# Changelog\n\n## Unreleased\n',
    '.gitattributes': 'vendor/** linguist-vendored\n',
    'go.mod': 'module example.com/northwind/relay\n\ngo 1.22\n\nrequire example.com/northwind/backoff v1.4.0\n',
    'go.sum': 'example.com/northwind/backoff v1.4.0 h1:Zk8sample0000000000000000000000000000000000=\n',
    'cmd/relay/main.go': goText(
      'package main\n\nimport (\n  "log"\n  "net/http"\n)\n\nfunc main() {\n  log.Println("relay listens on :8080")\n  log.Fatal(http.ListenAndServe(":8080", http.NotFoundHandler()))\n}\n',
    ),
  },
  console: {
    'README.md': '# console\n\nThe page where customers see what relay sent them.\n\n    npm test\n',
    'CHANGELOG.md': '# Changelog\n\n## Unreleased\n',
    'package.json':
      '{\n  "name": "console",\n  "private": true,\n  "type": "module",\n  "scripts": { "test": "vitest run" },\n  "devDependencies": { "vitest": "^3.0.0" }\n}\n',
    'package-lock.json': lockFile('3.0.0'),
    'src/api/request.ts':
      "/** The only place that knows where the service is. */\nexport function request(path: string, options?: RequestInit): Promise<Response> {\n  return fetch(new URL(path, 'https://relay.example.com'), options);\n}\n",
  },
};

/** What `npm install` leaves behind: long, and nobody's work. */
export function lockFile(version: string): string {
  const names = ['assert-lite', 'colours', 'glob-small', 'runner', 'source-lines', 'tiny-spy', 'vitest'];
  const packages = names.map((name) => [
    `node_modules/${name}`,
    { version, resolved: `https://registry.example.com/${name}-${version}.tgz` },
  ]);
  return `${JSON.stringify({ name: 'console', lockfileVersion: 3, packages: Object.fromEntries(packages) }, null, 2)}\n`;
}

/** A library that was copied in: long, excluded by .gitattributes. */
export const vendoredFile = goText(
  `package backoff\n${Array.from({ length: 40 }, (_, step) => `\n// Step${step} waits ${2 ** (step % 12)} ms.\nfunc Step${step}() int { return ${2 ** (step % 12)} }\n`).join('')}`,
);
