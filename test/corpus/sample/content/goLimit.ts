import type { Shape } from './shapes';

/** A Go file. Counts something per key and says when it is used up. What the parts mean: shapes.ts. */
export const goLimit: Shape = {
  file: (topic) => `package ${topic.folder}

import (
  "sync"
  "time"
)

// default${topic.name} is how many ${topic.nouns} one window allows.
const default${topic.name} = ${topic.size}

// ${topic.name} counts the ${topic.nouns} of a window and says when they are used up.
type ${topic.name} struct {
  mu     sync.Mutex
  size   int
  window time.Duration
  used   map[string]int
  since  time.Time
}

// New${topic.name} allows size ${topic.nouns} per key and window.
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
  return l.used[key] < l.size // ${topic.nouns} left
}
`,
  test: (topic) => `package ${topic.folder}

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
      ask: (topic) =>
        `The dashboard needs to know how many ${topic.nouns} a key has left. Add that to ${topic.name}, with a test.`,
      subject: (topic) => `Tell how many ${topic.nouns} are left`,
      text: (topic) => `
// Left says how many ${topic.nouns} key may still use in the current window.
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
      subject: (topic) => `Let support forgive the ${topic.nouns} of a key`,
      text: (topic) => `
// Forgive forgets the ${topic.nouns} of one key, as if the window had just begun for it.
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
    old: `return l.used[key] < l.size // ${topic.nouns} left`,
    new: 'return l.used[key] <= l.size',
  }),
};
