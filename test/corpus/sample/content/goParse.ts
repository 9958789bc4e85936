import type { Shape } from './shapes';

/** A Go file. Reads a short text. What the parts mean: shapes.ts. */
export const goParse: Shape = {
  file: (topic) => `package ${topic.folder}

import (
  "fmt"
  "strings"
)

// ${topic.name} is a ${topic.noun} as it comes over the wire.
type ${topic.name} struct {
  Version string
  Parts   map[string]string
}

// longest${topic.name} is more than any sender needs.
const longest${topic.name} = ${topic.size}

// Parse${topic.name} reads a ${topic.noun} of the form "v1;key=value;key=value".
func Parse${topic.name}(text string) (${topic.name}, error) {
  if len(text) > longest${topic.name} {
    return ${topic.name}{}, fmt.Errorf("${topic.noun} of %d bytes is too long", len(text))
  }
  version, rest, found := strings.Cut(text, ";")
  if !found {
    return ${topic.name}{}, fmt.Errorf("${topic.noun} %q names no version", text)
  }
  parsed := ${topic.name}{Version: version, Parts: map[string]string{}}
  for _, part := range strings.Split(rest, ";") {
    key, value, _ := strings.Cut(part, "=")
    parsed.Parts[key] = value // of the ${topic.noun}
  }
  return parsed, nil
}
`,
  test: (topic) => `package ${topic.folder}

import "testing"

func TestParse${topic.name}NeedsAVersion(t *testing.T) {
  if _, err := Parse${topic.name}("t=17"); err == nil {
    t.Fatal("a ${topic.noun} without a version was read")
  }
  parsed, err := Parse${topic.name}("v1;t=17;s=abc")
  if err != nil || parsed.Parts["t"] != "17" {
    t.Fatalf("got %+v, %v", parsed, err)
  }
}
`,
  grow: [
    {
      ask: (topic) => `We log the ${topic.noun} as a struct dump. Give ${topic.name} a String that is stable.`,
      subject: (topic) => `Write a ${topic.noun} as text`,
      text: (topic) => `
// String writes the ${topic.noun} in the form that Parse${topic.name} reads, keys without order.
func (p ${topic.name}) String() string {
  text := p.Version
  for key, value := range p.Parts {
    text += ";" + key + "=" + value
  }
  return text
}
`,
    },
  ],
  fix: (topic) => ({
    subject: `Ignore space around the parts of a ${topic.noun}`,
    old: `parsed.Parts[key] = value // of the ${topic.noun}`,
    new: 'parsed.Parts[strings.TrimSpace(key)] = strings.TrimSpace(value)',
  }),
};
