import fc from 'fast-check';
import { expect, test } from 'vitest';
import { remoteKeyOf } from '../../extension/engine/git/remote';

test.each([
  ['git@github.com:ada/engine.git', 'github.com/ada/engine'],
  ['github.com:ada/engine', 'github.com/ada/engine'],
  ['git@GitHub.COM:Ada/Engine.git', 'github.com/Ada/Engine'],
  ['git@github.com:/ada/engine.git/', 'github.com/ada/engine'],
  ['[git@example.org:2222]:ada/engine', 'example.org/ada/engine'],
  ['[example.org:2222]:ada/engine', 'example.org/ada/engine'],
  ['git@[::1]:ada/engine', '[::1]/ada/engine'],
  ['git@[example.org:2222]:ada/engine', 'example.org/ada/engine'],
  ['ssh://git@github.com/ada/engine.git', 'github.com/ada/engine'],
  ['ssh://git@ssh.github.com:443/ada/engine.git', 'github.com/ada/engine'],
  ['git+ssh://git@example.org:2222/~ada/engine.git', 'example.org/engine'],
  ['https://github.com/ada/engine', 'github.com/ada/engine'],
  ['https://github.com/ada/engine.git/', 'github.com/ada/engine'],
  ['HTTPS://ada:s3cret@github.com:443/ada/engine.git?token=s3cret#s3cret', 'github.com/ada/engine'],
  ['https://oauth2:ghp_s3cret@example.org:8443/group/sub%20group/engine.git', 'example.org/group/sub group/engine'],
  ['http://[::1]:3000/ada/engine', '[::1]/ada/engine'],
  ['git://example.org/engine', 'example.org/engine'],
  ['git@ssh.dev.azure.com:v3/org/project/engine', 'dev.azure.com/org/project/engine'],
  ['https://org@dev.azure.com/org/project/_git/engine', 'dev.azure.com/org/project/engine'],
  ['/srv/git/engine.git', undefined],
  ['../engine', undefined],
  ['./a:b', undefined],
  ['file:///srv/git/engine.git', undefined],
  ['C:\\work\\engine', undefined],
  ['C:/work/engine', undefined],
  ['ext::sh -c touch% /tmp/x', undefined],
  ['https://', undefined],
  ['https://example.org/', undefined],
  ['https://example.org/../../etc', 'example.org/etc'],
  ['', undefined],
])('%s → %s', (address, key) => {
  expect(remoteKeyOf(address)).toBe(key);
});

test('keeps no credential, whatever the password holds', () => {
  const word = fc.stringMatching(/^[a-z0-9]{4,12}$/);
  fc.assert(
    fc.property(word, fc.stringMatching(/^[A-Z0-9%2!$&'()*+,;=:-]{6,20}$/), word, (user, password, name) => {
      const key = remoteKeyOf(`https://${user}:${password}@example.org/owner/${name}.git`);
      expect([`example.org/owner/${name}`, undefined]).toContain(key);
    }),
  );
});
