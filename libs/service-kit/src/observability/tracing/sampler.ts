import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import type { TracingConfig } from './tracing-config.ts';

/** `OTEL_TRACES_SAMPLER` and its argument, the share of traces for the ratio samplers. */
export function createSampler(name: TracingConfig['OTEL_TRACES_SAMPLER'], argument: string): Sampler {
  if (name.startsWith('parentbased_'))
    return new ParentBasedSampler({ root: createRoot(name.slice('parentbased_'.length), argument) });
  return createRoot(name, argument);
}

function createRoot(name: string, argument: string): Sampler {
  if (name === 'always_off') return new AlwaysOffSampler();
  if (name === 'traceidratio') return new TraceIdRatioBasedSampler(Number(argument));
  return new AlwaysOnSampler();
}
