import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellWrites } from '../../extension/engine/providers/shell/shellWrites';

const folder = 'D:\\shop';
const at = (path: string) => `D:\\shop\\${path}`;
const opaque = (path?: string) => (path === undefined ? { kind: 'opaque' } : { kind: 'opaque', path });
const written = (path: string, ...lines: string[]) => ({ kind: 'text', path, isAppend: false, lines });
const appended = (path: string, ...lines: string[]) => ({ kind: 'text', path, isAppend: true, lines });
const writes = (command: string) => shellWrites('powershell', command, folder);

describe('shellWrites of PowerShell', () => {
  it.each([
    ["Set-Content -Path a.txt -Value 'one'", [written(at('a.txt'), 'one')]],
    ["Set-Content a.txt 'it''s'", [written(at('a.txt'), "it's")]],
    ["Set-Content -Path a.txt 'one' -Encoding utf8 -NoNewline", [written(at('a.txt'), 'one')]],
    ["Set-Content 'one' -Path:a.txt", [written(at('a.txt'), 'one')]],
    ["sc a.txt 'one','two', 'three'", [written(at('a.txt'), 'one', 'two', 'three')]],
    ['Set-Content a.txt hello', [written(at('a.txt'), 'hello')]],
    ['Set-Content a.txt "a`n`tb `$c"', [written(at('a.txt'), 'a', '\tb $c')]],
    ['Set-Content a.txt "$name is ""here"""', [written(at('a.txt'), '$name is "here"')]],
    ["ADD-CONTENT -LiteralPath 'a[1].txt' -Val 'x'", [appended(at('a[1].txt'), 'x')]],
    ['Set-Content a.txt @\'\none\n  "two" $x\n\'@ -Force', [written(at('a.txt'), 'one', '  "two" $x')]],
    ['@"\r\none `$1\r\n"@ | Out-File -FilePath src/a.txt', [written(at('src\\a.txt'), 'one $1')]],
    ["Set-Content -LiteralPath a.txt 'x'", [written(at('a.txt'), 'x')]],
    ["'one' | Out-File a.txt -Append", [appended(at('a.txt'), 'one')]],
    ["'one', 'two' |\n  Set-Content a.txt", [written(at('a.txt'), 'one', 'two')]],
    ["'one'\n  | Set-Content a.txt", [written(at('a.txt'), 'one')]],
    ["Write-Output 'one' | Tee-Object -FilePath a.txt", [written(at('a.txt'), 'one')]],
    ['\'one\' > a.txt; "two" >> a.txt', [written(at('a.txt'), 'one'), appended(at('a.txt'), 'two')]],
    ["New-Item -Path src -Name a.txt -ItemType File -Value 'one'", [written(at('src\\a.txt'), 'one')]],
    ['[System.IO.File]::WriteAllText(\'a.txt\', "one`ntwo")', [written(at('a.txt'), 'one', 'two')]],
    ["[IO.File]::AppendAllText('C:\\a.txt', 'x', [Text.Encoding]::UTF8)", [appended('C:\\a.txt', 'x')]],
    [
      "cd src; Set-Content a 'x'; Set-Location C:\\b; Set-Content a 'x'",
      [written(at('src\\a'), 'x'), written('C:\\b\\a', 'x')],
    ],
    [
      "Push-Location src; Set-Content a 'x'; Pop-Location; Set-Content a 'x'",
      [written(at('src\\a'), 'x'), written(at('a'), 'x')],
    ],
    ["if ($ok) { Set-Content a 'x' } else {\n Set-Content b 'y'\n}", [written(at('a'), 'x'), written(at('b'), 'y')]],
    ["# Set-Content a 'x'\n<# Set-Content b 'x' #> Set-Content `\n  c 'x'", [written(at('c'), 'x')]],
    ["& Set-Content a 'x' && Set-Content b 'y'", [written(at('a'), 'x'), written(at('b'), 'y')]],
    ['powershell -c "Set-Content a \'x\'"', [written(at('a'), 'x')]],
    ['iex "Set-Content a \'x\'"', [written(at('a'), 'x')]],
    ["bash -c 'cat > a <<E\nx\nE'", [written(at('a'), 'x')]],
  ])('reads %j', (command, expected) => expect(writes(command)).toEqual(expected));

  it.each([
    ['Set-Content -Path a.txt -Value $text', [at('a.txt')]],
    ["Set-Content -Path $f -Value 'x'", [undefined]],
    ["Set-Content (Join-Path $d 'a.txt') 'x'", [undefined]],
    ["Set-Content -Path *.txt -Value 'x'", [undefined]],
    ['Get-Content a.txt | Set-Content b.txt', [at('b.txt')]],
    ["(Get-Content a.txt) -replace 'a', 'b' | Set-Content a.txt", [at('a.txt')]],
    ["'a' -replace 'a', 'b' | Set-Content a.txt", [at('a.txt')]],
    ["'a'.Trim() > a.txt", [at('a.txt')]],
    ['npm run build > out.txt 2> err.txt', [at('out.txt'), at('err.txt')]],
    ['npm run build *> out.txt', [at('out.txt')]],
    ['npm test 2>&1 | Out-File -Encoding utf8 "$env:TEMP\\log.txt"', [undefined]],
    ['$x | ConvertTo-Json -Depth 5 | Set-Content $p -NoNewline', [undefined]],
    ['Get-Process | Export-Csv out.csv -NoTypeInformation', [at('out.csv')]],
    ['Clear-Content a.txt', [at('a.txt')]],
    ['foreach ($f in $files) { $c = Get-Content $f -Raw; Set-Content -Path $f -Value $c }', [undefined]],
    ['$files | ForEach-Object { Add-Content all.txt (Get-Content $_) }', [at('all.txt')]],
    ['[System.IO.File]::WriteAllText((Resolve-Path $f), $c)', [undefined]],
    ['[IO.File]::WriteAllText("a.txt", $c.Replace("a", "b"))', [at('a.txt')]],
    ['npx -y prettier --write a.ts', [at('a.ts')]],
    ['git apply x.diff', [undefined]],
  ])('finds the writes of %j that it cannot read', (command, paths) => {
    expect(writes(command)).toEqual(paths.map((path) => opaque(path)));
  });

  it.each([
    'Get-Content a.txt | Select-String x',
    'git diff > $null',
    'npm test 2>&1 | Select-Object -Last 5',
    'npm test 2>$null',
    "git commit -m @'\nSet-Content a 'x' > b\n'@",
    '"Set-Content a b"',
    "Write-Host 'a > b'",
    '$a -gt $b',
    'Remove-Item a.txt; Move-Item b c; Copy-Item d e',
    'New-Item -ItemType Directory src',
    "Set-Content a.txt 'x' -WhatIf",
    'Tee-Object -Variable x',
    'Get-ChildItem | Where-Object { $_.Length -gt 1 } | Measure-Object',
    'ssh host "Set-Content a \'x\'"',
    'powershell -File build.ps1',
  ])('finds no write in %j', (command) => expect(writes(command)).toEqual([]));

  it('leaves relative paths as written where the folder is not known', () => {
    expect(shellWrites('powershell', "Set-Content a.txt 'x'", undefined)).toEqual([written('a.txt', 'x')]);
  });

  it('ends on any text, in time that grows with it', () => {
    const parts = fc.constantFrom(
      'Set-Content',
      ' ',
      '\n',
      '>',
      "@'\n",
      "\n'@",
      '@"\n',
      "'",
      '"',
      '$(',
      '@{',
      '@(',
      '{',
      '}',
      '(',
      ')',
      '`',
      '|',
      '&',
      ';',
      ',',
      '<#',
      '#>',
      '#',
      '-Path:',
      '[IO.File]::WriteAllText(',
      'x',
      '2',
      '*',
      '\u0000',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 60 }), (words) => {
        for (const write of writes(words.join(''))) expect(write.kind).toMatch(/text|opaque/);
      }),
      { numRuns: 5000, seed: 6 },
    );
    for (const part of ['$(', '(', '{', '"$(', '`', '${', "@'\n", '<#', '[a]::b(', ',', '\n|'])
      writes(`> a ${part.repeat(20_000)}`);
  });
});
