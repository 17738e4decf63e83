import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Check, Errors } from 'typebox/schema';
import { LineCounter, parseDocument } from 'yaml';
import { readUtf8 } from '../util/files/read-utf8.ts';
import { isObject } from '../util/json-object.ts';
import type { Problem } from '../util/problems/problem.ts';
import { ValidationError } from '../util/problems/validation-error.ts';
import { buildProblems, type BuildChoice, type RunChoice, runProblems } from './build-choice.ts';
import { type DatabaseChoice, databaseProblems } from './database-choice.ts';
import { httpProblems } from './http-problems.ts';
import { callsProblems, type CallsChoice, type EnvironmentChoice, environmentProblems } from './environment-choice.ts';
import { serviceFileSchema } from './service-file-schema.ts';
import { SERVICE_FILE } from './service-roots.ts';
import type { HealthRoutes } from './service-spec.ts';
import { unknownKeys } from './unknown-keys.ts';

/** What `slipway.yaml` says of a service that is not written to slipway's conventions. */
export type ServiceFile = {
  http?: HealthRoutes;
  /** Absent: `src/config.ts` says it, or the service reads PORT and HOST only. */
  environment?: EnvironmentChoice;
  calls?: CallsChoice;
  build?: BuildChoice;
  run?: RunChoice;
  database?: DatabaseChoice;
};

/** Of a service that says nothing of its environment: most programs read these two, and are to be reached in a pod. */
export const USUAL_ENVIRONMENT = {
  properties: {
    PORT: { type: 'integer', description: 'port that it listens on', default: 3000 },
    HOST: {
      type: 'string',
      description: 'address that it listens on',
      default: '0.0.0.0',
      'x-slipway': { kind: 'plain', local: '127.0.0.1' },
    },
  },
};

/** Undefined where there is none. Throws ValidationError for what cannot be read or is not known. */
export function readServiceFile(workspaceRoot: string, root: string): ServiceFile | undefined {
  const file = `${root}/${SERVICE_FILE}`;
  if (!existsSync(join(workspaceRoot, file))) return undefined;
  const lineCounter = new LineCounter();
  const read = readUtf8(workspaceRoot, file);
  if ('problem' in read) throw new ValidationError([read.problem]);
  const document = parseDocument(read.text, { lineCounter, prettyErrors: false });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line } = lineCounter.linePos(broken.pos[0]);
    throw new ValidationError([{ file, line, message: broken.message, hint: 'correct the YAML' }]);
  }
  const content: unknown = document.toJS() ?? {};
  const problems = isObject(content)
    ? contentProblems(root, content).map((problem) => ({ file, ...problem }))
    : [{ file, message: 'is no object', hint: 'write http: { ready: /health }, or leave it empty' }];
  if (problems.length > 0) throw new ValidationError(problems);
  return content as ServiceFile;
}

function contentProblems(root: string, content: Record<string, unknown>): Omit<Problem, 'file'>[] {
  const known = Object.keys(serviceFileSchema.properties);
  const problems = unknownKeys(content, known);
  const { http, environment, calls, build, run, database } = content;
  problems.push(...environmentProblems(environment), ...callsProblems(calls), ...httpProblems(http));
  problems.push(...buildProblems(root, build), ...runProblems(run), ...databaseProblems(database));
  return problems.length > 0 ? problems : schemaProblems(content);
}

/** The schema decides what fits; the checks before it have better words for the usual mistakes. */
function schemaProblems(content: object): Omit<Problem, 'file'>[] {
  if (Check(serviceFileSchema, content)) return [];
  const [, errors] = Errors(serviceFileSchema, content);
  const deepest = errors.toSorted((one, other) => depth(other.instancePath) - depth(one.instancePath))[0];
  const key = (deepest?.instancePath ?? '').slice(1).replaceAll('/', '.');
  const hint = 'docs/reference.md lists the keys of slipway.yaml';
  return [{ ...(key === '' ? {} : { key }), message: deepest?.message ?? 'does not fit', hint }];
}

function depth(path: string): number {
  return path.split('/').length;
}
