import { boolean } from './keys/boolean.ts';
import { oneOf } from './keys/one-of.ts';
import { text } from './keys/text.ts';

/** OpenTelemetry's standard variables, as far as they are worth a setting. Off as long as there is no collector. */
export const tracingKeys = {
  OTEL_EXPORTER_OTLP_ENDPOINT: text({
    description: 'base URL of an OTLP/HTTP collector, http://otel-collector:4318; empty: no traces',
    default: '',
    minLength: 0,
    pattern: '^(https?://.+)?$',
  }),
  OTEL_SDK_DISABLED: boolean({ description: 'no traces, whatever else is set', default: false }),
  OTEL_TRACES_SAMPLER: oneOf(
    [
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ],
    { description: 'which traces are kept', default: 'parentbased_always_on' },
  ),
  OTEL_TRACES_SAMPLER_ARG: text({
    description: 'share of traces that a ratio sampler keeps, 0 to 1',
    default: '1',
    pattern: '^(0(\\.\\d+)?|1(\\.0+)?)$',
  }),
  OTEL_SERVICE_NAME: text({ description: "name in traces; empty: the service's own", default: '', minLength: 0 }),
  OTEL_RESOURCE_ATTRIBUTES: text({
    description: 'what else traces say of the process, key=value pairs separated by commas',
    default: '',
    minLength: 0,
  }),
};
