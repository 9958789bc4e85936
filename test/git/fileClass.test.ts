import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classifyPath } from '../../extension/engine/git/fileClass';

test.each([
  ['package-lock.json', 'lock'],
  ['web/pnpm-lock.yaml', 'lock'],
  ['Cargo.lock', 'lock'],
  ['go.sum', 'lock'],
  ['uv.lock', 'lock'],
  ['Package.resolved', 'lock'],
  ['vendor/Gemfile.lock', 'lock'],
  ['src/lock.ts', 'source'],
  ['go.mod', 'source'],
  ['node_modules/a/index.js', 'vendored'],
  ['vendor/github.com/a/b.go', 'vendored'],
  ['src/Third_Party/a.c', 'vendored'],
  ['dist/main.js', 'vendored'],
  ['gradlew', 'vendored'],
  ['public/jquery-3.7.1.min.js', 'vendored'],
  ['src/vendor.ts', 'source'],
  ['src/distance.ts', 'source'],
  ['app/app.min.css', 'generated'],
  ['app/app.js.map', 'generated'],
  ['api/user.pb.go', 'generated'],
  ['api/user_pb2_grpc.py', 'generated'],
  ['src/user_generated.rs', 'generated'],
  ['src/api.generated.ts', 'generated'],
  ['src/routeTree.gen.ts', 'generated'],
  ['lib/user.g.dart', 'generated'],
  ['lib/user.freezed.dart', 'generated'],
  ['Forms/Main.Designer.cs', 'generated'],
  ['src/__snapshots__/a.test.ts.snap', 'generated'],
  ['db/schema.rb', 'generated'],
  ['src/generator.ts', 'source'],
  ['src/code.ts', 'source'],
  ['src/designer.cs', 'source'],
  ['src/schema.sql', 'source'],
  ['src/admin.js', 'source'],
  ['src/a.test.ts', 'test'],
  ['src/a-spec.js', 'test'],
  ['pkg/a_test.go', 'test'],
  ['test_a.py', 'test'],
  ['src/FooTest.java', 'test'],
  ['tests/fixtures/page.html', 'test'],
  ['src/latest.ts', 'source'],
  ['src/Manifest.cs', 'source'],
  ['src/contest.py', 'source'],
  ['README', 'docs'],
  ['LICENSE.txt', 'docs'],
  ['docs/site/index.ts', 'docs'],
  ['guide.mdx', 'docs'],
  ['src/readme.ts', 'source'],
  ['src/news.ts', 'source'],
  ['a\nb.ts', 'source'],
  ['', 'source'],
])('%j is %s', (path, expected) => {
  const { class: found, excluded } = classifyPath(path);
  expect(found).toBe(expected);
  expect(excluded).toBe(['lock', 'generated', 'vendored'].includes(expected) ? expected : undefined);
});

test.each([
  ['src/a.ts', { isGenerated: true }, 'generated'],
  ['src/a.ts', { isVendored: true, isGenerated: true }, 'vendored'],
  ['vendor/a_test.go', { isVendored: false }, 'test'],
  ['vendor/a.pb.go', { isVendored: false }, 'generated'],
  ['api/a.pb.go', { isGenerated: false }, 'source'],
  ['src/a.test.ts', { isDocumentation: true }, 'docs'],
  ['docs/a.ts', { isDocumentation: false }, 'source'],
  ['yarn.lock', { isGenerated: false, isVendored: false }, 'lock'],
])('%s with %j is %s', (path, attributes, expected) => {
  expect(classifyPath(path, attributes).class).toBe(expected);
});

test('any path has a class, quickly', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (path) => classifyPath(path).class.length > 0));
  const started = performance.now();
  for (const letter of ['a/', '.min', 'jquery-1.', '_', 'test.']) classifyPath(letter.repeat(20_000));
  expect(performance.now() - started).toBeLessThan(1000);
});
