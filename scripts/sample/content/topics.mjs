/** The topics of the two sample projects: each row becomes one file of a shape, and its test. */
import { goText, shapes } from './shapes.mjs';
import { topicRows } from './topicRows.mjs';

/** Topics by name, with their texts. */
export const topics = new Map(topicRows.map((row) => [row.name, topicOf(row)]));

function topicOf(row) {
  const topic = { ...row, nouns: pluralOf(row.noun), folder: row.path.split('/').at(-2) };
  const shape = shapes[row.repository][row.shape];
  const isGo = row.repository === 'relay';
  const write = isGo ? goText : (text) => text;
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

function pluralOf(noun) {
  return noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}
