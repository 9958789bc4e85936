/**
 * Small Go files that look like a person's: a shape gives the file, its test, what may be added to it later, and the
 * line that turns out to be wrong. `topic` names what it is about: { name, noun, path, size }.
 */

/** Counts something per key and says when it is used up. */
const limit = {
  file: (topic) => `package ${packageOf(topic)}

import (
  "sync"
  "time"
)

// default${topic.name} is how many ${topic.noun}s one window allows.
const default${topic.name} = ${topic.size}

// ${topic.name} counts the ${topic.noun}s of a window and says when they are used up.
type ${topic.name} struct {
  mu     sync.Mutex
  size   int
  window time.Duration
  used   map[string]int
  since  time.Time
}

// New${topic.name} allows size ${topic.noun}s per key and window.
func New${topic.name}(size int, window time.Duration) *${topic.name} {
  if size <= 0 {
    size = default${topic.name}
  }
  return &${topic.name}{size: size, window: window, used: map[string]int{}}
}

// Take uses one ${topic.noun} of key and reports whether it was allowed.
func (l *${topic.name}) Take(key string, now time.Time) bool {
  l.mu.Lock()
  defer l.mu.Unlock()
  if now.Sub(l.since) > l.window {
    l.used = map[string]int{}
    l.since = now
  }
  l.used[key]++
  return l.used[key] < l.size // ${topic.noun}s left
}
`,
  test: (topic) => `package ${packageOf(topic)}

import (
  "testing"
  "time"
)

func Test${topic.name}StopsAtItsSize(t *testing.T) {
  start := time.Date(2024, 5, 1, 8, 0, 0, 0, time.UTC)
  taken := New${topic.name}(3, time.Minute)
  for attempt := 1; attempt <= 3; attempt++ {
    if !taken.Take("tenant-a", start) {
      t.Fatalf("${topic.noun} %d was refused", attempt)
    }
  }
  if taken.Take("tenant-a", start) {
    t.Fatal("a fourth ${topic.noun} was allowed")
  }
}
`,
  grow: [
    {
      ask: (topic) => `The dashboard needs to know how many ${topic.noun}s a key has left. Add that to ${topic.name}, with a test.`,
      subject: (topic) => `Tell how many ${topic.noun}s are left`,
      text: (topic) => `
// Left says how many ${topic.noun}s key may still use in the current window.
func (l *${topic.name}) Left(key string) int {
  l.mu.Lock()
  defer l.mu.Unlock()
  left := l.size - l.used[key]
  if left < 0 {
    return 0
  }
  return left
}
`,
    },
    {
      ask: (topic) => `Support wants to forgive a tenant by hand: ${topic.name} should be able to forget one key.`,
      subject: (topic) => `Let support forgive the ${topic.noun}s of a key`,
      text: (topic) => `
// Forgive forgets the ${topic.noun}s of one key, as if the window had just begun for it.
func (l *${topic.name}) Forgive(key string) {
  l.mu.Lock()
  defer l.mu.Unlock()
  delete(l.used, key)
}
`,
    },
  ],
  fix: (topic) => ({
    subject: `Fix ${topic.name}: the last ${topic.noun} was refused`,
    old: `return l.used[key] < l.size // ${topic.noun}s left`,
    new: 'return l.used[key] <= l.size',
  }),
};

