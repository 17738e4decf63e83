import { registerHooks } from 'node:module';

/** The metrics' library brings the API's empty shell along; what works is the rest. */
const shell = '@opentelemetry/api';

registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('@opentelemetry/') && specifier !== shell) process.stderr.write(`loads ${specifier}\n`);
    return next(specifier, context);
  },
});
