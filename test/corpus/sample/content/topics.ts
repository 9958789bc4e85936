import { type About, type Fix, goText, type RepositoryName, shapes } from './shapes';
import { type TopicRow, topicRows } from './topicRows';

/** One file of a project, and its test. */
export interface Topic extends About {
  repository: RepositoryName;
  title: string;
  ask: string;
  file: string;
  testFile: string;
  text: string;
  testText: string;
  grow: { ask: string; subject: string; text: string }[];
  fix: Fix;
}

const topics = new Map(topicRows.map((row) => [row.name, topicOf(row)]));

export function topicNamed(name: string): Topic {
  const topic = topics.get(name);
  if (topic === undefined) throw new Error(`no such topic: ${name}`);
  return topic;
}

function topicOf(row: TopicRow): Topic {
  const topic = { ...row, nouns: pluralOf(row.noun), folder: row.path.split('/').at(-2) ?? '' };
  const shape = shapes[row.repository][row.shape];
  if (shape === undefined) throw new Error(`no such shape: ${row.shape}`);
  const isGo = row.repository === 'relay';
  const write = isGo ? goText : (text: string) => text;
  return {
    ...topic,
    file: `${row.path}${isGo ? '.go' : '.ts'}`,
    testFile: `${row.path}${isGo ? '_test.go' : '.test.ts'}`,
    text: write(shape.file(topic)),
    testText: write(shape.test(topic)),
    grow: shape.grow.map((step) => ({
      ask: step.ask(topic),
      subject: step.subject(topic),
      text: write(step.text(topic)),
    })),
    fix: shape.fix(topic),
  };
}

function pluralOf(noun: string): string {
  return noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}
