import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseDocument } from 'yaml';

const root = join(import.meta.dirname, '../../../..');
const executors = JSON.parse(readFileSync(join(root, 'tools/slipway/executors.json'), 'utf8')) as {
  executors: Record<string, { schema: string }>;
};
const NX_OPTIONS = ['target', 'base', 'head', 'parallel'];
/** Targets that Nx plugins of others infer. */
const COMMON_TARGETS = ['lint', 'test', 'build', 'typecheck'];

/** The command lines of a pipeline, whatever its format calls them. */
function commands(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(commands);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    ['run', 'script'].includes(key)
      ? [inner].flat().flatMap((text) => String(text).trim().split('\n'))
      : commands(inner),
  );
}

function optionsOf(target: string): string[] {
  const name = target === 'check' ? 'assemble' : target;
  const { schema } = executors.executors[name] ?? assert.fail(`there is no executor ${name}`);
  const { properties } = JSON.parse(readFileSync(join(root, 'tools/slipway', schema), 'utf8')) as {
    properties: object;
  };
  return Object.keys(properties);
}

for (const file of globSync('docs/ci/*.yml', { cwd: root })) {
  const document = parseDocument(readFileSync(join(root, file), 'utf8'));
  const lines = commands(document.toJS());

  test(`${file} is YAML, and pushes before it renders`, () => {
    assert.deepEqual(document.errors, []);
    const order = ['-t lint test', '-t image', 'deploy:render'];
    const found = order.map((part) => lines.findIndex((line) => line.includes(part)));
    assert.deepEqual(
      found,
      [...found].sort((a, b) => a - b),
    );
    assert.ok(found.every((index) => index >= 0));
  });

  test(`every nx command of ${file} has a target and options that exist`, () => {
    const ofNx = lines.filter((line) => line.startsWith('npx nx '));
    assert.ok(ofNx.length >= 4);
    for (const line of ofNx) {
      const many = /^npx nx (?:affected|run-many) -t ([a-z ]+)/.exec(line)?.[1]?.trim().split(' ');
      const one = /^npx nx run deploy:(\S+)/.exec(line)?.[1];
      const targets = (many ?? [one ?? assert.fail(line)]).filter((name) => !COMMON_TARGETS.includes(name));
      const known = [...targets.flatMap(optionsOf), ...(many === undefined ? [] : NX_OPTIONS)];
      for (const [, option = ''] of line.matchAll(/ --([a-z-]+)/g))
        assert.ok(known.includes(option), `${line}: --${option}`);
    }
  });
}
