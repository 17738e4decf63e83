import type { Answer } from '@shop/client';
import { Problem } from '@shop/contracts';
import { expect } from '@playwright/test';
import { expectShape } from './expect-shape.ts';

/** Asserts an error as RFC 9457 and the house's rules have it. `code` is left out where the contract names none. */
export function expectProblem(reply: Answer, status: number, code?: string): void {
  const { headers, body } = reply;
  expect(reply, JSON.stringify(body)).toMatchObject({
    status,
    body: { status, ...(code === undefined ? {} : { code }) },
  });
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
  expectShape(Problem, body);
  const { code: actual, requestId } = body as { code: string; requestId: string };
  expect(actual).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  expect(requestId).toBe(headers.get('x-request-id'));
  if (status === 503) expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  if (status === 401) expect(headers.get('www-authenticate')).toMatch(/^\w+ ?/);
}

/** A body or query that its schema refuses; `path` is the JSON pointer of what is wrong, where it is known. */
export function expectValidationFailed(reply: Answer, path?: string): void {
  expectProblem(reply, 400, 'validation-failed');
  const { errors } = reply.body as { errors?: { path: string }[] };
  expect(errors?.length).toBeGreaterThan(0);
  if (path !== undefined) expect(errors?.map((error) => error.path)).toContain(path);
}
