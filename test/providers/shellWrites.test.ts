import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostWrites, shellWrites } from '../../extension/engine/providers/shell/shellWrites';

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
    ['cat > a <<E\nx\nE\nsed -i s/x/y/ b', [written('/home/mia/shop/a', 'x'), opaque('/home/mia/shop/b')]],
    ['cat <<E |\nx\nE\n tee a', [written('/home/mia/shop/a', 'x')]],
    ['(cd sub && make > log); echo > b', [opaque('/home/mia/shop/sub/log'), opaque('/home/mia/shop/b')]],
    ['cd sub && (echo > a)', [opaque('/home/mia/shop/sub/a')]],
    ['pushd sub; echo > a; popd; echo > b', [opaque('/home/mia/shop/sub/a'), opaque('/home/mia/shop/b')]],
    ['popd; echo > a', [opaque('a')]],
  ])('reads %j', (command, expected) => expect(shellWrites('posix', command, home)).toEqual(expected));

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
  ])('finds no write in %j', (command) => expect(shellWrites('posix', command, home)).toEqual([]));

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
    ['prettier --write "src/**/*.ts"', [undefined]],
    ['markdownlint-cli2 --fix --config .x.yaml "**/*.md"', [undefined]],
  ])('finds the writes of %j that it cannot read', (command, paths) => {
    expect(shellWrites('posix', command, undefined)).toEqual(paths.map((path) => opaque(path)));
  });

  it.each([
    ["bash -c 'echo 1 > a'", [opaque('/home/mia/shop/a')]],
    ["bash -c 'cat > a <<E\nx\nE'", [written('/home/mia/shop/a', 'x')]],
    ['sh -lc "cd sub && sed -i s/a/b/ x"; echo > y', [opaque('/home/mia/shop/sub/x'), opaque('/home/mia/shop/y')]],
    ["/bin/zsh -o pipefail -ec 'echo > a' name", [opaque('/home/mia/shop/a')]],
    ['bash -c "cat > a <<E\n$TEXT\nE"', [opaque('/home/mia/shop/a')]],
    ["bash <<'E'\necho > a\nE", [opaque('/home/mia/shop/a')]],
    ["sudo -u mia bash -c 'echo > /etc/a'", [opaque('/etc/a')]],
    ['sh -c "bash -c \'echo > a\'"', [opaque('/home/mia/shop/a')]],
    ["su -c 'echo > a' mia", [opaque('/home/mia/shop/a')]],
    ["eval 'echo > a'", [opaque('/home/mia/shop/a')]],
    ['sudo tee a <<E\nx\nE', [written('/home/mia/shop/a', 'x')]],
    ['sudo -u mia tee -a a <<E\nx\nE', [appended('/home/mia/shop/a', 'x')]],
    ['env -u A B=1 sed -i s/a/b/ x', [opaque('/home/mia/shop/x')]],
    ['timeout -k 5 10 prettier --write a.ts', [opaque('/home/mia/shop/a.ts')]],
    ["find . -name '*.ts' -exec sh -c 'sed -i s/a/b/ {}' \\;", [opaque()]],
    ["git ls-files | xargs -I{} -P 4 sh -c 'sed -i s/a/b/ {}'", [opaque()]],
    ['pwsh -NoProfile -Command "Set-Content a.txt \'x\'"', [written('/home/mia/shop/a.txt', 'x')]],
    ['powershell.exe "Out-File a.txt"', [opaque('/home/mia/shop/a.txt')]],
  ])('looks into the shell that %j starts', (command, expected) => {
    expect(shellWrites('posix', command, home)).toEqual(expected);
  });

  it.each([
    "ssh host 'echo > a'",
    "ssh -p 22 mia@host 'cat > a' <<E\nx\nE",
    'ssh host <<E\necho > a\nE',
    "sshpass -p x ssh host 'sed -i s/a/b/ x'",
    "docker exec -i web sh -c 'echo > a'",
    "kubectl exec pod -- sh -c 'echo > a'",
    'bash build.sh -c',
    'bash build.sh <<E\necho > a\nE',
    "bash -x 'a > b'",
    'pwsh -File build.ps1',
    "find . -name 'x > y' -delete",
    'ls | xargs rm',
  ])('finds no write on this machine in %j', (command) => expect(shellWrites('posix', command, home)).toEqual([]));

  it('sees what comes back from another machine', () => {
    expect(shellWrites('posix', "ssh host 'cat log' > log", home)).toEqual([opaque('/home/mia/shop/log')]);
  });

  it('knows the drives of Git Bash', () => {
    const folder = 'D:\\shop';
    expect(
      shellWrites('posix', 'cd /d/shop/src && echo 1 > a.txt; echo 2 > /c/b.txt; cd sub; echo > c', folder),
    ).toEqual(['D:\\shop\\src\\a.txt', 'C:\\b.txt', 'D:\\shop\\src\\sub\\c'].map((path) => opaque(path)));
  });

  it('loses the folder where its path grows beyond any', () => {
    expect(shellWrites('posix', `${'cd x;'.repeat(5000)} echo > a`, home)).toEqual([opaque('a')]);
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
      'bash -c ',
      'sudo ',
      '\u0000',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 60 }), (words) => {
        for (const write of shellWrites('posix', words.join(''), home)) expect(write.kind).toMatch(/text|opaque/);
      }),
      { numRuns: 5000, seed: 5 },
    );
    for (const part of ['$(', '(', '"$(', '`', '${', '<(', '<<E\n', '((', 'sudo ', 'find -exec ', 'eval ', "bash -c '"])
      shellWrites('posix', `> a ${part.repeat(20_000)}`, home);
  });

  it.each([...['! ', 'sudo ', 'a=1 ', 'cd a;', 'find ', '<<A ', '$(', '[[ ', ';', '>a', "'"]])(
    'reads a command line of 200,000 times %j without going over it again for each',
    (part) => {
      expect(shellWrites('posix', `>b;${part.repeat(200_000)}`, home).length).toBeGreaterThan(0);
    },
  );

  it('names 200 files of a command line at most', () => {
    for (const line of [
      '>a '.repeat(5000),
      '>a;'.repeat(5000),
      `tee ${'a '.repeat(5000)}`,
      `sed -i s ${'a '.repeat(5000)}`,
    ])
      expect(shellWrites('posix', line, home)).toHaveLength(mostWrites);
  });

  it('takes the text of 100,000 lines at most, however many files it is written to', () => {
    const writes = shellWrites('posix', `tee a b c d <<E\n${'line\n'.repeat(40_000)}E`, home);
    expect(writes.map((write) => [write.kind, write.path])).toEqual([
      ['text', `${home}/a`],
      ['text', `${home}/b`],
      ['opaque', `${home}/c`],
      ['opaque', `${home}/d`],
    ]);
  });
});
