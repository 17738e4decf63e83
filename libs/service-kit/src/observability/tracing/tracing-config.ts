/** The standard variables that `serviceKeys` declares. */
export type TracingConfig = {
  OTEL_EXPORTER_OTLP_ENDPOINT: string;
  OTEL_SDK_DISABLED: boolean;
  OTEL_TRACES_SAMPLER:
    | 'always_on'
    | 'always_off'
    | 'traceidratio'
    | 'parentbased_always_on'
    | 'parentbased_always_off'
    | 'parentbased_traceidratio';
  OTEL_TRACES_SAMPLER_ARG: string;
};
