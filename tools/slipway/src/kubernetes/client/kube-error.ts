import { parseJson } from '@slipway/util/json';
import { UserError } from '@slipway/util/errors';

type Status = {
  message?: string;
  reason?: string;
  details?: { causes?: { reason?: string; message?: string; field?: string }[] };
};

/** The API server's refusal: its own words, the HTTP status and, where it names them, the causes. */
export class KubeError extends UserError {
  override name = 'KubeError';
  readonly status: number;
  readonly causes: { reason: string; message: string; field: string }[];

  constructor(method: string, path: string, status: number, body: string) {
    const answer = parseStatus(body);
    super(`${method} ${path.split('?')[0]}: ${answer?.message ?? (body.trim() || `HTTP ${status}`)}`);
    this.status = status;
    this.causes = (answer?.details?.causes ?? []).map(({ reason = '', message = '', field = '' }) => ({
      reason,
      message,
      field,
    }));
  }
}

function parseStatus(body: string): Status | undefined {
  try {
    return parseJson<Status>(body, 'the answer');
  } catch {
    return undefined;
  }
}
