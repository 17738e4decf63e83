import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { codeOf } from '../observability/code-of.ts';
import { commonProblems, problemBody, ProblemError, type ProblemKind } from './problem.ts';
import { scopeOf } from './request-context.ts';

/** Fastify's own refusals, in our words. */
const byCode: Record<string, () => ProblemError> = {
  FST_ERR_CTP_BODY_TOO_LARGE: commonProblems.payloadTooLarge,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: commonProblems.unsupportedMediaType,
  FST_ERR_BAD_URL: () => commonProblems.badRequest({ detail: 'the URL cannot be decoded' }),
};

export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblem(error);
  const { status, code } = problem.problem;
  const scope = scopeOf(request.raw);
  // A flood must not be one of stacks as well.
  if (code === 'overloaded') scope.fields.code = code;
  else if (status >= 500) {
    scope.error = error;
    request.log.error({ err: error }, problem.detail);
  }
  sendProblem(reply, problem, request.id);
}

export function answerFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(reply, toProblem(error), request.id);
}

function sendProblem(reply: FastifyReply, problem: ProblemError, requestId: string): void {
  void reply
    .code(problem.problem.status)
    .headers(problem.headers)
    .type('application/problem+json')
    .send(JSON.stringify(problemBody(problem, requestId)));
}

function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (hasProblem(error)) return new ProblemError(error.problem, { headers: error.headers ?? {}, cause: error });
  const known = byCode[codeOf(error) ?? ''];
  if (known !== undefined) return known();
  const statusCode = statusCodeOf(error);
  if (statusCode >= 400 && statusCode < 500) return commonProblems.badRequest();
  return commonProblems.internalError({ cause: error });
}

/** What Fastify has decided about a request that it refuses. */
function statusCodeOf(error: unknown): number {
  const isStated = typeof error === 'object' && error !== null && 'statusCode' in error;
  return isStated && typeof error.statusCode === 'number' ? error.statusCode : 500;
}

/** Errors of other libraries say for themselves what a client may hear. */
function hasProblem(error: unknown): error is { problem: ProblemKind; headers?: Record<string, string> } {
  return typeof error === 'object' && error !== null && 'problem' in error;
}
