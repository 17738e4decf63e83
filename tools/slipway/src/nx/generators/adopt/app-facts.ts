/** What the sources of an app show of how it is run. */
export type AppFacts = {
  /** Default of PORT, or the port that is written in the code. */
  port: number;
  /** Whether the app listens where the environment's PORT says. */
  readsPort: boolean;
  readsHost: boolean;
  ready?: string;
  live?: string;
  /** Other keys of the environment, in the order of their appearance, with a default that the code gives. */
  keys: { name: string; default?: string }[];
};

const USUAL_PORT = 3000;
/** Set by what runs a program, and not settings of it. */
const NOT_SETTINGS = /^(NODE_ENV|NODE_OPTIONS|CI|PATH|HOME|PWD|USER|TZ|HOSTNAME|KUBERNETES_.*|NX_.*|npm_.*)$/;
const KEY = /process\.env(?:\.([A-Z][A-Z0-9_]*)|\[\s*['"]([A-Z][A-Z0-9_]*)['"]\s*\])/g;
/** After a key: `?? 3000`, `|| 'x'`, also behind the bracket of Number(), and `? Number(process.env.PORT) : 3000`. */
const FALLBACK = /^!?\)?\s*(?:\?\?|\|\||\?[^:\n]*:)\s*(?:(\d+)|['"]([^'"\n]*)['"])/;
const ROUTE =
  /['"`](\/(?:api\/|v1\/|-\/|_)?(?:health|healthz|ready|readyz|readiness|live|livez|liveness|status|ping)(?:\/[a-z-]+)?)['"`]/g;
const LISTENS = /\blisten\(\s*(?:\{\s*port:\s*)?(\d{2,5})\b|\bport\s*[:=]\s*(\d{4,5})\b/;

/** Reads `sources` (texts of the app's files, tests left out). Guesses: nothing is executed. */
export function appFacts(sources: string[]): AppFacts {
  const text = sources.join('\n');
  const found = new Map<string, string | undefined>();
  for (const match of text.matchAll(KEY)) {
    const name = match[1] ?? match[2]!;
    const fallback = FALLBACK.exec(text.slice(match.index + match[0].length));
    found.set(name, found.get(name) ?? fallback?.[1] ?? fallback?.[2]);
  }
  const written = LISTENS.exec(text);
  const declared = Number(found.get('PORT') ?? written?.[1] ?? written?.[2] ?? USUAL_PORT);
  const routes = [...text.matchAll(ROUTE)].map(([, route]) => route!);
  const ready = routes.find((route) => route.includes('read')) ?? routes.find((route) => !route.includes('live'));
  const live = routes.find((route) => route.includes('live')) ?? routes.find((route) => route !== ready) ?? ready;
  return {
    port: Number.isInteger(declared) && declared > 0 ? declared : USUAL_PORT,
    readsPort: found.has('PORT'),
    readsHost: found.has('HOST'),
    ...(ready === undefined ? {} : { ready }),
    ...(live === undefined ? {} : { live }),
    keys: [...found]
      .filter(([name]) => name !== 'PORT' && name !== 'HOST' && !NOT_SETTINGS.test(name))
      .map(([name, value]) => ({ name, ...(value === undefined ? {} : { default: value }) })),
  };
}
