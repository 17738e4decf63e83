import { parseJson } from '@slipway/util/json';
import type { KubeApi } from '../client/kube-api.ts';
import { podRequest } from '../client/pod-request.ts';
import type { Pod } from './pod.ts';

/** A failing readiness check, with its own message. */
export type FailingCheck = { name: string; detail: string };

type Health = { checks?: Record<string, { status: string; detail?: string }> };

/** Asks the process itself, on its management port, which of its checks fail. Rejects when it does not answer. */
export async function failingChecks(
  api: KubeApi,
  namespace: string,
  pod: string,
  port: number,
): Promise<FailingCheck[]> {
  const { body } = await podRequest(api, { namespace, pod, port, path: '/healthz/ready' });
  const { checks = {} } = parseJson<Health>(body, `the health of ${pod}`);
  return Object.entries(checks)
    .filter(([, { status }]) => status !== 'ok')
    .map(([name, { detail = 'fails' }]) => ({ name, detail }));
}

/** Of a pod that runs and has one. */
export function managementPort({ spec, status }: Pod): number | undefined {
  const isRunning = status?.containerStatuses?.some(({ state }) => state?.running !== undefined) === true;
  const port = (spec?.containers ?? []).flatMap(({ ports = [] }) => ports).find(({ name }) => name === 'management');
  return isRunning ? port?.containerPort : undefined;
}