/** Keeps entries by id. */
const store = {
  file: (topic) => `package ${packageOf(topic)}

import (
  "errors"
  "sort"
  "sync"
  "time"
)

// err${topic.name}Missing says that no ${topic.noun} has the id.
var err${topic.name}Missing = errors.New("${topic.noun} not found")

// max${topic.name} is how many ${topic.noun}s are kept in memory.
const max${topic.name} = ${topic.size}

// ${topic.name}Entry is one ${topic.noun}.
type ${topic.name}Entry struct {
  ID       string
  Endpoint string
  Status   int
  At       time.Time
}

// ${topic.name} keeps the newest ${topic.noun}s.
type ${topic.name} struct {
  mu      sync.RWMutex
  entries map[string]${topic.name}Entry
}

// Put keeps a ${topic.noun}; one with the same id is replaced.
func (s *${topic.name}) Put(entry ${topic.name}Entry) {
  s.mu.Lock()
  defer s.mu.Unlock()
  if s.entries == nil {
    s.entries = make(map[string]${topic.name}Entry, max${topic.name})
  }
  s.entries[entry.ID] = entry
}

// Get returns the ${topic.noun} with this id.
func (s *${topic.name}) Get(id string) (${topic.name}Entry, error) {
  s.mu.RLock()
  defer s.mu.RUnlock()
  entry, found := s.entries[id]
  if !found {
    return ${topic.name}Entry{}, err${topic.name}Missing
  }
  return entry, nil
}

// Newest returns up to count ${topic.noun}s, newest first.
func (s *${topic.name}) Newest(count int) []${topic.name}Entry {
  s.mu.RLock()
  defer s.mu.RUnlock()
  all := make([]${topic.name}Entry, 0, len(s.entries))
  for _, entry := range s.entries {
    all = append(all, entry)
  }
  sort.Slice(all, func(i, j int) bool { return all[i].At.After(all[j].At) })
  return all[:count] // newest ${topic.noun}s
}
`,
  test: (topic) => `package ${packageOf(topic)}

import "testing"

func Test${topic.name}ReplacesTheSameId(t *testing.T) {
  var kept ${topic.name}
  kept.Put(${topic.name}Entry{ID: "a", Status: 500})
  kept.Put(${topic.name}Entry{ID: "a", Status: 200})
  entry, err := kept.Get("a")
  if err != nil || entry.Status != 200 {
    t.Fatalf("got ${topic.noun} %+v, %v", entry, err)
  }
}
`,
  grow: [
    {
      ask: (topic) => `Old ${topic.noun}s are never dropped and memory climbs all day. Give ${topic.name} a Prune.`,
      subject: (topic) => `Prune old ${topic.noun}s`,
      text: (topic) => `
// Prune drops the ${topic.noun}s from before the instant and says how many they were.
func (s *${topic.name}) Prune(before time.Time) int {
  s.mu.Lock()
  defer s.mu.Unlock()
  dropped := 0
  for id, entry := range s.entries {
    if entry.At.Before(before) {
      delete(s.entries, id)
      dropped++
    }
  }
  return dropped
}
`,
    },
    {
      ask: (topic) => `I want failed ${topic.noun}s by endpoint for the weekly mail. Where would that go? Add it there.`,
      subject: (topic) => `Count failed ${topic.noun}s by endpoint`,
      text: (topic) => `
// FailedByEndpoint counts the ${topic.noun}s that were answered with a server error.
func (s *${topic.name}) FailedByEndpoint() map[string]int {
  s.mu.RLock()
  defer s.mu.RUnlock()
  failed := map[string]int{}
  for _, entry := range s.entries {
    if entry.Status >= 500 {
      failed[entry.Endpoint]++
    }
  }
  return failed
}
`,
    },
  ],
  fix: (topic) => ({
    subject: `Fix a panic when fewer ${topic.noun}s are kept than asked for`,
    old: `return all[:count] // newest ${topic.noun}s`,
    new: 'return all[:min(count, len(all))]',
  }),
};

/** Reads a short text. */
const parse = {
  file: (topic) => `package ${packageOf(topic)}

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
  test: (topic) => `package ${packageOf(topic)}

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

/** Go is indented with tabs; here it stands with pairs of spaces, so that one sees it. */
export function goText(text) {
  return text.replace(/^(?: {2})+/gm, (spaces) => '\t'.repeat(spaces.length / 2));
}

function packageOf(topic) {
  return topic.path.split('/').at(-2);
}

export const goShapes = { limit, store, parse };
