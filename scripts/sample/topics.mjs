/** What the two sample projects are about: each topic becomes one file of a shape, and its test. */
import { goShapes, goText } from './goShapes.mjs';
import { typescriptShapes } from './typescriptShapes.mjs';

/** [repository, shape, name, noun, path without ending, size, first prompt, title] */
const rows = [
  ['relay', 'limit', 'RetryBudget', 'retry', 'internal/retry/budget', 20, 'A receiver that is down eats the whole queue. Give each endpoint a retry budget per minute and stop when it is used up.', 'Retry budget per endpoint'],
  ['relay', 'store', 'DeliveryLog', 'delivery', 'internal/delivery/log', 5000, 'We can not answer "did you send it?". Keep the last deliveries in memory, by id, with their status.', 'Keep recent deliveries'],
  ['relay', 'parse', 'SignatureHeader', 'signature', 'internal/signature/header', 512, 'Parse the signature header of incoming events. Reject it when it is too long or names no version.', 'Parse signature headers'],
  ['relay', 'limit', 'TenantQuota', 'event', 'internal/quota/tenant', 600, 'One tenant sent 40k events in a minute last night. Add a quota per tenant, next to the retry budget.', 'Quota per tenant'],
  ['relay', 'store', 'DeadLetters', 'letter', 'internal/dead/letters', 1000, 'Events that failed for a day should land somewhere we can look at. Start with a dead letter store.', 'Dead letter store'],
  ['relay', 'parse', 'QuietHours', 'schedule', 'internal/schedule/quiet', 128, 'Customers want quiet hours. Start with the parser for the schedule text, nothing else.', 'Parse quiet hours'],
  ['relay', 'store', 'ReplayIndex', 'replay', 'internal/replay/index', 2000, 'Support replays the same event twice. Keep an index of replays so that we can refuse the second one.', 'Refuse double replays'],
  ['relay', 'limit', 'ProbeGate', 'probe', 'internal/health/gate', 6, 'Health probes of broken endpoints come too often. Put a gate in front of them.', 'Slow down health probes'],
  ['relay', 'parse', 'TraceParent', 'trace', 'internal/trace/parent', 256, 'Carry the trace id of the sender through to the receiver. First the parser.', 'Carry trace ids through'],
  ['relay', 'store', 'GrpcStreams', 'stream', 'internal/stream/grpc', 64, 'Spike: could receivers hold a stream open instead of webhooks? Sketch the registry on a branch.', 'Spike: streams instead of webhooks'],
  ['console', 'client', 'Endpoint', 'endpoint', 'src/api/endpoints', 50, 'The console needs to list and remove endpoints. Write the client for it, in the style of request.ts.', 'Client for endpoints'],
  ['console', 'state', 'Filter', 'filter', 'src/state/filters', 12, 'Filters of the delivery page live in five components. Give them one store.', 'One store for filters'],
  ['console', 'view', 'Delivery', 'delivery', 'src/view/deliveryTable', 32, 'Print the delivery table as text too: people paste it into tickets.', 'Delivery table as text'],
  ['console', 'client', 'Replay', 'replay', 'src/api/replays', 25, 'Client for replays: list, remove. The retry call comes in a later change.', 'Client for replays'],
  ['console', 'state', 'Toast', 'toast', 'src/state/toasts', 4, 'Errors pile up as alerts. Add a small store for toasts, at most four at once.', 'Toasts instead of alerts'],
  ['console', 'view', 'Audit', 'audit', 'src/view/auditTable', 24, 'Audit page: rows as text, same look as the delivery table. Please share nothing yet, I want to see both first.', 'Audit table'],
  ['console', 'client', 'Tenant', 'tenant', 'src/api/tenants', 100, 'Support needs tenants in the console. Client first.', 'Client for tenants'],
  ['console', 'state', 'Selection', 'selection', 'src/state/selection', 200, 'Selecting many rows and replaying them is the most wanted thing. Start with the store for the selection.', 'Select many rows'],
];

/** Topics by name, each with its shape and the language's way to write it. */
export const topics = new Map(
  rows.map(([repository, shape, name, noun, path, size, ask, title]) => {
    const isGo = repository === 'relay';
    const topic = { repository, name, noun, path, size, ask, title };
    const shaped = (isGo ? goShapes : typescriptShapes)[shape];
    const write = isGo ? goText : (text) => text;
    return [
      name,
      {
        ...topic,
        subject: `Add ${title[0].toLowerCase()}${title.slice(1)}`,
        file: `${path}${isGo ? '.go' : '.ts'}`,
        testFile: `${path}${isGo ? '_test.go' : '.test.ts'}`,
        text: write(shaped.file(topic)),
        testText: write(shaped.test(topic)),
        grow: shaped.grow.map((step) => ({
          ask: step.ask(topic),
          subject: step.subject(topic),
          text: write(step.text(topic)),
        })),
        fix: shaped.fix(topic),
      },
    ];
  }),
);

/** The projects as they were before any agent came: path → text. */
export const beginnings = {
  relay: {
    'README.md': '# relay\n\nDelivers events to the webhooks of our customers: at least once, in order per key.\n\n    go run ./cmd/relay\n',
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
    'package.json': '{\n  "name": "console",\n  "private": true,\n  "type": "module",\n  "scripts": { "test": "vitest run" },\n  "devDependencies": { "vitest": "^3.0.0" }\n}\n',
    'package-lock.json': lockFile('3.0.0'),
    'src/api/request.ts':
      "/** The only place that knows where the service is. */\nexport function request(path: string, options?: RequestInit): Promise<Response> {\n  return fetch(new URL(path, 'https://relay.example.com'), options);\n}\n",
  },
};

/** What `npm install` leaves behind: long, and nobody's work. */
export function lockFile(version) {
  const names = ['assert-lite', 'colours', 'glob-small', 'runner', 'source-lines', 'tiny-spy', 'vitest'];
  const packages = names.map((name) => [`node_modules/${name}`, { version, resolved: `https://registry.example.com/${name}-${version}.tgz` }]);
  return `${JSON.stringify({ name: 'console', lockfileVersion: 3, packages: Object.fromEntries(packages) }, null, 2)}\n`;
}

/** A library that was copied in: long, excluded by .gitattributes. */
export const vendoredFile = goText(
  `package backoff\n${Array.from({ length: 40 }, (_, step) => `\n// Step${step} waits ${2 ** (step % 12)} ms.\nfunc Step${step}() int { return ${2 ** (step % 12)} }\n`).join('')}`,
);
