import { describe, expect, it } from 'vitest';
import { tabRestorer } from '../../extension/engine/providers/claudeCode/edits/displayedTabs';

describe('tabRestorer', () => {
  it('gives the line of the texts that looks so', () => {
    const restore = tabRestorer(['\tif a {\r\n\t\treturn\n\t  odd\n', undefined]);
    expect(['  if a {', '    return', '    odd', 'plain'].map(restore)).toEqual([
      '\tif a {',
      '\t\treturn',
      '\t  odd',
      'plain',
    ]);
  });

  it('takes pairs of leading spaces for tabs where no text shows the line, as in an edit that starts inside it', () => {
    expect(tabRestorer(['a\n\tb'])('    x :=  a   // five')).toBe('\t\tx :=  a   // five');
    expect(tabRestorer(['a\n\tb'])('   x')).toBe('\t x');
  });

  it('leaves files indented with spaces alone', () => {
    expect(tabRestorer(['  a\tb\n    c'])('    c')).toBe('    c');
    expect(tabRestorer([])('  c')).toBe('  c');
  });
});
