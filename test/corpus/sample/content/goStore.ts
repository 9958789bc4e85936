import type { Shape } from './shapes';

/** A Go file. Keeps entries by id. What the parts mean: shapes.ts. */
export const goStore: Shape = {
  file: (topic) => `package ${topic.folder}

import (
  "errors"
  "sort"
  "sync"
  "time"
)

// err${topic.name}Missing says that no ${topic.noun} has the id.
var err${topic.name}Missing = errors.New("${topic.noun} not found")

// max${topic.name} is how many ${topic.nouns} are kept in memory.
const max${topic.name} = ${topic.size}

// ${topic.name}Entry is one ${topic.noun}.
type ${topic.name}Entry struct {
  ID       string
  Endpoint string
  Status   int
  At       time.Time
}

// ${topic.name} keeps the newest ${topic.nouns}.
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

// Newest returns up to count ${topic.nouns}, newest first.
func (s *${topic.name}) Newest(count int) []${topic.name}Entry {
  s.mu.RLock()
  defer s.mu.RUnlock()
  all := make([]${topic.name}Entry, 0, len(s.entries))
  for _, entry := range s.entries {
    all = append(all, entry)
  }
  sort.Slice(all, func(i, j int) bool { return all[i].At.After(all[j].At) })
  return all[:count] // newest ${topic.nouns}
}
`,
  test: (topic) => `package ${topic.folder}

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
      ask: (topic) => `Old ${topic.nouns} are never dropped and memory climbs all day. Give ${topic.name} a Prune.`,
      subject: (topic) => `Prune old ${topic.nouns}`,
      text: (topic) => `
// Prune drops the ${topic.nouns} from before the instant and says how many they were.
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
      ask: (topic) =>
        `I want failed ${topic.nouns} by endpoint for the weekly mail. Where would that go? Add it there.`,
      subject: (topic) => `Count failed ${topic.nouns} by endpoint`,
      text: (topic) => `
// FailedByEndpoint counts the ${topic.nouns} that were answered with a server error.
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
    subject: `Fix a panic when fewer ${topic.nouns} are kept than asked for`,
    old: `return all[:count] // newest ${topic.nouns}`,
    new: 'return all[:min(count, len(all))]',
  }),
};
