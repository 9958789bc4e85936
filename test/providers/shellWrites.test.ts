import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellWrites } from '../../extension/engine/providers/shell/shellWrites';

const home = '/home/mia/shop';
const opaque = (path?: string) => (path === undefined ? { kind: 'opaque' } : { kind: 'opaque', path });
const written = (path: string, ...lines: string[]) => ({ kind: 'text', path, isAppend: false, lines });
const appended = (path: string, ...lines: string[]) => ({ kind: 'text', path, isAppend: true, lines });

describe('shellWrites', () => {
  it.each([
    ['cat > a.ts <<EOF\none\nEOF', [written('/home/mia/shop/a.ts', 'one')]],
    ["cat <<'EOF' > a.ts\n$x \\$y\nEOF", [written('/home/mia/shop/a.ts', '$x \\$y')]],
    ['cat <<EOF > a.ts\n\\$y \\`z\\` a\\\nb\nEOF', [written('/home/mia/shop/a.ts', '$y `z` ab')]],
    ['cat >> /tmp/a <<-"E"\n\tx\n\t\ty\n\tE\necho', [appended('/tmp/a', 'x', 'y')]],
    ['tee a b <<E\nx\nE', [written('/home/mia/shop/a', 'x'), written('/home/mia/shop/b', 'x')]],
    ['cat <<E | sudo tee -a /etc/x >/dev/null\nx\nE', [appended('/etc/x', 'x')]],
    ['cat > a <<A && cat > b <<B\n1\nA\n2\nB', [written('/home/mia/shop/a', '1'), written('/home/mia/shop/b', '2')]],
    ['cd sub && cat > a <<E\nx\nE', [written('/home/mia/shop/sub/a', 'x')]],
    ['cd "$D"; cat > a <<E\nx\nE', [written('a', 'x')]],
    ['cat > "$F" <<E\nx\nE', [opaque()]],
    ['python3 - <<E > out.txt\nprint(1)\nE', [opaque('/home/mia/shop/out.txt')]],
    ['cat > empty <<E\nE', [written('/home/mia/shop/empty')]],
    ['(cd a; echo 1 > b)', [opaque('/home/mia/shop/a/b')]],
    ['if true; then sed -i s/a/b/ x; fi', [opaque('/home/mia/shop/x')]],
  ])('reads %j', (command, expected) => expect(shellWrites(command, home)).toEqual(expected));

  it.each([
    'ls 2>/dev/null',
    'ls >&2',
    'ls 2>&1 | grep x',
    'ls &>/dev/null',
    'cmd > NUL',
    'echo "a > b"',
    "echo 'a > b'",
    'echo a \\> b',
    '[[ a > b ]] && echo',
    'echo $((2 > 1))',
    'diff <(a) <(b)',
    '# x > y',
    'cat <<E\na > b\nE',
    'cat <<< "a > b"',
    "git commit -m \"$(cat <<'EOF'\nA <m@x.org> it's > b\nEOF\n)\"",
    'sed -n 1p x',
    'sed s/-i/x/ f',
    'prettier --check x.ts',
    'black --check x.py',
    'gofmt -l .',
    'git apply --check p',
    'git apply --cached p',
    'cp a b',
    'mv a b',
    'rm a',
    'perl -e 1',
    'cargo fmt -- --check',
  ])('finds no write in %j', (command) => expect(shellWrites(command, home)).toEqual([]));

  it.each([
    ['sed -i s/a/b/ x y', ['x', 'y']],
    ["sed -i '' -e s/a/b/ x", ['x']],
    ['sed --in-place=.bak s/a/b/ x', ['x']],
    ['sed -Ei s/a/b/ x', ['x']],
    ['perl -pi -e s/a/b/ x', ['x']],
    ['perl -i.bak -pe s/a/b/ x', ['x']],
    ['npx prettier --write a.ts src', ['a.ts']],
    ['eslint --fix a.js', ['a.js']],
    ['gofmt -s -w a.go', ['a.go']],
    ['ruff format a.py', ['a.py']],
    ['black a.py', ['a.py']],
    ['X=1 sed -i s/a/b/ x', ['x']],
    ["find . -name '*.ts' -exec sed -i s/a/b/ {} +", [undefined]],
    ['grep -l a | xargs sed -i s/a/b/', [undefined]],
    ['sed -i s/a/b/ *.ts', [undefined]],
    ['cargo fmt', [undefined]],
    ['go generate ./...', [undefined]],
    ['patch -p1 < x.diff', [undefined]],
    ['git apply x.diff', [undefined]],
    ['prettier --write .', [undefined]],
    ['npm run x > out 2> err', ['out', 'err']],
  ])('finds the writes of %j that it cannot read', (command, paths) => {
    expect(shellWrites(command, undefined)).toEqual(paths.map((path) => opaque(path)));
  });

  it('knows the drives of Git Bash', () => {
    const folder = 'D:\\shop';
    expect(shellWrites('cd /d/shop/src && echo 1 > a.txt; echo 2 > /c/b.txt; cd sub; echo > c', folder)).toEqual(
      ['D:\\shop\\src\\a.txt', 'C:\\b.txt', 'D:\\shop\\src\\sub\\c'].map((path) => opaque(path)),
    );
  });

  it('ends on any text, in time that grows with it', () => {
    const parts = fc.constantFrom(
      'cat',
      ' ',
      '\n',
      '>',
      '<<',
      'E',
      "'",
      '"',
      '$(',
      ')',
      '`',
      '((',
      '))',
      '|',
      '&',
      ';',
      '\\',
      '${',
      '}',
      '#',
      '[[',
      'tee',
      '2',
      '-',
      'sed -i',
      '\u0000',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 60 }), (words) => {
        for (const write of shellWrites(words.join(''), home)) expect(write.kind).toMatch(/text|opaque/);
      }),
      { numRuns: 5000, seed: 5 },
    );
    for (const part of ['$(', '(', '"$(', '`', '${', '<(', '<<E\n', '(('])
      shellWrites(`> a ${part.repeat(20_000)}`, home);
  });
});
