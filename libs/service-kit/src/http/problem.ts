export type FieldError = { path: string; message: string };

export type ProblemKind = { readonly status: number; readonly code: string; readonly title: string };

type ProblemOptions = {
  detail?: string;
  errors?: FieldError[];
  headers?: Record<string, string>;
  cause?: unknown;
};

/** Seconds after which a client that heard 503 may come again, where nothing better is known. */
const retryAfter = { 'retry-after': '1' };
const internalErrorStatus = 500;

/**
 * An error that a client hears of, as RFC 9457 problem details. One that answers for a fault of ours (500) has a stack; the
 * others are what is expected under a flood, in which their stacks would be a fifth of the work.
 */
export class ProblemError extends Error {
  readonly problem: ProblemKind;
  readonly detail: string;
  readonly errors: FieldError[] | undefined;
  readonly headers: Record<string, string>;

  constructor(problem: ProblemKind, { detail = problem.title, errors, headers = {}, cause }: ProblemOptions = {}) {
    const { stackTraceLimit } = Error;
    if (problem.status !== internalErrorStatus) Error.stackTraceLimit = 0;
    super(detail, { cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'ProblemError';
    this.problem = problem;
    this.detail = detail;
    this.errors = errors;
    this.headers = problem.status === 503 ? { ...retryAfter, ...headers } : headers;
  }
}

/** A service's catalogue: each kind becomes a function that makes the error. */
export function problemCatalogue<
  const Kinds extends Record<string, readonly [status: number, code: string, title: string]>,
>(kinds: Kinds): { [Name in keyof Kinds]: (options?: ProblemOptions) => ProblemError } {
  const entries = Object.entries(kinds).map(([name, [status, code, title]]) => {
    const kind = { status, code, title };
    return [name, (options?: ProblemOptions) => new ProblemError(kind, options)];
  });
  return Object.fromEntries(entries) as { [Name in keyof Kinds]: (options?: ProblemOptions) => ProblemError };
}

/** What every service may answer. */
export const commonProblems = problemCatalogue({
  badRequest: [400, 'bad-request', 'The request cannot be understood'],
  malformedJson: [400, 'malformed-json', 'The body is not valid JSON'],
  validationFailed: [400, 'validation-failed', 'The request does not match its schema'],
  unauthorized: [401, 'unauthorized', 'A valid access token is needed'],
  forbidden: [403, 'forbidden', 'The access token does not give this right'],
  notFound: [404, 'not-found', 'There is no such thing here'],
  methodNotAllowed: [405, 'method-not-allowed', 'This route does not have that method'],
  payloadTooLarge: [413, 'payload-too-large', 'The body is too large'],
  unsupportedMediaType: [415, 'unsupported-media-type', 'The body must be application/json'],
  tooManyRequests: [429, 'too-many-requests', 'Too many requests'],
  internalError: [500, 'internal-error', 'Something went wrong here'],
  overloaded: [503, 'overloaded', 'There is more to do here than can be done in time'],
  upstreamUnavailable: [503, 'upstream-unavailable', 'A service that this needs does not answer'],
  upstreamTimeout: [504, 'upstream-timeout', 'A service that this needs did not answer in time'],
});

/** The body of the answer. `type` is a name, not an address: the code is its last part. */
export function problemBody(
  error: { problem: ProblemKind; detail: string; errors?: FieldError[] | undefined },
  requestId: string,
) {
  const { status, code, title } = error.problem;
  return {
    type: `urn:slipway:problem:${code}`,
    title,
    status,
    code,
    detail: error.detail,
    requestId,
    ...(error.errors === undefined ? {} : { errors: error.errors }),
  };
}
